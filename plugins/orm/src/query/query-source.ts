/** Where queries run: the planner of the database, and the way to it that sees the current transaction. */
import type { Kysely } from 'kysely';
import type { RawRows } from '../drivers/driver.ts';
import type { AnyDatabase } from './query-compiler.ts';
import type { QueryPlanner } from './query-plan.ts';

/** Where queries run. */
export interface QuerySource {
  readonly planner: QueryPlanner;
  /** Runs a compiled query. Errors of the database come out as Oxidite's. */
  read(sql: string, parameters: readonly unknown[]): RawRows | Promise<RawRows>;
  /** Kysely, in the current transaction. */
  kysely(): Kysely<AnyDatabase>;
}
