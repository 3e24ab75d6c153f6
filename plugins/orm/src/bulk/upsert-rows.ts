/**
 * Inserts rows, and changes those that are there already. Which rows are the same is told by a unique field, a unique
 * combination or the key; that there is such a constraint is checked before the database is asked.
 */
import type { Kysely } from 'kysely';
import { quote } from '../drivers/quote.ts';
import { toPointer } from '../entities/flush-rules.ts';
import { toFieldName } from '../entities/property-names.ts';
import { spreadEmbedded } from '../entities/spread-embedded.ts';
import { EntityInvalidError, QueryInvalidError } from '../errors.ts';
import type { EmbeddedPath } from '../model/infer-embedded.ts';
import type { AnyModel, CreateData, ManyToManyName } from '../model/infer-model.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import { inTransaction, type InsertEnding, splitByKey, writeRows } from './insert-rows.ts';
import type { BulkParts, StoredRows } from './model-rows.ts';

type Values = Readonly<Record<string, unknown>>;

/** The data of one row of `orm.insertMany` and `orm.upsert`: what `orm.create` takes, but for relations to many. */
export type RowData<Of extends AnyModel> = Omit<CreateData<Of>, ManyToManyName<Of>>;

/** The name of what a row has; of a field in an embedded value, `address.city`. */
type RowName<Of extends AnyModel> = EmbeddedPath<Of> | (keyof RowData<Of> & string);

/** How `orm.upsert` tells and changes rows. */
export interface UpsertOptions<Of extends AnyModel> {
  /** A unique field, a unique combination of fields and relations, or the key. On MySQL and MariaDB every other unique field tells rows too. */
  readonly by: readonly RowName<Of>[];
  /** What changes of a row that is there already; nothing, when it is empty. Default: all that rows were given but `by`. */
  readonly update?: readonly RowName<Of>[] | undefined;
}

/**
 * Finds the columns by which rows are told.
 * @throws {QueryInvalidError} when no constraint makes them unique.
 */
export function toUniqueColumns(layout: ModelLayout, by: readonly string[]): ColumnLayout[] {
  const columns = by.map((name) => toColumn(layout, name, 'by'));
  const combinations = [keyNames(layout), ...uniqueNames(layout)];
  const isUnique = combinations.some((names) => names.length === by.length && names.every((name) => by.includes(name)));
  if (isUnique) return columns;
  const known = combinations.map((names) => `[${names.join(', ')}]`).join(', ');
  throw new QueryInvalidError(layout.name, `rows cannot be told by [${by.join(', ')}], which is not unique; there are: ${known}`);
}

/** Returns the columns that change of a row that is there already. */
export function toUpdatedColumns(layout: ModelLayout, by: readonly string[], update: readonly string[] | undefined, data: readonly object[]): ColumnLayout[] {
  if (update !== undefined) {
    const named = update.flatMap((name) => toColumns(layout, name));
    const key = named.find((column) => layout.keys.includes(column));
    if (key !== undefined) throw new QueryInvalidError(layout.name, `"${key.name}" is its key, which does not change`);
    return named;
  }
  const names = new Set(data.flatMap((item) => givenNames(layout, item as Values))); // rows are objects
  const fixed = new Set([...by, ...keyNames(layout), 'createdAt']);
  return [...names].filter((name) => !fixed.has(name)).flatMap((name) => toColumns(layout, name));
}

/** The names of what a row gives; of an embedded value that may be missing, all that is in it. */
function givenNames(layout: ModelLayout, item: Values): string[] {
  const given = spreadEmbedded(layout, item, { isWhole: ({ nullable, path }) => nullable && item[path[0] ?? ''] !== undefined, report: () => undefined });
  return Object.keys(given).map(toFieldName);
}

/**
 * Writes rows that are there or not.
 * @throws {EntityInvalidError} when two of the rows are the same.
 */
export async function upsertRows(
  parts: BulkParts,
  layout: ModelLayout,
  stored: StoredRows,
  { by, update }: { readonly by: readonly ColumnLayout[]; readonly update: readonly ColumnLayout[] },
  kysely: Kysely<AnyDatabase>,
): Promise<void> {
  assertDistinct(layout, stored, by);
  const ending = toEnding(parts, layout, by, update);
  const runs = splitByKey(layout, stored);
  const write = async (access: Kysely<AnyDatabase>): Promise<void> => {
    for (const run of runs) await writeRows(parts, layout, run, ending, access, () => undefined);
  };
  await (runs.length > 1 ? inTransaction(kysely, write) : write(kysely));
}

function toEnding({ driver }: BulkParts, layout: ModelLayout, by: readonly ColumnLayout[], update: readonly ColumnLayout[]): InsertEnding {
  const { onConflict } = driver.traits;
  const given = (column: string): string => (onConflict ? `excluded.${quote(column)}` : `values(${quote(column)})`);
  const names = new Set(update.map(({ column }) => column));
  const updatedAt = layout.timestamps ? layout.columns.get('updatedAt') : undefined;
  if (names.size > 0 && updatedAt !== undefined) names.add(updatedAt.column);
  const sets = [...names].map((name) => `${quote(name)} = ${given(name)}`);
  const version = versionOf(layout);
  if (sets.length > 0 && version !== undefined && !names.has(version.column))
    sets.push(`${quote(version.column)} = ${quote(layout.table)}.${quote(version.column)} + 1`);
  if (onConflict) {
    const target = `on conflict (${by.map(({ column }) => quote(column)).join(', ')})`;
    return { sql: `${target} do ${sets.length === 0 ? 'nothing' : `update set ${sets.join(', ')}`}`, parameters: [] };
  }
  const same = quote(by[0]?.column ?? layout.key.column); // a row that does not change gets the value it has
  return { sql: `on duplicate key update ${sets.length === 0 ? `${same} = ${quote(layout.table)}.${same}` : sets.join(', ')}`, parameters: [] };
}

/** Returns the column that counts the changes of a row, if the model has one. */
export function versionOf(layout: ModelLayout): ColumnLayout | undefined {
  return layout.versioned ? layout.columns.get('version') : undefined;
}

/** Some databases refuse to change a row twice with one statement, others do it. */
export function assertDistinct(layout: ModelLayout, { columns, rows }: StoredRows, by: readonly ColumnLayout[]): void {
  const places = by.map((column) => columns.indexOf(column));
  const seen = new Set<string>();
  for (const [index, row] of rows.entries()) {
    const values = places.map((place) => row[place] ?? null);
    if (values.includes(null)) continue; // it equals nothing
    const text = JSON.stringify(values.map(String));
    if (seen.has(text))
      throw new EntityInvalidError(layout.name, [
        { in: 'body', path: toPointer([index, ...toName(by[0]).split('.')]), message: 'is there twice in these rows' },
      ]);
    seen.add(text);
  }
}

function toName(column: ColumnLayout | undefined): string {
  return column?.relation ?? column?.name ?? '';
}

function keyNames({ keys }: ModelLayout): string[] {
  return keys.map(toName);
}

/** A relation to one of several models changes with all of its foreign keys, an embedded value with all of its columns. */
function toColumns(layout: ModelLayout, name: string): readonly ColumnLayout[] {
  const embedded = layout.embedded.get(name);
  if (embedded !== undefined) return embedded.columns;
  const arms = layout.morphs.get(name)?.arms;
  return arms === undefined ? [toColumn(layout, name, 'update')] : [...arms.values()].map(({ column }) => column);
}

function uniqueNames(layout: ModelLayout): (readonly string[])[] {
  const { uniques = [] } = layout.model.options;
  const own = [...layout.columns.values()].filter((column) => column.relation === undefined && column.spec.unique === true).map(({ name }) => [name]);
  const relations = [...layout.relations.values()].filter((relation) => relation.kind === 'belongsTo' && relation.part.spec.unique === true);
  return [...own, ...relations.map(({ name }) => [name]), ...uniques];
}

function toColumn(layout: ModelLayout, name: string, option: string): ColumnLayout {
  const relation = layout.relations.get(name);
  const column = relation?.kind === 'belongsTo' ? relation.column : layout.columns.get(name);
  if (column === undefined || (relation === undefined && column.relation !== undefined))
    throw new QueryInvalidError(layout.name, `"${option}" names ${JSON.stringify(name)}, which is neither a field nor a belongsTo relation`);
  return column;
}
