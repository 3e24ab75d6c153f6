/** Reads conditions on embedded values: those on what is in them, or that there is none. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { QueryInvalidError } from '../errors.ts';
import { type EmbeddedLayout, isEmbedded } from '../model/embedded-layout.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { Condition, ShapeWriter } from './condition.ts';

/** Reads the condition on one column. */
export type ParseColumn = (column: ColumnLayout, value: unknown) => Condition;

/**
 * Reads the conditions on an embedded value; all have to hold.
 * @throws {QueryInvalidError} when a name is unknown, or a value does not fit its field.
 */
export function parseEmbedded(layout: ModelLayout, embedded: EmbeddedLayout, value: unknown, writer: ShapeWriter, parseColumn: ParseColumn): Condition {
  const { name, parts, columns } = embedded;
  if (value === null) {
    writer.shape += '0;';
    return { kind: 'all', items: columns.map((column): Condition => ({ kind: 'null', column, negated: false })) };
  }
  if (typeof value !== 'object' || Array.isArray(value))
    throw new QueryInvalidError(
      layout.name,
      `"${name}" is an embedded value, which is compared by what is in it: { ${name}: { ${[...parts.keys()][0] ?? ''}: … } }`,
    );
  writer.shape += '{';
  const items = Object.entries(value).map(([key, item]: [string, unknown]): Condition => {
    const part = parts.get(key);
    if (part === undefined)
      throw new QueryInvalidError(
        layout.name,
        `"${name}" has no field ${JSON.stringify(key)}.${toSuggestion(key, parts.keys())} There are: ${[...parts.keys()].join(', ')}`,
      );
    if (item === undefined) throw new QueryInvalidError(layout.name, `the condition "${name}.${key}" is undefined, which would silently match everything`);
    writer.shape += `${key}:`;
    return isEmbedded(part) ? parseEmbedded(layout, part, item, writer, parseColumn) : parseColumn(part, item);
  });
  writer.shape += '}';
  return { kind: 'all', items };
}
