/**
 * Shows what migrations would do, without changing anything: they are run for real, in a transaction that is rolled back.
 * Where changes of tables cannot be undone, they are run on a copy of the tables, which has no rows.
 */
import type { SqlDriver, SchemaConnection } from '../drivers/driver.ts';
import { MigrationFailedError } from '../errors.ts';
import type { MigrationStep } from './apply-migrations.ts';
import { type MigrationDirection, runMigration } from './run-migration.ts';
import { createTables, withScratch } from './scratch-state.ts';

/** A statement and its parameters. */
export interface PreviewedStatement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** What migrations would do. */
export interface MigrationPreview {
  /** Where they were run: in a transaction that was rolled back, or on a copy of the tables without rows. */
  readonly on: 'copy' | 'transaction';
  readonly migrations: readonly { readonly name: string; readonly statements: readonly PreviewedStatement[] }[];
}

/**
 * Runs the steps that `plan` finds, and undoes all of it.
 * @throws {MigrationFailedError} when one would fail.
 */
export async function previewMigrations(
  driver: SqlDriver,
  direction: MigrationDirection,
  plan: (connection: SchemaConnection) => Promise<readonly MigrationStep[]>,
): Promise<MigrationPreview> {
  if (driver.traits.undoesChanges)
    return { on: 'transaction', migrations: await rolledBack(driver, async (connection) => recordSteps(connection, direction, await plan(connection))) };
  const steps = await driver.changeSchema(plan);
  const tables = await driver.readSchema([]);
  return withScratch(driver, async (scratch) => {
    await createTables(scratch, tables);
    return { on: 'copy', migrations: await scratch.changeSchema((connection) => recordSteps(connection, direction, steps)) };
  });
}

async function rolledBack<Result>(driver: SqlDriver, work: (connection: SchemaConnection) => Promise<Result>): Promise<Result> {
  const over: { result?: { readonly value: Result } } & Error = new Error('a preview is rolled back');
  try {
    await driver.changeSchema(async (connection) => {
      over.result = { value: await work(connection) };
      throw over;
    });
  } catch (error) {
    if (error !== over) throw error;
  }
  if (over.result === undefined) throw over;
  return over.result.value;
}

/** Runs migrations and notes their statements. */
export async function recordSteps(
  connection: SchemaConnection,
  direction: MigrationDirection,
  steps: readonly MigrationStep[],
): Promise<MigrationPreview['migrations']> {
  const migrations: { name: string; statements: readonly PreviewedStatement[] }[] = [];
  for (const { file, migration } of steps) {
    const statements: PreviewedStatement[] = [];
    const recorded: SchemaConnection = {
      ...connection,
      execute(sql, parameters = []) {
        statements.push({ sql, parameters });
        return connection.execute(sql, parameters);
      },
    };
    try {
      await connection.atomically(() => runMigration(recorded, { ...file, direction }, (schema) => migration[direction]?.(schema)));
    } catch (error) {
      throw error instanceof MigrationFailedError ? new MigrationFailedError({ ...error.failure, kept: [] }) : error; // nothing stays of a preview
    }
    migrations.push({ name: file.name, statements });
  }
  return migrations;
}
