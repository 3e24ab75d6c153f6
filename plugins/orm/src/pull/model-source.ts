/** Writes the text of a model's file. */
import type { PulledModel, PulledPart } from './pulled-model.ts';

/** Returns the text. */
export function toModelSource({ name, constant, parts, options, uses }: Omit<PulledModel, 'notes' | 'table'>): string {
  const used = ['belongsTo', 'defineModel', 'field', 'hasMany', 'hasOne', 'InferModel', 'manyToMany'].filter(
    (word) => word === 'defineModel' || word === 'InferModel' || parts.some((part) => 'source' in part && new RegExp(`^${word}\\b`).test(part.source)),
  );
  const others = [...uses].filter((model) => model.constant !== constant).toSorted((left, right) => (left.file < right.file ? -1 : 1));
  const imports = [
    `import { ${used.map((word) => (word === 'InferModel' ? 'type InferModel' : word)).join(', ')} } from '@oxidite/orm';`,
    ...(parts.some((part) => 'source' in part && part.source.includes('z.json()')) ? ["import * as z from 'zod';"] : []),
    ...others.map((model) => `import { ${model.constant} } from './${model.file}.ts';`),
  ];
  const body = parts.map((part) => `    ${toLine(part)}`).join('\n');
  const rest = options.length === 0 ? '' : `  { ${options.join(', ')} },\n`;
  const call =
    options.length === 0
      ? `defineModel('${name}', {\n${parts.map((part) => `  ${toLine(part)}`).join('\n')}${parts.length === 0 ? '' : '\n'}})`
      : `defineModel(\n  '${name}',\n  {\n${body}${parts.length === 0 ? '' : '\n'}  },\n${rest})`;
  return `${imports.join('\n')}\n\nexport const ${constant} = ${call};\nexport type ${constant} = InferModel<typeof ${constant}>;\n`;
}

function toLine(part: PulledPart): string {
  return 'comment' in part ? `// ${part.comment.replace(/\s+/g, ' ')}` : `${part.name}: ${part.source},`;
}
