/**
 * Applies and undoes migrations. A run holds the database's write lock from its first look at the history to its end, so two
 * processes that start at once do not disturb each other: the second finds nothing left to do. Each migration happens as a
 * whole or not at all, where the database can undo changes of tables and the migration lets it; those before one that fails stay
 * applied.
 */
import { resolve } from 'node:path';
import type { Env } from '@oxidite/plugin-sdk';
import type { SqlDatabase } from '../database.ts';
import type { SchemaConnection } from '../drivers/driver.ts';
import type { SchemaStatement } from '../drivers/schema-snapshot.ts';
import { FreshRefusedError, MigrationResolveError } from '../errors.ts';
import { applyMigrations, type RunOutcome, undoMigrations } from './apply-migrations.ts';
import { compareWithModels, createMigration, type CreatedMigration, type CreateMigrationOptions } from './create-migration.ts';
import { findDrift, type SchemaDrift } from './find-drift.ts';
import { checkMigrations, type MigrationCheck } from './lint/check-migrations.ts';
import { findRelease } from './find-release.ts';
import { addHistory, ensureHistory, listHistory, removeHistory, setProgress } from './history.ts';
import { readChain } from './migration-chain.ts';
import { findPending, findUndone, type MigrateOptions, type RollbackOptions } from './migration-plan.ts';
import { listStatus, type MigrationStatus } from './migration-status.ts';
import { type MigrationPreview, previewMigrations } from './preview.ts';
import { rehearseMigrations, type RehearsalOptions, type RehearsedMigration } from './rehearse-migrations.ts';
import { squashMigrations, type SquashedMigrations, type SquashOptions } from './squash-migrations.ts';

/** Options of {@link Migrator.fresh}. */
export interface FreshOptions {
  /** Goes on although NODE_ENV is `production`. Default: `false`. */
  readonly force?: boolean | undefined;
  /** The release that is noted in the history. Default: as in {@link MigrateOptions}. */
  readonly release?: string | undefined;
}

/** What {@link Migrator.fresh} did. */
export interface FreshOutcome {
  /** The tables that were dropped. */
  readonly dropped: readonly string[];
  /** The migrations that were applied. */
  readonly applied: readonly string[];
}

/** Applies and undoes migrations. */
export interface Migrator {
  /** Tells where all migrations stand, in their order. */
  status(): Promise<MigrationStatus[]>;
  /**
   * Applies what is pending and returns its names.
   * @throws {MigrationEditedError} when an applied migration was edited.
   * @throws {MigrationInterruptedError} when one was interrupted, and is not to be resumed.
   * @throws {SquashPartialError} when the database has a part of what a squash stands for.
   * @throws {MigrationFailedError} when one fails; it leaves nothing but what the error names, and those before it stay.
   */
  migrate(options?: MigrateOptions): Promise<string[]>;
  /** Shows what {@link Migrator.migrate} would do, and changes nothing. */
  previewMigrate(options?: MigrateOptions): Promise<MigrationPreview>;
  /**
   * Looks for what locks for long, loses values or breaks the release that still runs, in what {@link Migrator.migrate} would
   * do. The database is only read.
   */
  check(options?: MigrateOptions): Promise<MigrationCheck>;
  /**
   * Undoes migrations, the latest first, and returns their names.
   * @throws {MigrationIrreversibleError | MigrationMissingError} when one cannot be undone: then none is.
   * @throws {MigrationInterruptedError} when one was interrupted, and is not to be resumed.
   */
  rollback(options?: RollbackOptions): Promise<string[]>;
  /** Shows what {@link Migrator.rollback} would do, and changes nothing. */
  previewRollback(options?: RollbackOptions): Promise<MigrationPreview>;
  /**
   * Notes of a migration that it is applied, or that it is not, after it was interrupted and finished or undone by hand. One
   * that is pending can be noted as applied, too: of a database whose tables were there before the migrations.
   * @throws {MigrationResolveError} when it is neither interrupted nor pending.
   */
  resolve(name: string, outcome: 'applied' | 'not-applied'): Promise<void>;
  /**
   * Drops all tables of the database and applies all migrations.
   * @throws {FreshRefusedError} when NODE_ENV is `production`, unless `force` is set.
   */
  fresh(options?: FreshOptions): Promise<FreshOutcome>;
  /** Writes a migration from what the models and the migrations differ in; `undefined` when they do not. */
  create(options?: CreateMigrationOptions): Promise<CreatedMigration | undefined>;
  /** Returns the statements that {@link Migrator.create} would write; none when models and migrations agree. */
  compareWithModels(): Promise<readonly SchemaStatement[]>;
  /**
   * Writes one migration that stands for many, and removes those. It is proven before that both make the same tables.
   * @throws {SquashRefusedError} when they do not, or when statements would be lost that change rows.
   */
  squash(options?: SquashOptions): Promise<SquashedMigrations>;
  /** Tells in what the tables of the database differ from what the applied migrations make, and from the models. */
  drift(): Promise<SchemaDrift>;
  /**
   * Runs all migrations on a database that is thrown away, each up, down and up again, with rows in the tables.
   * @throws {MigrationRehearsalError} when one does not stand it.
   */
  rehearse(options?: RehearsalOptions): Promise<RehearsedMigration[]>;
}

/** Where migrations are, and where what is noted of them comes from. */
export interface MigratorPlace {
  /** The application's directory. */
  readonly root: string;
  /** The directory of migrations, relative to it. */
  readonly directory: string;
  readonly env: Env;
}

/** Creates the migrator of a database and a directory. */
export function createMigrator(database: SqlDatabase, { root, directory, env }: MigratorPlace): Migrator {
  const folder = resolve(root, directory);
  const { driver, clock } = database;

  /** Runs `work` with the write lock; what it did before it returned a failure stays. */
  async function locked(work: (connection: SchemaConnection) => Promise<RunOutcome>): Promise<string[]> {
    const { names, failure } = await driver.changeSchema(async (connection) => {
      await ensureHistory(connection, driver.traits);
      return work(connection);
    });
    if (failure !== undefined) throw failure;
    return names;
  }

  const planContext = (
    connection: SchemaConnection,
    writes: boolean,
  ): { connection: SchemaConnection; folder: string; traits: typeof driver.traits; writes: boolean } => ({
    connection,
    folder,
    traits: driver.traits,
    writes,
  });

  const migrate = (options: MigrateOptions = {}): Promise<string[]> =>
    locked(async (connection) => {
      const { steps, batch } = await findPending(planContext(connection, true), options);
      return applyMigrations(connection, steps, { clock, batch, release: options.release ?? findRelease(env, root) });
    });

  return {
    status: () => driver.changeSchema(async (connection) => listStatus(connection, await readChain(folder), await listHistory(connection, driver.traits))),
    migrate,
    previewMigrate: (options = {}) =>
      previewMigrations(driver, { folder, direction: 'up', find: async (connection) => (await findPending(planContext(connection, false), options)).steps }),
    check: (options = {}) => checkMigrations(database, folder, async (connection) => (await findPending(planContext(connection, false), options)).steps),
    rollback: (options = {}) => locked(async (connection) => undoMigrations(connection, await findUndone(planContext(connection, true), options))),
    previewRollback: (options = {}) =>
      previewMigrations(driver, { folder, direction: 'down', find: (connection) => findUndone(planContext(connection, false), options) }),
    async resolve(name, outcome) {
      await locked(async (connection) => {
        const history = await listHistory(connection, driver.traits);
        const entry = history.find((candidate) => candidate.name === name);
        const file = (await readChain(folder)).files.find((candidate) => candidate.name === name);
        if (entry === undefined && (file === undefined || outcome === 'not-applied'))
          throw new MigrationResolveError(name, file === undefined ? `there is none of this name in ${folder}.` : 'it is pending already.');
        if (entry?.state === 'applied')
          throw new MigrationResolveError(name, outcome === 'applied' ? 'it is applied already.' : 'it is applied; undo it with "oxidite rollback".');
        if (outcome === 'not-applied') await removeHistory(connection, name);
        else if (entry !== undefined) await setProgress(connection, name, { state: 'applied', progress: null });
        else if (file !== undefined) {
          const notes = { appliedAt: new Date(clock.now()), durationMs: null, release: findRelease(env, root), state: 'applied' as const, progress: null };
          const batch = Math.max(0, ...history.map((other) => other.batch)) + 1;
          await addHistory(connection, { name, checksum: file.checksum, batch, ...notes });
        }
        return { names: [] };
      });
    },
    async fresh({ force = false, release } = {}) {
      if (env['NODE_ENV'] === 'production' && !force) throw new FreshRefusedError(driver.label);
      const tables = await driver.readSchema([]);
      await driver.changeSchema(async (connection) => {
        for (const { sql } of driver.compareSchemas(tables, new Map()).up) await connection.execute(sql);
      });
      return { dropped: [...tables.keys()], applied: await migrate({ release }) };
    },
    create: (options) => createMigration(database, folder, options),
    compareWithModels: async () => (await compareWithModels(database, folder)).up,
    squash: (options) => squashMigrations(database, folder, options),
    drift: () => findDrift(database, folder),
    rehearse: (options) => rehearseMigrations(database, folder, options),
  };
}
