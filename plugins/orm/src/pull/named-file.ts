/** Writes one file for a name that somebody gave. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FilesExistError, SourceNameError } from '../errors.ts';

const NAME = /^[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$/;

/**
 * Checks a name, in any case.
 * @throws {SourceNameError} when it cannot be the name of a file and of what is in it.
 */
export function assertSourceName(name: string): void {
  if (!NAME.test(name)) throw new SourceNameError(name, 'a name begins with a letter, and has only letters, digits, dashes and underscores');
}

/**
 * Writes a file.
 * @throws {FilesExistError} when it is there already.
 */
export function writeNewFile(file: string, text: string): void {
  if (existsSync(file)) throw new FilesExistError([file]);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: 'wx' });
}
