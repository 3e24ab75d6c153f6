/** Finds the migration that is meant by its name, or by the time at its beginning. */
import { MigrationUnknownError } from '../errors.ts';

/**
 * Returns the name of the migration.
 * @throws {MigrationUnknownError} when there is none, or more than one.
 */
export function findVersion(version: string, names: readonly string[], folder: string): string {
  if (names.includes(version)) return version;
  const found = names.filter((name) => name.startsWith(`${version}_`));
  const [first] = found;
  if (first === undefined || found.length > 1) throw new MigrationUnknownError({ version, candidates: found.length > 1 ? found : names, folder });
  return first;
}
