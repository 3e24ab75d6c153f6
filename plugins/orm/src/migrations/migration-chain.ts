/**
 * The migrations of a directory as they are applied: in their order, and without those that another one stands for. A
 * database that has all of what a squash stands for has the squash; one that has a part of it can take neither.
 */
import { SquashPartialError } from '../errors.ts';
import type { ReplacedMigration } from './define-migration.ts';
import type { HistoryEntry } from './history.ts';
import { listMigrationFiles, type MigrationFile } from './migration-files.ts';

/** The migrations of a directory. */
export interface MigrationChain {
  readonly folder: string;
  /** Those that are applied, in their order. */
  readonly files: readonly MigrationFile[];
  /** What each squash stands for, by its name. */
  readonly squashes: ReadonlyMap<string, readonly ReplacedMigration[]>;
  /** Files of migrations for which another one stands: a squash was written, and they have not been removed yet. */
  readonly leftovers: readonly MigrationFile[];
}

/** A squash that a database has, because it has all that it stands for. */
export interface AdoptedSquash {
  readonly entry: HistoryEntry;
  readonly replaced: readonly string[];
}

/** A history, with squashes in the place of what they stand for. */
export interface AdoptedHistory {
  readonly entries: readonly HistoryEntry[];
  /** The squashes that have to be noted in it. */
  readonly adopted: readonly AdoptedSquash[];
  /** The squashes that can neither be applied nor count as applied: the database has a part of what they stand for. */
  readonly partial: readonly SquashPartialError[];
}

/**
 * Reads the migrations of a directory.
 * @throws {MigrationInvalidError} when a file that may stand for others cannot be imported.
 */
export async function readChain(folder: string): Promise<MigrationChain> {
  const all = listMigrationFiles(folder);
  const squashes = new Map<string, readonly ReplacedMigration[]>();
  for (const file of all) {
    if (!file.mayReplace) continue;
    const { replaces = [] } = await file.load();
    if (replaces.length > 0) squashes.set(file.name, replaces);
  }
  const replaced = new Set([...squashes.values()].flatMap(listReplaced));
  return { folder, squashes, files: all.filter(({ name }) => !replaced.has(name)), leftovers: all.filter(({ name }) => replaced.has(name)) };
}

/** Lists the names of all migrations that a squash stands for, also those that were squashed before. */
export function listReplaced(replaces: readonly ReplacedMigration[]): string[] {
  return replaces.flatMap((item) => (typeof item === 'string' ? [item] : [item.name, ...listReplaced(item.replaces)]));
}

/** Puts squashes in the place of what they stand for. */
export function adoptSquashes({ folder, files, squashes }: MigrationChain, history: readonly HistoryEntry[]): AdoptedHistory {
  let entries = [...history];
  const adopted: AdoptedSquash[] = [];
  const partial: SquashPartialError[] = [];
  for (const file of files) {
    const replaces = squashes.get(file.name);
    if (replaces === undefined || entries.some(({ name }) => name === file.name)) continue;
    const names = new Set(listReplaced(replaces));
    const found = entries.filter(({ name, state }) => names.has(name) && state === 'applied');
    const last = found.at(-1);
    if (last === undefined) continue;
    const missing = findMissing(replaces, new Set(found.map(({ name }) => name)));
    if (missing.length > 0) {
      partial.push(new SquashPartialError({ squash: file.name, applied: found.map(({ name }) => name), missing, folder }));
      continue;
    }
    const entry = { ...last, name: file.name, checksum: file.checksum, durationMs: null };
    entries = entries.flatMap((other) => (other === last ? [entry] : names.has(other.name) ? [] : [other]));
    adopted.push({ entry, replaced: found.map(({ name }) => name) });
  }
  return { entries, adopted, partial };
}

/** Lists the files of the migrations that a database has, or has begun, in their order. */
export function listAppliedFiles(chain: MigrationChain, history: readonly HistoryEntry[]): MigrationFile[] {
  const applied = new Set(adoptSquashes(chain, history).entries.map(({ name }) => name));
  return [...chain.files, ...chain.leftovers].filter(({ name }) => applied.has(name)).toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function findMissing(replaces: readonly ReplacedMigration[], applied: ReadonlySet<string>): string[] {
  return replaces.flatMap((item) => {
    if (typeof item === 'string') return applied.has(item) ? [] : [item];
    return applied.has(item.name) ? [] : findMissing(item.replaces, applied);
  });
}
