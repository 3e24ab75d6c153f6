/**
 * Shows what migrations would do, without changing anything: they are run for real, in a transaction that is rolled back.
 * Where changes of tables cannot be undone, or one is to run outside of a transaction, they are run on a copy of the tables,
 * which has no rows.
 */
import type { SqlDriver, SchemaConnection } from '../drivers/driver.ts';
import { quote } from '../drivers/quote.ts';
import { MigrationFailedError } from '../errors.ts';
import type { MigrationStep } from './apply-migrations.ts';
import { isOutside } from './connection-for.ts';
import { listHistory } from './history.ts';
import { listAppliedFiles, readChain } from './migration-chain.ts';
import type { MigrationDirection } from './run-migration.ts';
import { runWithoutHistory } from './run-without-history.ts';
import { applyAll, changeTables, createTables, withScratch } from './scratch-state.ts';

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

/** What is previewed. */
export interface PreviewPlan {
  readonly folder: string;
  readonly direction: MigrationDirection;
  /** Finds the migrations. */
  readonly find: (connection: SchemaConnection) => Promise<readonly MigrationStep[]>;
}

/** The statements of a migration. */
export type RecordedMigration = MigrationPreview['migrations'][number];

/**
 * Runs the migrations that a plan finds, and undoes all of it.
 * @throws {MigrationFailedError} when one would fail.
 */
export async function previewMigrations(driver: SqlDriver, { folder, direction, find }: PreviewPlan): Promise<MigrationPreview> {
  const { undoesChanges } = driver.traits;
  const look = async (connection: SchemaConnection): Promise<{ steps: readonly MigrationStep[]; migrations?: readonly RecordedMigration[] }> => {
    const steps = await find(connection);
    return undoesChanges && !steps.some(({ migration }) => isOutside(migration))
      ? { steps, migrations: await recordSteps(connection, direction, steps) }
      : { steps };
  };
  const { steps, migrations } = undoesChanges ? await rolledBack(driver, look) : await driver.changeSchema(look);
  if (migrations !== undefined) return { on: 'transaction', migrations };
  return withScratch(driver, async (scratch) => {
    await copyTables(driver, scratch, { folder, steps, direction });
    return { on: 'copy', migrations: await scratch.changeSchema((connection) => recordSteps(connection, direction, steps)) };
  });
}

/** Where changes of tables can be undone, they may need types and functions; those are as the migrations have made them. */
async function copyTables(
  driver: SqlDriver,
  scratch: SqlDriver,
  { folder, steps, direction }: Pick<PreviewPlan, 'direction' | 'folder'> & { readonly steps: readonly MigrationStep[] },
): Promise<void> {
  const tables = await driver.readSchema([]);
  if (!driver.traits.undoesChanges) return createTables(scratch, tables);
  const history = await driver.changeSchema((connection) => listHistory(connection, driver.traits));
  const pending = new Set(direction === 'up' ? steps.map(({ file }) => file.name) : []);
  await applyAll(
    scratch,
    listAppliedFiles(await readChain(folder), history).filter(({ name }) => !pending.has(name)),
  );
  await changeTables(scratch, await scratch.readSchema([]), tables);
  if (tables.size > 0) await scratch.changeSchema(async (connection) => connection.execute(`truncate ${[...tables.keys()].map(quote).join(', ')} cascade`));
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

async function recordSteps(connection: SchemaConnection, direction: MigrationDirection, steps: readonly MigrationStep[]): Promise<RecordedMigration[]> {
  const migrations: RecordedMigration[] = [];
  for (const step of steps) migrations.push(await recordStep(connection, direction, step));
  return migrations;
}

/**
 * Runs a migration and notes its statements.
 * @throws {MigrationFailedError} when it fails.
 */
export async function recordStep(connection: SchemaConnection, direction: MigrationDirection, step: MigrationStep): Promise<RecordedMigration> {
  const statements: PreviewedStatement[] = [];
  try {
    await runWithoutHistory(connection, { ...step, direction, onStatement: (sql, parameters) => void statements.push({ sql, parameters }) });
  } catch (error) {
    throw error instanceof MigrationFailedError ? new MigrationFailedError({ ...error.failure, kept: [] }) : error; // nothing stays of a preview
  }
  return { name: step.file.name, statements };
}
