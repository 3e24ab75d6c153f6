/**
 * Looks at the migrations that are pending. Their statements are found by running them, as a preview does, on a database that
 * is thrown away: the application's own is only read, and nobody waits for a lock.
 */
import { readFileSync } from 'node:fs';
import type { SqlDatabase } from '../../database.ts';
import type { SchemaConnection } from '../../drivers/driver.ts';
import { readSizes } from '../../schema-tools.ts';
import type { MigrationStep } from '../apply-migrations.ts';
import { listHistory, MIGRATIONS_TABLE } from '../history.ts';
import { adoptSquashes, readChain } from '../migration-chain.ts';
import { recordSteps } from '../preview.ts';
import { applyAll, withScratch } from '../scratch-state.ts';
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
  const applied = new Set(adoptSquashes(chain, history).entries.map(({ name }) => name));
  const files = [...chain.files, ...chain.leftovers].filter(({ name }) => applied.has(name) && !steps.some(({ file }) => file.name === name));
  const { running, previews } = await withScratch(driver, async (scratch) => {
    await applyAll(
      scratch,
      files.toSorted((left, right) => (left.name < right.name ? -1 : 1)),
    );
    const made = await scratch.readSchema([]);
    const { up } = scratch.compareSchemas(made, new Map([...made, ...tables])); // what nobody has migrated, a migration may use, too
    await scratch.changeSchema(async (connection) => {
      for (const { sql } of up) await connection.execute(sql);
    });
    return { running: made, previews: await scratch.changeSchema((connection) => recordSteps(connection, 'up', steps)) };
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
      statements: previews[place]?.statements ?? [],
    })),
  });
  return { migrations: steps.map(({ file }) => file.name), ...report };
}
