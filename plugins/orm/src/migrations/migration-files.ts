/** Finds the migrations of an application. Their names begin with the time they were made, and they are applied in that order. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, extname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toMessage } from '@oxidite/plugin-sdk';
import { MigrationInvalidError } from '../errors.ts';
import { listModules } from '../import-directory.ts';
import { isMigration, type Migration } from './define-migration.ts';

/** A file with a migration. */
export interface MigrationFile {
  /** The name of the file without its extension. */
  readonly name: string;
  readonly file: string;
  /** The language and a hash of its text: `ts:3f…`. */
  readonly checksum: string;
  /** Whether it may stand for others: its text says so. */
  readonly mayReplace: boolean;
  /**
   * Imports the migration.
   * @throws {MigrationInvalidError} when the file cannot be imported, or has no migration.
   */
  load(): Promise<Migration>;
  /**
   * Imports what the file exports by default, whatever it is.
   * @throws {MigrationInvalidError} when the file cannot be imported.
   */
  loadDefault(): Promise<unknown>;
}

/** Lists the migrations in a directory, in their order. Directories below are those of other connections. */
export function listMigrationFiles(directory: string): MigrationFile[] {
  return listModules(directory)
    .filter((file) => dirname(file) === directory)
    .map((file) => {
      const text = readFileSync(file, 'utf8');
      const mayReplace = /\breplaces\b/.test(text);
      return {
        name: basename(file, extname(file)),
        file,
        checksum: toChecksum(file, text),
        mayReplace,
        load: () => load(file),
        loadDefault: () => loadDefault(file),
      };
    })
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

/** Tells whether a file changed after it was applied; what was applied as TypeScript and is now JavaScript cannot be compared. */
export function isEdited(applied: string, current: string): boolean {
  return applied !== current && applied.split(':')[0] === current.split(':')[0];
}

function toChecksum(file: string, text: string): string {
  const plain = text.replaceAll('\r\n', '\n').trim();
  return `${extname(file).slice(1)}:${createHash('sha256').update(plain).digest('hex').slice(0, 32)}`;
}

/** The text of the file is a part of the address, because a module is imported only once for each address. */
async function loadDefault(file: string): Promise<unknown> {
  try {
    const exports: Readonly<Record<string, unknown>> = await import(`${pathToFileURL(file).href}?${toChecksum(file, readFileSync(file, 'utf8'))}`);
    return exports['default'];
  } catch (error) {
    throw new MigrationInvalidError(file, `it could not be imported: ${toMessage(error)}`, error);
  }
}

async function load(file: string): Promise<Migration> {
  const migration = await loadDefault(file);
  if (isMigration(migration) && typeof migration.up === 'function') return migration;
  throw new MigrationInvalidError(
    file,
    'its default export is not a migration; write: export default defineMigration({ up(schema) { … }, down(schema) { … } })',
  );
}
