/** Runs a migration where no history is kept: on a database that is thrown away, or for a look at its statements. */
import type { SchemaConnection } from '../drivers/driver.ts';
import { type LoadedMigration, withConnectionFor } from './connection-for.ts';
import { type MigrationDirection, runMigration, type StatementJournal } from './run-migration.ts';

/** How it is run. */
export interface BareRunOptions extends LoadedMigration {
  readonly direction: MigrationDirection;
  /** The statements that an interrupted run has done, which are left out. Default: none. */
  readonly earlier?: readonly string[];
  /** Is told each statement before it is run. */
  readonly onStatement?: (sql: string, parameters: readonly unknown[]) => void;
}

/**
 * Runs one direction of a migration as it wants to be run.
 * @throws {MigrationFailedError} when it fails.
 */
export async function runWithoutHistory(connection: SchemaConnection, options: BareRunOptions): Promise<void> {
  const { file, migration, direction, earlier = [], onStatement = () => undefined } = options;
  const journal: StatementJournal = { skipped: earlier, begin: async () => undefined, end: async () => undefined, fail: async () => undefined };
  await withConnectionFor(connection, options, async (own) => {
    const told: SchemaConnection = {
      ...own,
      execute(sql, parameters = []) {
        onStatement(sql, parameters);
        return own.execute(sql, parameters);
      },
    };
    await own.atomically(() => runMigration(told, { ...file, direction, journal }, (schema) => migration[direction]?.(schema)));
  });
}
