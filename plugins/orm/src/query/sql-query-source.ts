/** Runs queries as SQL: statements come from the plans of the database, and go the way that sees the current transaction. */
import type { Kysely } from 'kysely';
import type { RawRows } from '../drivers/driver.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase, AnySelect } from './query-compiler.ts';
import type { QueryPlanner } from './query-plan.ts';
import type { QuerySource } from './query-source.ts';
import type { QueryState } from './query-state.ts';
import type { ReadRows } from './row-reader.ts';

/** The way to a database. */
export interface SqlAccess {
  readonly planner: QueryPlanner;
  /** Runs a compiled query. Errors of the database come out as Oxidite's. */
  read(sql: string, parameters: readonly unknown[]): RawRows | Promise<RawRows>;
  /** Kysely, in the current transaction. */
  kysely(): Kysely<AnyDatabase>;
}

/** The engine of databases that understand SQL. */
export class SqlQuerySource implements QuerySource {
  readonly #access: SqlAccess;

  constructor(access: SqlAccess) {
    this.#access = access;
  }

  rows(layout: ModelLayout, state: QueryState): ReadRows | Promise<ReadRows> {
    const { plan, parameters } = this.#access.planner.prepare(layout, state, 'rows');
    const rows = this.#access.read(plan.sql, parameters);
    return rows instanceof Promise ? rows.then(plan.read) : plan.read(rows);
  }

  async count(layout: ModelLayout, state: QueryState): Promise<number> {
    const { plan, parameters } = this.#access.planner.prepare(layout, state, 'count');
    return Number((await this.#access.read(plan.sql, parameters))[0]?.[0] ?? 0);
  }

  async exists(layout: ModelLayout, state: QueryState): Promise<boolean> {
    const { plan, parameters } = this.#access.planner.prepare(layout, state, 'exists');
    return (await this.#access.read(plan.sql, parameters)).length > 0;
  }

  toKysely(layout: ModelLayout, state: QueryState): AnySelect {
    return this.#access.planner.build(layout, state, this.#access.kysely());
  }

  toSql(layout: ModelLayout, state: QueryState): { readonly sql: string; readonly parameters: readonly unknown[] } {
    const { plan, parameters } = this.#access.planner.prepare(layout, state, 'rows');
    return { sql: plan.sql, parameters };
  }
}
