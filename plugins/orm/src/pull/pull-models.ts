/** Writes models from the tables of a database: `oxidite db:pull`. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDriver } from '../drivers/driver.ts';
import { FilesExistError, TableUnknownError } from '../errors.ts';
import { MIGRATIONS_TABLE } from '../migrations/history.ts';
import { toModelSource } from './model-source.ts';
import { toPulledModels } from './pulled-model.ts';

/** Which models are written. */
export interface PullOptions {
  /** Writes over files that are there. Default: `false`. */
  readonly force?: boolean | undefined;
  /** The tables whose models are written. Default: all. */
  readonly tables?: readonly string[] | undefined;
}

/** What was written. */
export interface PulledModels {
  readonly files: readonly string[];
  /** What no model can say, with the table it is about. It is also a comment at its place. */
  readonly notes: readonly string[];
}

/**
 * Writes a file for each table; nothing, when one of them could not be written.
 * @throws {FilesExistError} when one is there already, unless `force` is set.
 * @throws {TableUnknownError} when a table is named that does not exist.
 */
export async function pullModels(driver: SqlDriver, folder: string, { force = false, tables: wanted }: PullOptions = {}): Promise<PulledModels> {
  const tables = await driver.readSchema([MIGRATIONS_TABLE]);
  const unknown = wanted?.find((name) => !tables.has(name));
  if (unknown !== undefined) throw new TableUnknownError(unknown, [...tables.keys()]);
  const models = toPulledModels(tables, driver.name, wanted);
  const files = models.map((model) => ({ file: join(folder, `${model.file}.ts`), text: toModelSource(model) }));
  const taken = force ? [] : files.map(({ file }) => file).filter((file) => existsSync(file));
  if (taken.length > 0) throw new FilesExistError(taken);
  mkdirSync(folder, { recursive: true });
  for (const { file, text } of files) writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  return { files: files.map(({ file }) => file), notes: models.flatMap(({ notes }) => notes) };
}
