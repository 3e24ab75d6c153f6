/** Decides which migrations a run applies or undoes, from the files and the history. */
import type { DialectTraits, SchemaConnection } from '../drivers/driver.ts';
import {
  IndexInvalidError,
  MigrationEditedError,
  MigrationInterruptedError,
  MigrationIrreversibleError,
  MigrationMissingError,
  MigrationResumeError,
} from '../errors.ts';
import type { MigrationStep } from './apply-migrations.ts';
import { assertRunnable } from './connection-for.ts';
import { findVersion } from './find-version.ts';
import { addHistory, type HistoryEntry, listHistory, removeHistory, setProgress } from './history.ts';
import { adoptSquashes, type MigrationChain, readChain } from './migration-chain.ts';
import { isEdited } from './migration-files.ts';
import { findProgress, isUntouched } from './statement-journal.ts';

/** Options of {@link Migrator.migrate}. */
export interface MigrateOptions {
  /** Goes on although applied migrations were edited. Default: `false`. */
  readonly allowEdited?: boolean | undefined;
  /** The last one that is applied: its name, or the time at its beginning. Default: all. */
  readonly to?: string | undefined;
  /** Goes on with a migration that was interrupted: its statements that are in place are left out. Default: `false`. */
  readonly resume?: boolean | undefined;
  /** The release that is noted in the history. Default: `OXIDITE_RELEASE`, else the version in the application's package.json. */
  readonly release?: string | undefined;
}

/** Which migrations are undone: by default, those of the last run. `to` counts before `batch`, and that before `step`. */
export interface RollbackOptions {
  /** Undoes this many. */
  readonly step?: number | undefined;
  /** Undoes the run of this number and all later ones, see {@link Migrator.status}. */
  readonly batch?: number | undefined;
  /** Undoes what is behind this one: its name, or the time at its beginning. */
  readonly to?: string | undefined;
  /** Goes on with undoing a migration that was interrupted, and undoes nothing else. Default: `false`. */
  readonly resume?: boolean | undefined;
}

/** Where a plan is made. */
export interface PlanContext {
  readonly connection: SchemaConnection;
  readonly folder: string;
  readonly traits: DialectTraits;
  /** Whether the history is brought in order: squashes in the place of what they stand for. */
  readonly writes: boolean;
}

interface OpenHistory {
  readonly chain: MigrationChain;
  readonly entries: readonly HistoryEntry[];
  /** The statements that are in place of a migration that is resumed, by its name. */
  readonly resumed: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds what is to be applied, in its order, and the number of the run.
 * @throws {MigrationEditedError | MigrationInterruptedError | MigrationResumeError | IndexInvalidError | MigrationTransactionError | SquashPartialError | MigrationUnknownError}
 */
export async function findPending(
  context: PlanContext,
  { allowEdited = false, to, resume = false }: MigrateOptions,
): Promise<{ steps: MigrationStep[]; batch: number }> {
  const { chain, entries, resumed } = await openHistory(context, resume ? 'applying' : undefined);
  const applied = new Map(entries.filter(({ state }) => state === 'applied').map((entry) => [entry.name, entry]));
  const edited = chain.files.filter(({ name, checksum }) => isEdited(applied.get(name)?.checksum ?? checksum, checksum));
  if (edited.length > 0 && !allowEdited) throw new MigrationEditedError(edited.map(({ name }) => name));
  const lost = [...resumed.keys()].find((name) => !chain.files.some((file) => file.name === name));
  if (lost !== undefined) throw new MigrationResumeError(lost, `it is not in ${context.folder}.`);
  const names = chain.files.map(({ name }) => name);
  const last = to === undefined ? names.length : names.indexOf(findVersion(to, names, context.folder)) + 1;
  const pending = chain.files.slice(0, last).filter(({ name }) => !applied.has(name));
  const steps = await Promise.all(pending.map(async (file) => ({ file, migration: await file.load(), earlier: resumed.get(file.name) ?? [] })));
  for (const step of steps) assertRunnable(context.connection, step);
  return { steps, batch: Math.max(0, ...entries.map((entry) => entry.batch)) + 1 };
}

/**
 * Finds what is to be undone, in the order in which that happens.
 * @throws {MigrationIrreversibleError | MigrationMissingError | MigrationInterruptedError | MigrationResumeError | IndexInvalidError | MigrationTransactionError | SquashPartialError | MigrationUnknownError}
 */
export async function findUndone(context: PlanContext, options: RollbackOptions): Promise<MigrationStep[]> {
  const { chain, entries, resumed } = await openHistory(context, options.resume === true ? 'undoing' : undefined);
  const files = new Map(chain.files.map((file) => [file.name, file]));
  const steps: MigrationStep[] = [];
  for (const { name } of selectUndone(entries, [...resumed.keys()], context.folder, options)) {
    const file = files.get(name);
    if (file === undefined) throw new MigrationMissingError(name, context.folder);
    const migration = await file.load();
    if (migration.down === undefined) throw new MigrationIrreversibleError(name);
    const step = { file, migration, earlier: resumed.get(name) ?? [] };
    assertRunnable(context.connection, step);
    steps.push(step);
  }
  return steps;
}

/** Selects what is undone of a history, in the order in which that happens. */
export function selectUndone(
  entries: readonly HistoryEntry[],
  resumed: readonly string[],
  folder: string,
  { step, batch, to, resume }: RollbackOptions,
): readonly HistoryEntry[] {
  const latest = entries.toReversed();
  if (resume === true) return latest.filter(({ name }) => resumed.includes(name));
  if (to !== undefined) {
    const version = findVersion(
      to,
      entries.map(({ name }) => name),
      folder,
    );
    return latest.filter(({ name }) => name > version);
  }
  const last = Math.max(0, ...entries.map((entry) => entry.batch));
  if (batch !== undefined) return latest.filter((entry) => entry.batch >= batch);
  return step === undefined ? latest.filter((entry) => entry.batch === last) : latest.slice(0, step);
}

async function openHistory({ connection, folder, traits, writes }: PlanContext, resumes: 'applying' | 'undoing' | undefined): Promise<OpenHistory> {
  const chain = await readChain(folder);
  const { entries, adopted, partial } = adoptSquashes(chain, await listHistory(connection, traits));
  const [first] = partial;
  if (first !== undefined) throw first;
  if (writes)
    await connection.atomically(async () => {
      for (const { entry, replaced } of adopted) {
        for (const name of replaced) await removeHistory(connection, name);
        await addHistory(connection, entry);
      }
    });
  const settled: HistoryEntry[] = [];
  const resumed = new Map<string, readonly string[]>();
  for (const entry of entries) {
    if (entry.state === 'applied') {
      settled.push(entry);
      continue;
    }
    const found = await findProgress(connection, entry);
    const { done, uncertain, invalid } = found;
    const direction = entry.state === 'applying' ? 'up' : 'down';
    const isBegun = !isUntouched(found);
    if (isBegun && entry.state !== resumes) throw new MigrationInterruptedError({ name: entry.name, direction, statements: done, uncertain, invalid });
    if (invalid.length > 0) throw new IndexInvalidError(invalid);
    if (uncertain !== undefined) throw new MigrationResumeError(entry.name, `a part of this text of several statements may be in place:\n  ${uncertain}`);
    if (isBegun) resumed.set(entry.name, done);
    if (entry.state === 'undoing') settled.push({ ...entry, state: 'applied' });
    if (!isBegun && writes) await settle(connection, entry);
  }
  return { chain, entries: settled, resumed };
}

/** What was begun and left nothing behind counts as not begun. */
async function settle(connection: SchemaConnection, { name, state }: HistoryEntry): Promise<void> {
  if (state === 'applying') await removeHistory(connection, name);
  else await setProgress(connection, name, { state: 'applied', progress: null });
}
