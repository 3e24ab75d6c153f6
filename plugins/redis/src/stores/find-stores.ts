/** Finds the stores of an application: every export of the files in its directory of stores that is one. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RedisStoreImportError } from '../errors.ts';
import { type AnyStoreDeclaration, isStore } from './define-store.ts';

const MODULE = /(?<!\.d|\.test)\.[cm]?[jt]s$/;

/**
 * Imports the stores in a directory; a directory that does not exist has none.
 * @throws {RedisStoreImportError} when a file cannot be imported.
 */
export async function findStores(directory: string): Promise<AnyStoreDeclaration[]> {
  if (!existsSync(directory)) return [];
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((file) => MODULE.test(file));
  const stores = new Set<AnyStoreDeclaration>();
  for (const file of files.toSorted().map((name) => join(directory, name))) {
    const exports: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href).catch((error: unknown) => {
      throw new RedisStoreImportError({ file }, error);
    });
    for (const value of Object.values(exports)) if (isStore(value)) stores.add(value);
  }
  return [...stores];
}
