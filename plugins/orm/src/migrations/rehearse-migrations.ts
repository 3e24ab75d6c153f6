/**
 * Tries all migrations on a database that is thrown away, as they will be used: with rows in the tables. Each is applied,
 * undone, and applied again; undoing it has to lead back to exactly the tables that were there before.
 */
import type { SqlDatabase } from '../database.ts';
import type { SqlDriver } from '../drivers/driver.ts';
import { MigrationRehearsalError } from '../errors.ts';
import type { Migration } from './define-migration.ts';
import { describeDifferences, type SchemaDifference } from './describe-differences.ts';
import { fillTables, type TableRows } from './fill-tables.ts';
import { readChain } from './migration-chain.ts';
import type { MigrationFile } from './migration-files.ts';
import type { MigrationDirection } from './run-migration.ts';
import { runWithoutHistory } from './run-without-history.ts';
import { withScratch } from './scratch-state.ts';

/** How migrations are tried. */
export interface RehearsalOptions {
  /** How many rows each table gets. Default: 3. */
  readonly count?: number;
  /** Rows for tables that cannot be filled by themselves, by the names of the database; those whose columns are not all there yet are left out. */
  readonly rows?: TableRows;
  /** The migrations that cannot be undone, on purpose. Default: none. */
  readonly irreversible?: readonly string[];
}

/** A migration that stood the test. */
export interface RehearsedMigration {
  readonly name: string;
  /** Whether it was undone and applied again. */
  readonly isReversible: boolean;
}

/**
 * Tries the migrations of a directory.
 * @throws {MigrationRehearsalError} naming the first that does not stand it, and why.
 */
export async function rehearseMigrations(database: SqlDatabase, folder: string, options: RehearsalOptions = {}): Promise<RehearsedMigration[]> {
  const { count = 3, rows = {}, irreversible = [] } = options;
  const { files } = await readChain(folder);
  return withScratch(database.driver, async (scratch) => {
    const rehearsed: RehearsedMigration[] = [];
    for (const file of files) {
      const migration = await file.load();
      const isReversible = migration.down !== undefined;
      if (!isReversible && !irreversible.includes(file.name))
        throw new MigrationRehearsalError(file.name, `it cannot be undone: it has no down(). If that is on purpose, name it in "irreversible".`);
      const before = await scratch.readSchema([]);
      await run(scratch, file, { migration, direction: 'up' });
      if (isReversible) {
        const after = await scratch.readSchema([]);
        await fill(scratch, file, { count, rows });
        await run(scratch, file, { migration, direction: 'down' });
        assertSame(file.name, 'undoing it does not lead back', describeDifferences(scratch, await scratch.readSchema([]), before));
        await fill(scratch, file, { count, rows });
        await run(scratch, file, { migration, direction: 'up', again: true });
        assertSame(file.name, 'applying it again does not lead to the same tables', describeDifferences(scratch, await scratch.readSchema([]), after));
      }
      await fill(scratch, file, { count, rows });
      rehearsed.push({ name: file.name, isReversible });
    }
    return rehearsed;
  });
}

async function run(
  scratch: SqlDriver,
  file: MigrationFile,
  { migration, direction, again = false }: { readonly migration: Migration; readonly direction: MigrationDirection; readonly again?: boolean },
): Promise<void> {
  try {
    await scratch.changeSchema((connection) => runWithoutHistory(connection, { file, migration, direction }));
  } catch (error) {
    const what = direction === 'down' ? 'undone' : again ? 'applied again, after it was undone' : 'applied';
    const cause = error instanceof Error ? error.message : String(error);
    throw new MigrationRehearsalError(file.name, `with rows in the tables it cannot be ${what}.\n${cause}`, error);
  }
}

async function fill(scratch: SqlDriver, file: MigrationFile, options: { readonly count: number; readonly rows: TableRows }): Promise<void> {
  const [unfilled] = await fillTables(scratch, options);
  if (unfilled === undefined) return;
  const cause = unfilled.error instanceof Error ? unfilled.error.message : String(unfilled.error);
  throw new MigrationRehearsalError(
    file.name,
    `no rows could be made for "${unfilled.table}" (${cause}); give some as "rows: { ${unfilled.table}: [{ … }] }".`,
    unfilled.error,
  );
}

function assertSame(name: string, problem: string, differences: readonly SchemaDifference[]): void {
  if (differences.length === 0) return;
  const list = differences.map(
    (difference) => `\n  ${difference.kind} ${difference.name}: found ${difference.found ?? 'nothing'}, expected ${difference.expected ?? 'nothing'}`,
  );
  throw new MigrationRehearsalError(name, `${problem}:${list.join('')}`);
}
