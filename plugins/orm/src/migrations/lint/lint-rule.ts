/** What a rule about statements is, and what it is told. */
import type { SqlDriverName } from '../../drivers/driver.ts';
import type { SchemaSnapshot } from '../../drivers/schema-snapshot.ts';
import type { Operation } from './operation.ts';
import type { TableHistory } from './table-history.ts';

/** Whether `migrate --check` fails because of a finding. */
export type LintSeverity = 'error' | 'warning';

/** A statement of a migration, and what it does. */
export interface LintStatement {
  readonly sql: string;
  readonly operations: readonly Operation[];
}

/** What a rule can ask. */
export interface LintContext {
  readonly driver: SqlDriverName;
  /** The tables just before the operation. */
  readonly history: TableHistory;
  /** The tables when all migrations are applied. */
  readonly last: TableHistory;
  /** All that the statement does. */
  readonly statement: LintStatement;
  /** What was done before, by all migrations of the run. */
  readonly earlier: readonly Operation[];
  /** What was done before in the same transaction, whose locks are held still. */
  readonly together: readonly Operation[];
  /** The tables that the running release knows: what its migrations make. `undefined` when that is not known. */
  readonly running: SchemaSnapshot | undefined;
  /** The number of rows of a table that was there before; `undefined` when the database does not tell. */
  readonly rowsOf: (table: string) => number | undefined;
}

/** A rule. */
export interface LintRule {
  /** Stable: allowances name it. */
  readonly id: string;
  readonly severity: LintSeverity;
  /** The databases that it holds for. */
  readonly drivers: readonly SqlDriverName[];
  /** What it is about, in a few words. */
  readonly about: string;
  /** What goes wrong: which lock, for how long, what breaks. */
  readonly harm: string;
  /** How the same is reached without harm. */
  readonly recipe: string;
  /** Returns what of the operation is about to do harm, as `the column "a"."b"`; `undefined` when nothing is. */
  find(operation: Operation, context: LintContext): string | undefined;
}

/** All databases. */
export const EVERYWHERE: readonly SqlDriverName[] = ['sqlite', 'postgresql', 'mysql', 'mariadb'];
/** The two that speak one language. */
export const MYSQL: readonly SqlDriverName[] = ['mysql', 'mariadb'];

/** Names a table or what belongs to it. */
export function nameOf(what: string, ...names: readonly string[]): string {
  return `${what} ${names.map((name) => `"${name}"`).join('.')}`;
}
