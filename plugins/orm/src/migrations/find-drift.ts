/** Finds where a database has drifted: from what the migrations that it has applied make, and from the models. */
import type { SqlDatabase } from '../database.ts';
import { readModelSchema } from '../schema-tools.ts';
import { describeDifferences, type SchemaDifference } from './describe-differences.ts';
import { listHistory, MIGRATIONS_TABLE } from './history.ts';
import { adoptSquashes, listAppliedFiles, readChain } from './migration-chain.ts';
import { applyAll, withScratch } from './scratch-state.ts';

/** In what a database differs from what it should be. */
export interface SchemaDrift {
  /** From what the applied migrations make of an empty database. */
  readonly migrations: readonly SchemaDifference[];
  /** From the models. */
  readonly models: readonly SchemaDifference[];
  /** The migrations that are not applied: what they do is no drift from the migrations, but one from the models. */
  readonly pending: readonly string[];
}

/**
 * Compares.
 * @throws {MigrationFailedError} when a migration does not run on an empty database.
 */
export async function findDrift(database: SqlDatabase, folder: string): Promise<SchemaDrift> {
  const { driver } = database;
  const chain = await readChain(folder);
  const history = await driver.changeSchema((connection) => listHistory(connection, driver.traits));
  const files = listAppliedFiles(chain, history);
  const applied = new Set(adoptSquashes(chain, history).entries.map(({ name }) => name));
  const found = await driver.readSchema([MIGRATIONS_TABLE]);
  const expected = await withScratch(driver, async (scratch) => {
    await applyAll(scratch, files);
    return scratch.readSchema([]);
  });
  return {
    migrations: describeDifferences(driver, found, expected),
    models: describeDifferences(driver, found, await readModelSchema(database)),
    pending: chain.files.filter(({ name }) => !applied.has(name)).map(({ name }) => name),
  };
}
