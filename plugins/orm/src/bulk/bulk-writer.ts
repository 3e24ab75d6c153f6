/** Writes many rows in one go, past the unit of work: nothing is loaded, and entities in memory do not learn of it. */
import type { Kysely } from 'kysely';
import type { SqlDatabase } from '../database.ts';
import { NoUnitOfWorkError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import { insertRows } from './insert-rows.ts';
import { toStoredRows } from './model-rows.ts';
import { toUniqueColumns, toUpdatedColumns, upsertRows } from './upsert-rows.ts';

type Values = Readonly<Record<string, unknown>>;

/** Runs what writes in the current transaction. Errors of the database come out as Oxidite's. */
export type WriteAccess = <Result>(work: (kysely: Kysely<AnyDatabase>) => Promise<Result>) => Promise<Result>;

/** How rows are told, and what changes of those that are there. */
export interface UpsertChoice {
  readonly by: readonly string[];
  readonly update?: readonly string[] | undefined;
}

/** Refuses to write, because there is no unit of work. */
export const refuseToWrite = (): Promise<never> => Promise.reject(new NoUnitOfWorkError('query'));

/** Inserts rows, all or none, and returns their keys in the same order. */
export async function insertMany(database: SqlDatabase, layout: ModelLayout, data: readonly Values[], write: WriteAccess): Promise<readonly unknown[]> {
  if (data.length === 0) return [];
  const stored = toStoredRows(database, layout, data);
  return write((kysely) => insertRows(database, layout, stored, kysely));
}

/** Inserts rows or changes those that are there, all or none. */
export async function upsert(
  database: SqlDatabase,
  layout: ModelLayout,
  data: readonly Values[],
  { by, update }: UpsertChoice,
  write: WriteAccess,
): Promise<void> {
  const columns = toUniqueColumns(layout, by);
  if (data.length === 0) return;
  const changed = toUpdatedColumns(layout, by, update, data);
  const stored = toStoredRows(database, layout, data);
  await write((kysely) => upsertRows(database, layout, stored, { by: columns, update: changed }, kysely));
}
