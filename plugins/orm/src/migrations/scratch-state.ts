/** Fills databases that are thrown away: with the tables of a state, or with what migrations make. */
import type { SqlDriver } from '../drivers/driver.ts';
import type { SchemaSnapshot } from '../drivers/schema-snapshot.ts';
import type { MigrationFile } from './migration-files.ts';
import { runWithoutHistory } from './run-without-history.ts';

/** Runs `work` with an empty database that is thrown away afterwards. */
export async function withScratch<Result>(driver: SqlDriver, work: (scratch: SqlDriver) => Promise<Result>): Promise<Result> {
  const scratch = await driver.createScratch();
  try {
    return await work(scratch);
  } finally {
    await scratch.close();
  }
}

/** Makes the tables of a snapshot, without rows. */
export async function createTables(scratch: SqlDriver, tables: SchemaSnapshot): Promise<void> {
  await changeTables(scratch, new Map(), tables);
}

/** Makes one state of the tables of another. */
export async function changeTables(scratch: SqlDriver, from: SchemaSnapshot, to: SchemaSnapshot): Promise<void> {
  const { up } = scratch.compareSchemas(from, to);
  await scratch.changeSchema(async (connection) => {
    for (const { sql } of up) await connection.execute(sql);
  });
}

/**
 * Applies migrations, one after the other, without a history.
 * @throws {MigrationFailedError} when one fails.
 */
export async function applyAll(scratch: SqlDriver, files: readonly MigrationFile[]): Promise<void> {
  for (const file of files) {
    const migration = await file.load();
    await scratch.changeSchema((connection) => runWithoutHistory(connection, { file, migration, direction: 'up' }));
  }
}
