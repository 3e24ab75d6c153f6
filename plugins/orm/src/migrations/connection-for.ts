/** Gives a migration the connection that it wants: in a transaction, or outside of any. */
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationTransactionError } from '../errors.ts';
import type { Migration } from './define-migration.ts';
import type { MigrationFile } from './migration-files.ts';

/** A migration, and where it is from. */
export interface LoadedMigration {
  readonly file: MigrationFile;
  readonly migration: Migration;
}

/** Tells whether a migration runs outside of a transaction. */
export function isOutside({ transaction }: Migration): boolean {
  return transaction === false;
}

/**
 * Refuses a migration that cannot be run here.
 * @throws {MigrationTransactionError} when it wants to run outside of a transaction, and the database does not let it.
 */
export function assertRunnable(connection: SchemaConnection, { file, migration }: LoadedMigration): void {
  if (isOutside(migration) && connection.withoutTransaction === undefined) throw new MigrationTransactionError(file.name);
}

/**
 * Runs `work` with the connection that a migration wants.
 * @throws {MigrationTransactionError} as {@link assertRunnable}.
 */
export async function withConnectionFor<Result>(
  connection: SchemaConnection,
  loaded: LoadedMigration,
  work: (own: SchemaConnection) => Promise<Result>,
): Promise<Result> {
  assertRunnable(connection, loaded);
  return isOutside(loaded.migration) && connection.withoutTransaction !== undefined ? connection.withoutTransaction(work) : work(connection);
}
