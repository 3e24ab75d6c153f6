/**
 * Looks at the migrations that are pending. Their statements are found by running them, as a preview does, on a database that
 * is thrown away: the application's own is only read, and nobody waits for a lock.
 */
import { readFileSync } from 'node:fs';
import type { SqlDatabase } from '../../database.ts';
import type { SchemaConnection } from '../../drivers/driver.ts';
import { readSizes } from '../../schema-tools.ts';
import { MigrationFailedError, StatementInTransactionError } from '../../errors.ts';
import type { MigrationStep } from '../apply-migrations.ts';
import { isOutside } from '../connection-for.ts';
import { listHistory, MIGRATIONS_TABLE } from '../history.ts';
import { listAppliedFiles, readChain } from '../migration-chain.ts';
import { type RecordedMigration, recordStep } from '../preview.ts';
import { applyAll, changeTables, withScratch } from '../scratch-state.ts';
import type { LintReport } from './finding-sheet.ts';
import { lintMigrations } from './lint-migrations.ts';

/** What was found in the migrations that are pending. */
export interface MigrationCheck extends LintReport {
  /** The names of the migrations that were looked at. */
  readonly migrations: readonly string[];
}

/**
 * Looks at the migrations that `plan` finds.
 * @throws {MigrationFailedError} when one of them, or one that is applied, does not run on a database without rows.
 */
export async function checkMigrations(
  database: SqlDatabase,
  folder: string,
  plan: (connection: SchemaConnection) => Promise<readonly MigrationStep[]>,
): Promise<MigrationCheck> {
  const { driver } = database;
  const chain = await readChain(folder);
  const { steps, history } = await driver.changeSchema(async (connection) => ({
    steps: await plan(connection),
    history: await listHistory(connection, driver.traits),
  }));
  const tables = await driver.readSchema([MIGRATIONS_TABLE]);
  const sizes = await readSizes(database, [...tables.keys()]);
  const files = listAppliedFiles(chain, history).filter(({ name }) => !steps.some(({ file }) => file.name === name));
  const { running, recorded } = await withScratch(driver, async (scratch) => {
    await applyAll(scratch, files);
    const made = await scratch.readSchema([]);
    await changeTables(scratch, made, new Map([...made, ...tables])); // what nobody has migrated, a migration may use, too
    return { running: made, recorded: await scratch.changeSchema((connection) => recordAll(connection, steps)) };
  });
  const report = lintMigrations({
    driver: driver.name,
    tables,
    running: files.length === 0 ? undefined : running,
    rows: new Map([...sizes].flatMap(([name, { rows }]) => (rows === null ? [] : [[name, rows] as const]))),
    migrations: steps.map(({ file, migration }, place) => ({
      name: file.name,
      file: file.file,
      source: readFileSync(file.file, 'utf8'),
      isReversible: migration.down !== undefined,
      isOutside: isOutside(migration),
      refused: recorded[place]?.refused,
      statements: recorded[place]?.statements ?? [],
    })),
  });
  return { migrations: steps.map(({ file }) => file.name), ...report };
}

interface CheckedMigration extends RecordedMigration {
  /** The statement that its transaction does not allow. */
  readonly refused: string | undefined;
}

async function recordAll(connection: SchemaConnection, steps: readonly MigrationStep[]): Promise<CheckedMigration[]> {
  const recorded: CheckedMigration[] = [];
  for (const step of steps) recorded.push(await record(connection, step));
  return recorded;
}

/** What a transaction does not allow is found, and the rest of the migration is looked at, too. */
async function record(connection: SchemaConnection, step: MigrationStep): Promise<CheckedMigration> {
  try {
    return { ...(await recordStep(connection, 'up', step)), refused: undefined };
  } catch (error) {
    const isRefused = error instanceof MigrationFailedError && error.failure.cause instanceof StatementInTransactionError;
    if (!isRefused || isOutside(step.migration)) throw error;
    const outside = { ...step, migration: { ...step.migration, transaction: false } };
    return { ...(await recordStep(connection, 'up', outside)), refused: error.failure.statement };
  }
}
