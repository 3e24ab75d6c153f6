/**
 * Finds the application's directory the way the kernel's discovery does, but only by looking: for the command cache, which
 * must be readable before anything heavy is imported. The kernel's own discovery decides whenever an application is opened.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The extensions of `oxidite.config.*`, in the kernel's order; a test holds the two equal. */
export const CONFIG_EXTENSIONS = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'] as const;

const LOCK_FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock'];

/** An application's directory and configuration file. */
export interface AppRoot {
  readonly root: string;
  /** The absolute path of the configuration file. */
  readonly file: string;
}

/** Finds the application for `directory`, or returns `undefined`. */
export function findAppRoot(directory: string): AppRoot | undefined {
  for (const candidate of listAncestors(directory)) {
    const entries = listEntries(candidate);
    const name = CONFIG_EXTENSIONS.map((extension) => `oxidite.config.${extension}`).find((file) => entries.has(file));
    if (name !== undefined) return { root: candidate, file: join(candidate, name) };
    if (!entries.has('package.json') && !entries.has('package.yaml')) continue;
    const file = join(candidate, 'package.json');
    return hasConfigKey(file) ? { root: candidate, file } : undefined; // a package is a project: the search ends here
  }
  return undefined;
}

/** Finds the lock file of a package manager in `directory` or above it. */
export function findLockFile(directory: string): string | undefined {
  for (const candidate of listAncestors(directory)) {
    const entries = listEntries(candidate);
    const name = LOCK_FILES.find((file) => entries.has(file));
    if (name !== undefined) return join(candidate, name);
  }
  return undefined;
}

function* listAncestors(directory: string): Generator<string> {
  let current = directory;
  for (;;) {
    yield current;
    const parent = dirname(current);
    if (parent === current) return;
    current = parent;
  }
}

function listEntries(directory: string): ReadonlySet<string> {
  try {
    return new Set(readdirSync(directory));
  } catch {
    return new Set(); // not ours to read
  }
}

function hasConfigKey(file: string): boolean {
  try {
    const { oxidite }: { oxidite?: { plugins?: unknown } } = JSON.parse(readFileSync(file, 'utf8'));
    return oxidite?.plugins !== undefined;
  } catch {
    return false; // the kernel reports it when the application is opened
  }
}
