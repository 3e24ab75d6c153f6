/** Loads `app/routes`: every export of every module in it that is a group of routes is used. */
import type { Logger } from '@oxidite/plugin-sdk';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RouteFileError, RoutesDirectoryError } from '../errors.ts';
import { isRouteGroup, type RouteGroup } from './route-group.ts';

/** Where route files are when the options do not say. */
const DEFAULT_DIRECTORY = 'app/routes';
const MODULE = /(?<!\.d|\.test)\.(?:ts|mts|js|mjs)$/;

/** Where to look for route files. */
export interface RouteFilesOptions {
  readonly root: string;
  /** Relative to `root`. Only the default may be missing. */
  readonly directory: string | undefined;
  readonly logger: Logger;
}

/**
 * Imports the route files, in the order of their names, those of sub-directories too.
 * @throws {RoutesDirectoryError} when the directory was set and cannot be read.
 * @throws {RouteFileError} when a file fails while it is imported.
 */
export async function loadRouteFiles({ root, directory, logger }: RouteFilesOptions): Promise<readonly RouteGroup[]> {
  const absolute = resolve(root, directory ?? DEFAULT_DIRECTORY);
  const groups = new Set<RouteGroup>();
  for (const file of await listModules(absolute, directory === undefined)) {
    const found = Object.values(await importModule(file)).filter(isRouteGroup);
    if (found.length === 0) logger.warn({ file }, 'a route file exports no group of routes: export const name = defineRoutes(...)');
    for (const group of found) groups.add(group);
  }
  return [...groups];
}

async function listModules(directory: string, mayBeMissing: boolean): Promise<string[]> {
  try {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && MODULE.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    if (mayBeMissing && error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw new RoutesDirectoryError(directory, error);
  }
}

async function importModule(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw new RouteFileError(file, error);
  }
}
