/** Runs the seeders of an application. */
import { resolve } from 'node:path';
import type { ServiceScopes } from '@oxidite/plugin-sdk';
import { SeederFailedError, SeederUnknownError } from '../errors.ts';
import { importDirectory } from '../import-directory.ts';
import { isSeeder, type Seeder } from './define-seeder.ts';

/** Where seeders are found and run. */
export interface SeedContext {
  readonly root: string;
  readonly seedersDirectory: string;
  readonly scopes: ServiceScopes;
}

/**
 * Runs all seeders in the order of their names, or the one of this name, and returns the names.
 * @throws {SeederUnknownError} when there is none of this name.
 * @throws {SeederFailedError} when one fails; it leaves nothing, and those before it stay.
 */
export async function seed({ root, seedersDirectory, scopes }: SeedContext, name?: string): Promise<string[]> {
  const directory = resolve(root, seedersDirectory);
  const found = new Map<string, Seeder>();
  for (const { file, exports } of await importDirectory(directory, (place, error) => new SeederFailedError(place, error))) {
    for (const value of Object.values(exports)) {
      if (!isSeeder(value)) continue;
      if (found.has(value.name) && found.get(value.name) !== value)
        throw new SeederFailedError(value.name, new Error(`${file} declares a second seeder of this name`));
      found.set(value.name, value);
    }
  }
  const seeders = [...found.values()]
    .filter((seeder) => name === undefined || seeder.name === name)
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
  if (name !== undefined && seeders.length === 0) throw new SeederUnknownError(name, [...found.keys()], directory);
  for (const seeder of seeders) {
    try {
      await scopes.run((services) => seeder.run({ name: seeder.name }, services));
    } catch (error) {
      throw new SeederFailedError(seeder.name, error);
    }
  }
  return seeders.map((seeder) => seeder.name);
}
