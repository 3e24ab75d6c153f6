/** Imports the modules of a directory, in the order of their paths. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A module of a directory. */
export interface ImportedModule {
  /** Its absolute path. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const MODULE = /(?<!\.d|\.test)\.[cm]?[jt]s$/;

/** Lists the modules in a directory and below, in the order of their paths; a directory that does not exist has none. */
export function listModules(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => MODULE.test(file))
    .toSorted()
    .map((file) => join(directory, file));
}

/** Imports the modules in a directory; an error of one is thrown as `toError` makes it. */
export async function importDirectory(directory: string, toError: (file: string, error: unknown) => Error): Promise<ImportedModule[]> {
  const modules: ImportedModule[] = [];
  for (const file of listModules(directory)) {
    try {
      const exports: Readonly<Record<string, unknown>> = await import(pathToFileURL(file).href);
      modules.push({ file, exports });
    } catch (error) {
      throw toError(file, error);
    }
  }
  return modules;
}
