/** Finds the fields and relations that an application names. */
import { toSuggestion } from '@oxidite/plugin-sdk';
import { QueryInvalidError } from '../errors.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';

/**
 * Returns a column by the name of its field.
 * @throws {QueryInvalidError} when there is none of this name.
 */
export function columnOf(layout: ModelLayout, name: string): ColumnLayout {
  const column = layout.columns.get(name);
  if (column !== undefined) return column;
  throw new QueryInvalidError(
    layout.name,
    `it has no field ${JSON.stringify(name)}.${toSuggestion(name, layout.columns.keys())} There are: ${[...layout.columns.keys()].join(', ')}`,
  );
}

/**
 * Returns a relation by its name.
 * @throws {QueryInvalidError} when there is none of this name.
 */
export function relationOf(layout: ModelLayout, name: string): RelationLayout {
  const relation = layout.relations.get(name);
  if (relation !== undefined) return relation;
  const known = [...layout.relations.keys()];
  throw new QueryInvalidError(layout.name, `it has no relation ${JSON.stringify(name)}.${toSuggestion(name, known)} There are: ${known.join(', ') || 'none'}`);
}
