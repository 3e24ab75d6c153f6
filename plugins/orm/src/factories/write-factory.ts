/** Writes the file of a factory: a line for each field that an entity cannot be without. */
import { basename, dirname, join, relative } from 'node:path';
import { ModelImportError, ModelUnknownError } from '../errors.ts';
import { importDirectory } from '../import-directory.ts';
import { isModel, type ModelDeclaration } from '../model/define-model.ts';
import type { FieldSpec } from '../model/field.ts';
import { toTableName } from '../model/naming.ts';
import { writeNewFile } from '../pull/named-file.ts';

/** A line of a factory, and the tools that it uses. */
interface Line {
  readonly text: string;
  readonly tools: readonly string[];
}

/**
 * Writes the factory of a model and returns the file.
 * @throws {ModelUnknownError} when no file of the models has it.
 * @throws {FilesExistError} when the file is there already.
 */
export async function writeFactory(name: string, { models, factories }: { readonly models: string; readonly factories: string }): Promise<string> {
  const wanted = name.replace(/[-_](\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/^[A-Z]/, (letter) => letter.toLowerCase());
  const { model, file: modelFile, constant } = await findModel(wanted, models);
  const file = join(factories, basename(modelFile));
  const path = relative(dirname(file), modelFile).replaceAll('\\', '/');
  writeNewFile(file, toSource(model, constant, path.startsWith('.') ? path : `./${path}`));
  return file;
}

async function findModel(name: string, directory: string): Promise<{ readonly model: ModelDeclaration; readonly file: string; readonly constant: string }> {
  for (const { file, exports } of await importDirectory(directory, (place, error) => new ModelImportError(place, error))) {
    for (const [constant, model] of Object.entries(exports)) if (isModel(model) && model.name === name) return { model, file, constant };
  }
  throw new ModelUnknownError(name, directory);
}

function toSource(model: ModelDeclaration, constant: string, path: string): string {
  const lines = Object.entries(model.fields).flatMap(([name, part]) => (part.kind === 'field' ? (toLine(name, part.spec) ?? []) : []));
  const tools = [...new Set(lines.flatMap((line) => line.tools))].toSorted();
  const variable = toTableName(model.name).replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  const body = lines.length === 0 ? '({})' : `({\n${lines.map(({ text }) => `  ${text},\n`).join('')}})`;
  const imports = [`import { defineFactory } from '@oxidite/orm';`, `import { ${constant} } from '${path}';`];
  return `${imports.join('\n')}

export const ${variable}Factory = defineFactory(${constant}, (${tools.length === 0 ? '' : `{ ${tools.join(', ')} }`}) => ${body});
`;
}

/** What has rules that a line cannot be sure of, or is no plain value, is left to what follows from the model. */
function toLine(name: string, spec: FieldSpec): Line | undefined {
  const { type, cast, nullable, pattern, minLength = 0, maxLength = 255, min = 1, max = 1_000, unique, format, values = [] } = spec;
  if (nullable === true || 'default' in spec || cast !== undefined || pattern !== undefined) return undefined;
  switch (type) {
    case 'string':
    case 'text':
      if (format === 'email') return { text: `${name}: \`${name}-\${sequence}@example.com\``, tools: ['sequence'] };
      if (format !== undefined || minLength > 5 || maxLength < 40) return undefined;
      if (unique === true) return { text: `${name}: \`${name}-\${sequence}\``, tools: ['sequence'] };
      return type === 'text' ? { text: `${name}: sentence()`, tools: ['sentence'] } : { text: `${name}: words(3)`, tools: ['words'] };
    case 'integer':
      if (unique === true || min > max) return undefined;
      return { text: `${name}: integer(${min}, ${max})`, tools: ['integer'] };
    case 'boolean':
      return { text: `${name}: chance()`, tools: ['chance'] };
    case 'datetime':
      return { text: `${name}: past()`, tools: ['past'] };
    case 'enum':
      return { text: `${name}: pick([${values.map((word) => `'${word.replace(/['\\]/g, '\\$&')}'`).join(', ')}])`, tools: ['pick'] };
    case 'bigint':
    case 'date':
    case 'decimal':
    case 'json':
    case 'uuid':
      return undefined;
    default:
      return type satisfies never;
  }
}
