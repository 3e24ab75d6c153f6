/**
 * Applies and undoes migrations. A run holds the database's write lock from its first look at the history to its end, so two
 * processes that start at once do not disturb each other: the second finds nothing left to do. Each migration happens as a
 * whole or not at all, where the database can undo changes of tables; those before one that fails stay applied.
 */
import { resolve } from 'node:path';
import type { Database } from '../database.ts';
import type { SchemaConnection } from '../drivers/driver.ts';
import { MigrationEditedError, MigrationFailedError, MigrationIrreversibleError, MigrationMissingError } from '../errors.ts';
import { createMigration, type CreatedMigration, type CreateMigrationOptions } from './create-migration.ts';
import type { Migration } from './define-migration.ts';
import { addHistory, ensureHistory, type HistoryEntry, listHistory, removeHistory } from './history.ts';
import { isEdited, listMigrationFiles, type MigrationFile } from './migration-files.ts';
import { runMigration } from './run-migration.ts';

/** Where a migration stands: `edited` was changed after it was applied, `missing` was applied and has no file any more. */
export type MigrationState = 'applied' | 'edited' | 'missing' | 'pending';

/** A migration and where it stands. */
export interface MigrationStatus {
  readonly name: string;
  readonly state: MigrationState;
  readonly batch?: number;
  readonly appliedAt?: Date;
}

/** Which migrations are undone: the last ones by number, or the last run. */
export interface RollbackOptions {
  /** Undoes this many. Without it, the last run is undone. */
  readonly step?: number | undefined;
}

/** Options of {@link Migrator.migrate}. */
export interface MigrateOptions {
  /** Goes on although applied migrations were edited. Default: `false`. */
  readonly allowEdited?: boolean | undefined;
}

/** Applies and undoes migrations. */
export interface Migrator {
  /** Tells where all migrations stand, in their order. */
  status(): Promise<MigrationStatus[]>;
  /**
   * Applies what is pending and returns its names.
   * @throws {MigrationEditedError} when an applied migration was edited.
   * @throws {MigrationFailedError} when one fails; it leaves nothing but what the error names, and those before it stay.
   */
  migrate(options?: MigrateOptions): Promise<string[]>;
  /**
   * Undoes migrations, the latest first, and returns their names.
   * @throws {MigrationIrreversibleError | MigrationMissingError} when one cannot be undone: then none is.
   */
  rollback(options?: RollbackOptions): Promise<string[]>;
  /** Writes a migration from what the models and the migrations differ in; `undefined` when they do not. */
  create(options?: CreateMigrationOptions): Promise<CreatedMigration | undefined>;
}

/** Creates the migrator of a database. */
export function createMigrator(database: Database, root: string, directory: string): Migrator {
  const folder = resolve(root, directory);
  const { driver, clock } = database;

  /** Runs `work` with the write lock; what it did before it returned a failure stays. */
  async function locked(work: (connection: SchemaConnection) => Promise<{ readonly names: string[]; readonly failure?: unknown }>): Promise<string[]> {
    const { names, failure } = await driver.changeSchema(async (connection) => {
      await ensureHistory(connection, driver.traits);
      return work(connection);
    });
    if (failure !== undefined) throw failure;
    return names;
  }

  async function apply(connection: SchemaConnection, pending: readonly MigrationFile[], batch: number): Promise<{ names: string[]; failure?: unknown }> {
    const names: string[] = [];
    for (const file of pending) {
      try {
        const migration = await file.load();
        await connection.atomically(async () => {
          await runMigration(connection, file, 'up', (schema) => migration.up(schema));
          await addHistory(connection, { name: file.name, checksum: file.checksum, batch, appliedAt: new Date(clock.now()) });
        });
      } catch (error) {
        return { names, failure: toFailure(file, 'up', error, names) };
      }
      names.push(file.name);
    }
    return { names };
  }

  async function undo(connection: SchemaConnection, entries: readonly HistoryEntry[]): Promise<{ names: string[]; failure?: unknown }> {
    const files = new Map(listMigrationFiles(folder).map((file) => [file.name, file]));
    const steps: { file: MigrationFile; migration: Migration }[] = [];
    for (const { name } of entries) {
      const file = files.get(name);
      if (file === undefined) throw new MigrationMissingError(name, folder);
      const migration = await file.load();
      if (migration.down === undefined) throw new MigrationIrreversibleError(name);
      steps.push({ file, migration });
    }
    const names: string[] = [];
    for (const { file, migration } of steps) {
      try {
        await connection.atomically(async () => {
          await runMigration(connection, file, 'down', (schema) => migration.down?.(schema));
          await removeHistory(connection, file.name);
        });
      } catch (error) {
        return { names, failure: toFailure(file, 'down', error, names) };
      }
      names.push(file.name);
    }
    return { names };
  }

  return {
    async status() {
      const history = new Map((await readHistory(database)).map((entry) => [entry.name, entry]));
      const files = listMigrationFiles(folder);
      const known = new Set(files.map(({ name }) => name));
      const missing = [...history.values()]
        .filter(({ name }) => !known.has(name))
        .map(({ name, batch, appliedAt }) => ({ name, state: 'missing' as const, batch, appliedAt }));
      const present = files.map(({ name, checksum }): MigrationStatus => {
        const entry = history.get(name);
        if (entry === undefined) return { name, state: 'pending' };
        return { name, state: isEdited(entry.checksum, checksum) ? 'edited' : 'applied', batch: entry.batch, appliedAt: entry.appliedAt };
      });
      return [...missing, ...present].toSorted((left, right) => (left.name < right.name ? -1 : 1));
    },
    migrate: ({ allowEdited = false } = {}) =>
      locked(async (connection) => {
        const history = await listHistory(connection);
        const applied = new Map(history.map((entry) => [entry.name, entry]));
        const files = listMigrationFiles(folder);
        const edited = files.filter(({ name, checksum }) => isEdited(applied.get(name)?.checksum ?? checksum, checksum));
        if (edited.length > 0 && !allowEdited) throw new MigrationEditedError(edited.map(({ name }) => name));
        const batch = Math.max(0, ...history.map((entry) => entry.batch)) + 1;
        return apply(
          connection,
          files.filter(({ name }) => !applied.has(name)),
          batch,
        );
      }),
    rollback: ({ step } = {}) =>
      locked(async (connection) => {
        const history = (await listHistory(connection)).toReversed();
        return undo(connection, step === undefined ? history.filter(({ batch }) => batch === history[0]?.batch) : history.slice(0, step));
      }),
    create: (options) => createMigration(database, folder, options),
  };
}

async function readHistory({ driver }: Database): Promise<HistoryEntry[]> {
  return driver.changeSchema(async (connection) => {
    await ensureHistory(connection, driver.traits);
    return listHistory(connection);
  });
}

function toFailure(file: MigrationFile, direction: 'down' | 'up', error: unknown, done: readonly string[]): unknown {
  return error instanceof MigrationFailedError
    ? error.after(done)
    : new MigrationFailedError({ name: file.name, file: file.file, direction, statement: undefined, kept: [], done, cause: error });
}
