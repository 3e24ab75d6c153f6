/** The collections and indexes that models want: one collection for each model and each many-to-many relation. */
import type { ColumnLayout, ModelLayout, RelationLayout } from '../../model/model-layout.ts';
import { leastValueOf } from './values.ts';

/** An index. */
export interface WantedIndex {
  readonly name: string;
  /** Its fields, in their order. */
  readonly fields: readonly string[];
  readonly unique: boolean;
  /** Of a unique index: the documents that it is about, which have all values. On SQL, `null` equals nothing, not even `null`. */
  readonly filter: Readonly<Record<string, { readonly $gte: unknown }>> | undefined;
}

/** A collection and its indexes. */
export interface WantedCollection {
  readonly name: string;
  readonly indexes: readonly WantedIndex[];
}

type PairLayout = Extract<RelationLayout, { kind: 'manyToMany' }>;

/** Lists the collections of models. */
export function listWanted(layouts: ReadonlyMap<string, ModelLayout>): WantedCollection[] {
  return [...layouts.values()].flatMap((layout) => [
    { name: layout.table, indexes: listIndexes(layout) },
    ...[...layout.relations.values()].filter(isOwnedPair).map((relation) => ({ name: relation.pivot.table, indexes: listPairIndexes(relation) })),
  ]);
}

/** Tells whether a relation owns pairs. */
export function isOwnedPair(relation: RelationLayout): relation is PairLayout {
  return relation.kind === 'manyToMany' && relation.inverse === undefined;
}

/** Tells whether a unique index has one of the columns, so that the server may refuse to change it. */
export function isUniqueAmong(layout: ModelLayout, columns: Iterable<ColumnLayout>): boolean {
  const fields = new Set(listIndexes(layout).flatMap(({ unique, fields: names }) => (unique ? names : [])));
  return [...columns].some(({ column }) => fields.has(column));
}

function listIndexes(layout: ModelLayout): WantedIndex[] {
  const { indexes = [], uniques = [] } = layout.model.options;
  const found = new Map<string, WantedIndex>();
  const add = (columns: readonly ColumnLayout[], unique: boolean): void => {
    const index = toIndex(layout.table, columns, unique);
    found.set(index.name, index);
  };
  for (const column of layout.columns.values()) {
    if (column === layout.key) continue;
    if (column.spec.unique === true) add([column], true);
    else if (column.spec.index === true || column.relation !== undefined) add([column], false);
  }
  for (const names of uniques)
    add(
      names.map((name) => columnOf(layout, name)),
      true,
    );
  for (const names of indexes)
    add(
      names.map((name) => columnOf(layout, name)),
      false,
    );
  return [...found.values()];
}

/** The key of a pair begins with nothing that can be looked for, so each end has an index. */
function listPairIndexes({ pivot: { table, sourceColumn, targetColumn } }: PairLayout): WantedIndex[] {
  return [sourceColumn, targetColumn].map((column) => ({ name: `${table}_${column}_index`, fields: [column], unique: false, filter: undefined }));
}

function toIndex(table: string, columns: readonly ColumnLayout[], unique: boolean): WantedIndex {
  const fields = columns.map(({ column }) => column);
  const nullable = unique ? columns.filter(({ spec }) => spec.nullable === true) : [];
  return {
    name: `${table}_${fields.join('_')}_${unique ? 'unique' : 'index'}`,
    fields,
    unique,
    filter:
      nullable.length === 0 ? undefined : Object.fromEntries(nullable.map(({ column, spec, codec }) => [column, { $gte: leastValueOf(codec?.spec ?? spec) }])),
  };
}

function columnOf(layout: ModelLayout, name: string): ColumnLayout {
  const relation = layout.relations.get(name);
  const column = relation?.kind === 'belongsTo' ? relation.column : layout.columns.get(name);
  if (column === undefined) throw new TypeError(`${layout.name} has no field "${name}".`); // its entity was made before, which says it better
  return column;
}
