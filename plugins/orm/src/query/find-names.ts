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
 * Returns the columns that a name selects: one, or all of an embedded value but those that are hidden.
 * @throws {QueryInvalidError} when there is none of this name.
 */
export function columnsOf(layout: ModelLayout, name: string): readonly ColumnLayout[] {
  const embedded = layout.embedded.get(name);
  return embedded === undefined ? [columnOf(layout, name)] : embedded.columns.filter(({ spec }) => spec.hidden !== true);
}

/**
 * Returns a relation by its name.
 * @throws {QueryInvalidError} when there is none of this name.
 */
export function relationOf(layout: ModelLayout, name: string): RelationLayout {
  const relation = layout.relations.get(name);
  if (relation !== undefined) return relation;
  const known = listRelations(layout);
  throw new QueryInvalidError(layout.name, `it has no relation ${JSON.stringify(name)}.${toSuggestion(name, known)} There are: ${known.join(', ') || 'none'}`);
}

/**
 * Returns the relations that have to be loaded for a name: one, or one for each of several models.
 * @throws {QueryInvalidError} when there is none of this name.
 */
export function expandRelation(layout: ModelLayout, name: string): readonly RelationLayout[] {
  const morph = layout.morphs.get(name);
  return morph === undefined ? [relationOf(layout, name)] : [...morph.arms.values()];
}

/** Lists the relations of a model by the names that applications use. */
export function listRelations(layout: ModelLayout): string[] {
  const own = [...layout.relations.values()].filter((relation) => relation.kind !== 'belongsTo' || relation.morph === undefined);
  return [...own.map(({ name }) => name), ...layout.morphs.keys()];
}
