/**
 * Writes migrations. What the migrations amount to is found by applying them to an empty database that is thrown away, so
 * there is no snapshot file to keep or to merge, and every migration is proven to run before it is written: applied, compared
 * with the models, undone, and compared with the state before.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDatabase } from '../database.ts';
import type { SqlDriver } from '../drivers/driver.ts';
import { renameStatements } from '../drivers/rename.ts';
import type { SchemaChanges, SchemaSnapshot, SchemaStatement } from '../drivers/schema-snapshot.ts';
import { readModelSchema } from '../schema-tools.ts';
import { MigrationFailedError } from '../errors.ts';
import { type ConfirmRename, findRenames } from './find-renames.ts';
import { readChain } from './migration-chain.ts';
import { listMigrationFiles } from './migration-files.ts';
import { toFileSuffix, toMigrationSource } from './migration-source.ts';
import { type MigrationDirection, runMigration } from './run-migration.ts';
import { applyAll, withScratch } from './scratch-state.ts';

/** How a migration is made. */
export interface CreateMigrationOptions {
  /** A part of the file's name, in any case. Default: from what changes. */
  readonly name?: string | undefined;
  /** Writes an empty migration, to be filled by hand. */
  readonly blank?: boolean | undefined;
  /** What was renamed, by the names in the database: `table:newTable`, `table.column:newColumn`. */
  readonly renames?: readonly string[] | undefined;
  /** Is asked about what looks like a rename; without it, a note is written. */
  readonly confirm?: ConfirmRename | undefined;
}

/** A migration that was written. */
export interface CreatedMigration {
  readonly name: string;
  readonly file: string;
  /** What should be looked at before it is applied: lost data, needed values, what may have been renamed. */
  readonly notes: readonly string[];
}

/** What a new migration does, and what should be looked at. */
interface Changes extends SchemaChanges {
  readonly notes: readonly string[];
}

/**
 * Writes a migration and returns where; `undefined` when models and migrations agree.
 * @throws {MigrationFailedError} when an older migration does not run on an empty database.
 * @throws {RenameInvalidError} when a rename is asked for that cannot be made.
 */
export async function createMigration(database: SqlDatabase, folder: string, options: CreateMigrationOptions = {}): Promise<CreatedMigration | undefined> {
  const { name, blank = false } = options;
  const changes = blank ? { up: [], down: [], notes: [] } : await compareWithModels(database, folder, options);
  if (!blank && changes.up.length === 0) return undefined;
  const fullName = toFileName(database.clock.now(), name ?? describeChange(changes.up), folder);
  const file = join(folder, `${fullName}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, toMigrationSource(changes), { flag: 'wx' });
  return { name: fullName, file, notes: [...changes.notes, ...changes.up.flatMap(({ note }) => note ?? [])] };
}

/** Finds what a new migration has to do, and proves it. */
export async function compareWithModels(database: SqlDatabase, folder: string, { renames = [], confirm }: CreateMigrationOptions = {}): Promise<Changes> {
  const wanted = await readModelSchema(database);
  const { files } = await readChain(folder);
  return withScratch(database.driver, async (scratch) => {
    await applyAll(scratch, files);
    const before = await scratch.readSchema([]);
    const found = await findRenames(before, wanted, { asked: renames, layouts: [...database.layouts.values()], confirm });
    const renaming = renameStatements(before, found.renames, !scratch.traits.undoesChanges);
    await prove(scratch, renaming.up, 'up');
    const changes = scratch.compareSchemas(await scratch.readSchema([]), wanted);
    await prove(scratch, changes.up, 'up');
    await assertEqual(scratch, wanted, { direction: 'up', folder });
    const down = [...changes.down, ...renaming.down];
    await prove(scratch, down, 'down');
    await assertEqual(scratch, before, { direction: 'down', folder });
    return { up: [...renaming.up, ...changes.up], down, notes: found.notes };
  });
}

async function assertEqual(
  scratch: SqlDriver,
  wanted: SchemaSnapshot,
  { direction, folder }: { readonly direction: MigrationDirection; readonly folder: string },
): Promise<void> {
  const [rest] = scratch.compareSchemas(await scratch.readSchema([]), wanted).up;
  if (rest === undefined) return;
  const cause = new Error('it would not reach this state');
  throw new MigrationFailedError({ name: 'the new migration', file: folder, direction, statement: rest.sql, kept: [], done: [], cause });
}

async function prove(scratch: SqlDriver, statements: readonly SchemaStatement[], direction: MigrationDirection): Promise<void> {
  if (statements.length === 0) return;
  await scratch.changeSchema((connection) =>
    connection.atomically(() =>
      runMigration(connection, { name: 'the new migration', file: 'not written', direction }, async (schema) => {
        for (const { sql } of statements) await schema.sql(sql);
      }),
    ),
  );
}

/** Returns the name of a new migration. Two of one second would have no order, so the second one is given the next second. */
export function toFileName(nowMs: number, name: string, folder: string): string {
  const taken = new Set(listMigrationFiles(folder).map((file) => file.name.slice(0, 14)));
  let time = nowMs;
  let stamp = toStamp(time);
  while (taken.has(stamp)) stamp = toStamp((time += 1_000));
  const suffix = toFileSuffix(name);
  return existsSync(join(folder, `${stamp}_${suffix}.ts`)) ? toFileName(time + 1_000, name, folder) : `${stamp}_${suffix}`;
}

function toStamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace(/[-:T]/g, '').slice(0, 14);
}

function describeChange(up: readonly SchemaStatement[]): string {
  const find = (pattern: RegExp): Set<string> => new Set(up.flatMap(({ sql }) => pattern.exec(sql)?.[1] ?? []));
  const rebuilt = find(/__new" rename to "(\w+)"/);
  const created = find(/^create table "(\w+?)"/);
  for (const table of rebuilt) created.delete(`${table}__new`);
  const changed = new Set([
    ...rebuilt,
    ...find(/^alter table "(\w+)" (?:add|alter|drop|modify|rename (?!to))/),
    ...find(/^create (?:unique )?index .* on "?(\w+)/),
  ]);
  const dropped = find(/^drop table "(\w+)"/);
  const renamed = find(/^alter table "\w+(?<!__new)" rename to "(\w+)"/);
  for (const table of created) changed.delete(table);
  for (const table of rebuilt) dropped.delete(table);
  for (const table of changed) if (renamed.has(table)) changed.delete(table);
  const [action, tables] =
    created.size > 0
      ? ['create', created]
      : changed.size > 0
        ? ['change', changed]
        : renamed.size > 0
          ? ['rename to', renamed]
          : dropped.size > 0
            ? ['drop', dropped]
            : ['change', changed];
  return `${action} ${tables.size === 0 || tables.size > 3 ? 'tables' : [...tables].join(' ')}`;
}
