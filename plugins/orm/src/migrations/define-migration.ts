/** Declares a migration: the default export of a file in `migrations/`. */

/** Marks a {@link Migration}; shared by all copies of the package. */
export const MIGRATION: unique symbol = Symbol.for('oxidite.migration');

/**
 * The database, as a migration changes it. Everything happens in one transaction, which MySQL and MariaDB end with each change
 * of tables, and which {@link MigrationDefinition.transaction} leaves out.
 */
export interface MigrationSchema {
  /** Runs one statement; values go into `parameters`, one for each `?`. */
  sql(statement: string, parameters?: readonly unknown[]): Promise<void>;
  /** Runs a query and returns its rows, for migrations that move data. */
  query<Row = Record<string, unknown>>(statement: string, parameters?: readonly unknown[]): Promise<readonly Row[]>;
}

/** What a migration does. */
export interface MigrationDefinition {
  /** Changes the database. */
  up(schema: MigrationSchema): void | Promise<void>;
  /** Undoes `up`. Without it, the migration cannot be rolled back. */
  down?(schema: MigrationSchema): void | Promise<void>;
  /**
   * `false` runs each statement for itself, outside of a transaction, as PostgreSQL wants it of `create index concurrently`.
   * What is done is noted after each, so that a migration that was interrupted can be resumed. On MySQL and MariaDB it changes
   * nothing, and SQLite refuses it. Default: `true`.
   */
  readonly transaction?: boolean;
  /** The migrations that this one stands for: a database that has all of them has this one. `migrate:squash` writes it. */
  readonly replaces?: readonly ReplacedMigration[];
}

/** The name of a migration that another one stands for; of one that stood for others itself, also those. */
export type ReplacedMigration = string | { readonly name: string; readonly replaces: readonly ReplacedMigration[] };

/** A migration. */
export interface Migration extends MigrationDefinition {
  readonly [MIGRATION]: true;
}

/** Declares a migration. */
export function defineMigration(definition: MigrationDefinition): Migration {
  return Object.freeze({ ...definition, [MIGRATION]: true as const });
}

/** Tells whether `value` is a {@link Migration}. */
export function isMigration(value: unknown): value is Migration {
  return typeof value === 'object' && value !== null && MIGRATION in value && value[MIGRATION] === true;
}
