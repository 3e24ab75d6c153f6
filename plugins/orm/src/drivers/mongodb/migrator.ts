/**
 * Applies and undoes migrations of a MongoDB database. A run holds a lock from its first look at the history to its end. Changes of
 * collections cannot be undone, so the history tells before a migration begins that it has; one that did not come to its end is run
 * again from its beginning, when it is told to.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Db, MongoClient } from 'mongodb';
import { OxiditeError } from '@oxidite/plugin-sdk';
import {
  FreshRefusedError,
  MigrationEditedError,
  MigrationFailedError,
  MigrationInterruptedError,
  MigrationInvalidError,
  MigrationIrreversibleError,
  MigrationMissingError,
  MigrationResolveError,
  NotOnMongodbError,
} from '../../errors.ts';
import { toFileName } from '../../migrations/create-migration.ts';
import { findRelease } from '../../migrations/find-release.ts';
import { findVersion } from '../../migrations/find-version.ts';
import type { HistoryEntry } from '../../migrations/history.ts';
import { isEdited, listMigrationFiles, type MigrationFile } from '../../migrations/migration-files.ts';
import { type MigrateOptions, type RollbackOptions, selectUndone } from '../../migrations/migration-plan.ts';
import type { MigrationStatus } from '../../migrations/migration-status.ts';
import type { Migrator, MigratorPlace } from '../../migrations/migrator.ts';
import type { MigrationDirection } from '../../migrations/run-migration.ts';
import type { DocumentParts } from '../../unit-engine.ts';
import { isMongoMigration, type MongoMigration } from './define-migration.ts';
import type { WantedCollection } from './indexes.ts';
import { listHistory, removeHistory, setHistory } from './migration-history.ts';
import { type HeldLock, withMigrationLock } from './migration-lock.ts';
import { describeMissing, toMongoMigrationSource } from './migration-source.ts';
import { findMissing, listCollections } from './schema-tools.ts';

/** What migrations run on. */
export interface MigratorParts extends Pick<DocumentParts, 'clock' | 'logger'> {
  readonly client: MongoClient;
  readonly db: Db;
  readonly label: string;
  /** The collections of the models. */
  readonly wanted: readonly WantedCollection[];
}

interface Step {
  readonly file: MigrationFile;
  readonly migration: MongoMigration;
}

/** Creates the migrator of a database and a directory. */
export function createMongoMigrator(parts: MigratorParts, { root, directory, env }: MigratorPlace): Migrator {
  const folder = resolve(root, directory);
  const { db, clock } = parts;

  async function migrate({ allowEdited = false, to, resume = false, release }: MigrateOptions = {}): Promise<string[]> {
    return withMigrationLock(parts, async (lock) => {
      const history = await listHistory(db);
      assertSettled(history, resume ? 'applying' : undefined);
      const applied = new Map(history.filter(({ state }) => state !== 'applying').map((entry) => [entry.name, entry]));
      const files = listMigrationFiles(folder);
      const edited = files.filter(({ name, checksum }) => isEdited(applied.get(name)?.checksum ?? checksum, checksum));
      if (edited.length > 0 && !allowEdited) throw new MigrationEditedError(edited.map(({ name }) => name));
      const names = files.map(({ name }) => name);
      const last = to === undefined ? names.length : names.indexOf(findVersion(to, names, folder)) + 1;
      const steps = await loadSteps(files.slice(0, last).filter(({ name }) => !applied.has(name)));
      const notes = { batch: Math.max(0, ...history.map(({ batch }) => batch)) + 1, release: release ?? findRelease(env, root) };
      return runSteps(steps, 'up', async ({ file: { name, checksum }, migration }) => {
        const entry = { name, checksum, ...notes, appliedAt: new Date(clock.now()), durationMs: null };
        await setHistory(db, { ...entry, state: 'applying' });
        const startMs = clock.monotonicMs();
        await run(parts, lock, (context) => migration.up(context));
        await setHistory(db, { ...entry, durationMs: Math.round(clock.monotonicMs() - startMs), state: 'applied' });
      });
    });
  }

  async function rollback(options: RollbackOptions = {}): Promise<string[]> {
    return withMigrationLock(parts, async (lock) => {
      const history = await listHistory(db);
      assertSettled(history, options.resume === true ? 'undoing' : undefined);
      const begun = history.filter(({ state }) => state === 'undoing').map(({ name }) => name);
      const files = new Map(listMigrationFiles(folder).map((file) => [file.name, file]));
      const entries = new Map(history.map((entry) => [entry.name, entry]));
      const undone = selectUndone(history, begun, folder, options).map(({ name }) => {
        const file = files.get(name);
        if (file === undefined) throw new MigrationMissingError(name, folder);
        return file;
      });
      const steps = await loadSteps(undone);
      for (const { file, migration } of steps) if (migration.down === undefined) throw new MigrationIrreversibleError(file.name);
      return runSteps(steps, 'down', async ({ file: { name }, migration }) => {
        const entry = entries.get(name);
        if (entry !== undefined) await setHistory(db, { ...entry, state: 'undoing' });
        await run(parts, lock, (context) => migration.down?.(context));
        await removeHistory(db, name);
      });
    });
  }

  const refuse = (feature: string, remedy: string) => (): Promise<never> =>
    Promise.reject(new NotOnMongodbError(feature, 'a migration is a function there, and no list of statements', remedy));

  return {
    migrate,
    rollback,
    status: async () => listStatus(await listHistory(db), listMigrationFiles(folder)),
    async resolve(name, outcome) {
      await withMigrationLock(parts, async () => {
        const history = await listHistory(db);
        const entry = history.find((candidate) => candidate.name === name);
        const file = listMigrationFiles(folder).find((candidate) => candidate.name === name);
        if (entry === undefined && (file === undefined || outcome === 'not-applied'))
          throw new MigrationResolveError(name, file === undefined ? `there is none of this name in ${folder}.` : 'it is pending already.');
        if (entry?.state === 'applied')
          throw new MigrationResolveError(name, outcome === 'applied' ? 'it is applied already.' : 'it is applied; undo it with "oxidite rollback".');
        if (outcome === 'not-applied') return removeHistory(db, name);
        const batch = Math.max(0, ...history.map((other) => other.batch)) + 1;
        const added = { name, checksum: file?.checksum ?? '', batch, appliedAt: new Date(clock.now()), durationMs: null, release: findRelease(env, root) };
        return setHistory(db, { ...(entry ?? added), state: 'applied' });
      });
    },
    async fresh({ force = false, release } = {}) {
      if (env['NODE_ENV'] === 'production' && !force) throw new FreshRefusedError(parts.label);
      const dropped = await listCollections(db);
      for (const name of dropped) await db.dropCollection(name);
      return { dropped, applied: await migrate({ release }) };
    },
    async create({ name, blank = false, renames = [] } = {}) {
      if (renames.length > 0)
        throw new NotOnMongodbError(
          '--rename',
          'collections have no columns to be compared',
          'Write a blank migration, and rename with updateMany and $rename.',
        );
      const missing = blank ? { collections: [], indexes: [] } : await findUncreated();
      if (!blank && missing.collections.length + missing.indexes.length === 0) return undefined;
      const fullName = toFileName(clock.now(), name ?? describeMissing(missing), folder);
      const file = join(folder, `${fullName}.ts`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, toMongoMigrationSource(missing), { flag: 'wx' });
      return { name: fullName, file, notes: [] };
    },
    previewMigrate: refuse('A dry run', 'Read the file, and run it on a copy of the database.'),
    previewRollback: refuse('A dry run', 'Read the file, and run it on a copy of the database.'),
    check: refuse(
      '"oxidite migrate --check"',
      'Read the file: an index of a large collection takes time, and a unique one fails when two documents are the same.',
    ),
    compareWithModels: refuse('A comparison with the models', '"oxidite make:migration" writes the collections and indexes that are missing.'),
    squash: refuse('"oxidite migrate:squash"', 'Keep the migrations, or remove those that all databases have together with what the history tells of them.'),
    drift: refuse('"oxidite db:diff"', '"oxidite db:show" tells which collections and indexes there are.'),
    rehearse: refuse('A rehearsal', 'Run the migrations on a copy of the database.'),
  };

  /** What is missing is told from the database, so it has to have all that was written before. */
  async function findUncreated(): ReturnType<typeof findMissing> {
    const statuses = listStatus(await listHistory(db), listMigrationFiles(folder));
    const pending = statuses.filter(({ state }) => state === 'pending' || state === 'interrupted').map(({ name }) => name);
    if (pending.length > 0)
      throw new NotOnMongodbError(
        'A migration beside others that are not applied',
        `what is missing is told from the database, and ${pending.join(', ')} may make it`,
        'Run "oxidite migrate" first, or add --blank.',
      );
    return findMissing(db, parts.wanted);
  }
}

async function run({ client, db }: MigratorParts, lock: HeldLock, work: (context: Parameters<MongoMigration['up']>[0]) => void | Promise<void>): Promise<void> {
  await lock.assertHeld();
  const session = client.startSession();
  try {
    await work({ db, session });
  } finally {
    await session.endSession();
  }
  await lock.assertHeld();
}

async function loadSteps(files: readonly MigrationFile[]): Promise<Step[]> {
  return Promise.all(
    files.map(async (file) => {
      const migration = await file.loadDefault();
      if (isMongoMigration(migration)) return { file, migration };
      throw new MigrationInvalidError(
        file.file,
        "its default export is not a migration of MongoDB; write: export default defineMongoMigration({ async up({ db }) { … } }), with an import from '@oxidite/orm/mongodb'",
      );
    }),
  );
}

async function runSteps(steps: readonly Step[], direction: MigrationDirection, work: (step: Step) => Promise<void>): Promise<string[]> {
  const done: string[] = [];
  for (const step of steps) {
    const { name, file } = step.file;
    try {
      await work(step);
    } catch (error) {
      if (error instanceof OxiditeError) throw error;
      throw new MigrationFailedError({ name, file, direction, statement: undefined, kept: [], done, cause: error });
    }
    done.push(name);
  }
  return done;
}

function assertSettled(history: readonly HistoryEntry[], resumed: HistoryEntry['state'] | undefined): void {
  const begun = history.find(({ state }) => state !== 'applied' && state !== resumed);
  if (begun !== undefined) throw new MigrationInterruptedError({ name: begun.name, direction: begun.state === 'applying' ? 'up' : 'down', statements: [] });
}

function listStatus(history: readonly HistoryEntry[], files: readonly MigrationFile[]): MigrationStatus[] {
  const pending = new Map(files.map((file) => [file.name, file]));
  const statuses = history.map(({ name, checksum, state, batch, appliedAt, durationMs, release }): MigrationStatus => {
    const file = pending.get(name);
    pending.delete(name);
    const notes = { name, batch, appliedAt, durationMs, release };
    if (state !== 'applied') return { ...notes, state: 'interrupted', direction: state === 'applying' ? 'up' : 'down', statements: [] };
    return { ...notes, state: file === undefined ? 'missing' : isEdited(checksum, file.checksum) ? 'edited' : 'applied' };
  });
  for (const name of pending.keys()) statuses.push({ name, state: 'pending' });
  return statuses.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
