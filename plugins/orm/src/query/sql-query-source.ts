/** Runs queries as SQL: statements come from the plans of the database, and go the way that sees the current transaction. */
import type { Kysely } from 'kysely';
import type { WriteAccess } from '../bulk/bulk-writer.ts';
import { type ColumnChange, deleteRows, updateRows } from '../bulk/change-rows.ts';
import { toValueConverter } from '../drivers/field-values.ts';
import { type BulkParts, toStoredChanges, toStoredMoment } from '../bulk/model-rows.ts';
import type { RawRows } from '../drivers/driver.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { toAggregateValue } from './aggregate.ts';
import { columnOf } from './find-names.ts';
import type { AnyDatabase, AnySelect } from './query-compiler.ts';
import type { RepeatedQueries } from '../repeated-queries.ts';
import { DatabaseBusyError, QueryInvalidError } from '../errors.ts';
import type { QueryMode } from './parse-query.ts';
import type { QueryPlan, QueryPlanner, ReadyQuery } from './query-plan.ts';
import type { QuerySource } from './query-source.ts';
import type { QueryState } from './query-state.ts';
import { toStoredValue } from './stored-value.ts';
import type { ReadRows } from './row-reader.ts';

/** Source: PostgreSQL, Appendix A. */
const LOCKED_POSTGRESQL = '55P03';
/** Source: MySQL, "Server Error Message Reference"; MariaDB, "Error Codes". */
const LOCKED_MYSQL = new Set([1205, 3572]);

/** The way to a database. */
export interface SqlAccess {
  readonly parts: BulkParts & { readonly planner: QueryPlanner };
  /**
   * Runs a compiled query. Errors of the database come out as Oxidite's.
   * @param isFresh whether a replica will not do.
   */
  read(sql: string, parameters: readonly unknown[], isFresh: boolean): RawRows | Promise<RawRows>;
  /** Kysely, in the current transaction. */
  kysely(): Kysely<AnyDatabase>;
  readonly write: WriteAccess;
  /** Tells whether a transaction is open. */
  isInTransaction(): boolean;
  /** Counts queries; `undefined` when nobody wants to know. */
  readonly repeats?: RepeatedQueries | undefined;
}

/** The engine of databases that understand SQL. */
export class SqlQuerySource implements QuerySource {
  readonly #access: SqlAccess;

  constructor(access: SqlAccess) {
    this.#access = access;
  }

  rows(layout: ModelLayout, state: QueryState): ReadRows | Promise<ReadRows> {
    const { plan, parameters } = this.#prepare(layout, state, 'rows');
    if (state.lock !== undefined) return this.#readLocked(layout, plan, parameters);
    const rows = this.#access.read(plan.sql, parameters, state.fresh === true);
    return rows instanceof Promise ? rows.then(plan.read) : plan.read(rows);
  }

  async count(layout: ModelLayout, state: QueryState): Promise<number> {
    const { plan, parameters } = this.#prepare(layout, state, 'count');
    return Number((await this.#access.read(plan.sql, parameters, state.fresh === true))[0]?.[0] ?? 0);
  }

  async exists(layout: ModelLayout, state: QueryState): Promise<boolean> {
    const { plan, parameters } = this.#prepare(layout, state, 'exists');
    return (await this.#access.read(plan.sql, parameters, state.fresh === true)).length > 0;
  }

  async aggregate(layout: ModelLayout, state: QueryState): Promise<unknown> {
    if (state.aggregate === undefined) return undefined;
    const { planner, driver } = this.#access.parts;
    const { plan, parameters } = planner.prepare(layout, state, 'aggregate');
    return toAggregateValue(
      state.aggregate,
      (await this.#access.read(plan.sql, parameters, state.fresh === true))[0]?.[0],
      toValueConverter(driver, state.aggregate.column),
    );
  }

  async update(layout: ModelLayout, state: QueryState, data: Readonly<Record<string, unknown>>): Promise<number> {
    const changes = [...toStoredChanges(this.#access.parts, layout, data)].map(([column, value]) => ({ column, kind: 'set' as const, value }));
    return changes.length === 0 ? 0 : this.#update(layout, state, changes);
  }

  async add(layout: ModelLayout, state: QueryState, name: string, value: unknown): Promise<number> {
    const { driver } = this.#access.parts;
    const column = columnOf(layout, name);
    return this.#update(layout, state, [{ column, kind: 'add', value: toStoredValue(layout, column, value, driver) }]);
  }

  async mark(layout: ModelLayout, state: QueryState, deleted: boolean): Promise<number> {
    const { parts } = this.#access;
    const column = columnOf(layout, 'deletedAt');
    const value = deleted ? toStoredMoment(parts, column, new Date(parts.clock.now())) : null;
    return this.#update(layout, state, [{ column, kind: 'set', value }]);
  }

  async delete(layout: ModelLayout, state: QueryState): Promise<number> {
    const { parts, write } = this.#access;
    return write((kysely) => deleteRows({ parts, planner: parts.planner, layout, state }, kysely));
  }

  toKysely(layout: ModelLayout, state: QueryState): AnySelect {
    return this.#access.parts.planner.build(layout, state, this.#access.kysely());
  }

  toSql(layout: ModelLayout, state: QueryState): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const { plan, parameters } = this.#access.parts.planner.prepare(layout, state, 'rows');
    return { sql: plan.sql, parameters };
  }

  async #readLocked(layout: ModelLayout, plan: QueryPlan, parameters: readonly unknown[]): Promise<ReadRows> {
    if (!this.#access.isInTransaction())
      throw new QueryInvalidError(layout.name, 'rows are locked until a transaction ends, and none is open here; put it into orm.transaction(…)');
    try {
      return plan.read(await this.#access.read(plan.sql, parameters, true));
    } catch (error) {
      const { code, errno } = error as { readonly code?: unknown; readonly errno?: unknown };
      throw code === LOCKED_POSTGRESQL || LOCKED_MYSQL.has(Number(errno)) ? new DatabaseBusyError(error) : error;
    }
  }

  /** Parts of one list, and rows that are related to many rows, are not asked for in vain. */
  #prepare(layout: ModelLayout, state: QueryState, mode: QueryMode): ReadyQuery {
    const ready = this.#access.parts.planner.prepare(layout, state, mode);
    if (this.#access.repeats !== undefined && state.seek === undefined && state.owner === undefined) this.#access.repeats.note(ready.plan.sql, layout.name);
    return ready;
  }

  #update(layout: ModelLayout, state: QueryState, changes: readonly ColumnChange[]): Promise<number> {
    const { parts, write } = this.#access;
    return write((kysely) => updateRows({ parts, planner: parts.planner, layout, state }, changes, kysely));
  }
}
