/**
 * What a query needs of the engine that runs it. An engine belongs to a kind of database; queries know nothing of statements,
 * so another engine needs no other queries. Loading related rows is left to the query: an engine only returns their keys.
 */
import type { ModelLayout } from '../model/model-layout.ts';
import type { AnySelect } from './query-compiler.ts';
import type { QueryState } from './query-state.ts';
import type { ReadRows } from './row-reader.ts';

/** An engine, and its way to the database that sees the current transaction. Its errors are Oxidite's. */
export interface QuerySource {
  /**
   * Returns the rows that a query asks for. Beside them are, for each row: as `owner` the key of the owner when
   * `state.owner` is set, and as `key:…` the column by which each of `state.loads` finds its related
   * rows, and as `seek:0` and so on, when `state.seek` is set, the values that the next part begins behind. Rows before a row
   * are returned in the opposite order.
   */
  rows(layout: ModelLayout, state: QueryState): ReadRows | Promise<ReadRows>;
  /** Counts the rows, whatever limit and offset are. */
  count(layout: ModelLayout, state: QueryState): Promise<number>;
  /** Tells whether there is a row. */
  exists(layout: ModelLayout, state: QueryState): Promise<boolean>;
  /** Returns what `state.aggregate` makes of the values of the rows. */
  aggregate(layout: ModelLayout, state: QueryState): Promise<unknown>;
  /**
   * Changes the rows, checks the rules of the model, and returns how many rows there were.
   * @throws {NoUnitOfWorkError} outside of a unit of work.
   */
  update(layout: ModelLayout, state: QueryState, data: Readonly<Record<string, unknown>>): Promise<number>;
  /** Adds to a number of the rows, and returns how many rows there were. */
  add(layout: ModelLayout, state: QueryState, name: string, value: unknown): Promise<number>;
  /** Marks the rows as deleted, or takes the mark away, and returns how many rows there were. */
  mark(layout: ModelLayout, state: QueryState, deleted: boolean): Promise<number>;
  /** Deletes the rows and returns how many there were. */
  delete(layout: ModelLayout, state: QueryState): Promise<number>;
  /** Returns the query as one of Kysely, in the current transaction. */
  toKysely(layout: ModelLayout, state: QueryState): AnySelect;
  /** Returns the statement and its parameters. */
  toSql(layout: ModelLayout, state: QueryState): { readonly sql: string; readonly parameters: readonly unknown[] };
}
