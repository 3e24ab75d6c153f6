/**
 * Remembers an application's commands in `.oxidite/commands.json`, so that `--help` and suggestions need no boot. The key
 * holds what decides the commands: this version, the configuration file, the lock file and the files in `app/commands`.
 * A cache that cannot be read, or does not fit, counts as none; one that cannot be written is no error.
 */
import { hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AppRoot, findLockFile } from './app-root.ts';
import type { CommandSpec } from '../run/command-spec.ts';

/** Where an application's commands stand, relative to its root. */
export const COMMANDS_DIRECTORY = join('app', 'commands');

const MODULE = /^[^.].*\.[mc]?[jt]s$/;

/** A command in the cache. */
export interface CachedCommand extends CommandSpec {
  /** The plugin that contributes it, or `application`. */
  readonly plugin: string;
  /** For a command of the application: its file, relative to the root. */
  readonly file?: string;
}

interface CacheDocument {
  readonly key: string;
  readonly commands: readonly CachedCommand[];
}

/** Reads the cache; returns `undefined` when there is none that fits. */
export function readCommandCache(app: AppRoot, version: string): readonly CachedCommand[] | undefined {
  try {
    const document: CacheDocument = JSON.parse(readFileSync(locateCache(app), 'utf8'));
    return document.key === computeCacheKey(app, version) && Array.isArray(document.commands) ? document.commands : undefined;
  } catch {
    return undefined;
  }
}

/** Replaces the cache in one step. */
export function writeCommandCache(app: AppRoot, version: string, commands: readonly CachedCommand[]): void {
  const file = locateCache(app);
  const draft = `${file}.${hash('sha1', JSON.stringify(commands)).slice(0, 8)}`; // writers of equal content may share it
  try {
    const document: CacheDocument = { key: computeCacheKey(app, version), commands };
    mkdirSync(join(app.root, '.oxidite'), { recursive: true });
    writeFileSync(draft, JSON.stringify(document));
    renameSync(draft, file);
  } catch {
    remove(draft);
  }
}

/** Lists the files with commands, relative to the root. */
export function listCommandFiles(root: string): string[] {
  try {
    const names = readdirSync(join(root, COMMANDS_DIRECTORY)).filter((name) => MODULE.test(name) && !name.endsWith('.d.ts'));
    return names.toSorted().map((name) => join(COMMANDS_DIRECTORY, name));
  } catch {
    return []; // there is no such directory
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // what could not be written need not be removed
  }
}

function computeCacheKey(app: AppRoot, version: string): string {
  const lockFile = findLockFile(app.root);
  return JSON.stringify([
    version,
    app.file,
    statSync(app.file).mtimeMs,
    lockFile === undefined ? null : hash('sha1', readFileSync(lockFile)),
    listCommandFiles(app.root).map((file) => [file, statSync(join(app.root, file)).mtimeMs]),
  ]);
}

function locateCache(app: AppRoot): string {
  return join(app.root, '.oxidite', 'commands.json');
}
