/**
 * Writes one migration in the place of many, from what they make of an empty database. It is proven before anything is
 * written: both are run on databases that are thrown away, and have to make the same tables. The new file appears under its
 * name only when it is complete, and the old ones are removed after that; a process that is killed in between leaves old files
 * for which the new one stands, and the next squash removes them.
 */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SqlDatabase } from '../database.ts';
import type { SqlDriver } from '../drivers/driver.ts';
import { quote } from '../drivers/quote.ts';
import type { SchemaChanges, SchemaSnapshot, TableSnapshot } from '../drivers/schema-snapshot.ts';
import { SquashRefusedError } from '../errors.ts';
import type { ReplacedMigration } from './define-migration.ts';
import { describeDifferences } from './describe-differences.ts';
import { findVersion } from './find-version.ts';
import { type MigrationChain, readChain } from './migration-chain.ts';
import type { MigrationFile } from './migration-files.ts';
import { toFileSuffix, toMigrationSource } from './migration-source.ts';
import { runWithoutHistory } from './run-without-history.ts';
import { createTables, withScratch } from './scratch-state.ts';
import { findEffect, type StatementEffect } from './statement-effect.ts';

/** A statement of which a squash would not keep anything. */
interface LostStatement {
  readonly migration: string;
  readonly sql: string;
  readonly effect: Extract<StatementEffect, 'rows' | 'unseen'>;
}

/** What is squashed. */
export interface SquashOptions {
  /** A part of the file's name, in any case. Default: `squashed`. */
  readonly name?: string | undefined;
  /** The last one that is squashed: its name, or the time at its beginning. Default: all. */
  readonly to?: string | undefined;
  /** Leaves out the statements that change rows, which new databases will then not have. Default: `false`. */
  readonly allowDataLoss?: boolean | undefined;
}

/** What was written and removed. */
export interface SquashedMigrations {
  /** The new migration; `undefined` when there are fewer than two to squash. */
  readonly name: string | undefined;
  readonly file: string | undefined;
  /** The migrations that it stands for, whose files were removed. */
  readonly replaced: readonly string[];
  /** Files that an interrupted squash had left, which were removed. */
  readonly leftovers: readonly string[];
}

/**
 * Squashes the migrations of a directory.
 * @throws {SquashRefusedError} when tables would differ, or statements would be lost that change rows.
 */
export async function squashMigrations(database: SqlDatabase, folder: string, options: SquashOptions = {}): Promise<SquashedMigrations> {
  const { name = 'squashed', to, allowDataLoss = false } = options;
  const chain = await readChain(folder);
  const names = chain.files.map((file) => file.name);
  const squashed = to === undefined ? chain.files : chain.files.slice(0, names.indexOf(findVersion(to, names, folder)) + 1);
  const last = squashed.at(-1);
  if (last === undefined || squashed.length < 2) {
    removeFiles(chain.leftovers);
    return { name: undefined, file: undefined, replaced: [], leftovers: chain.leftovers.map((file) => file.name) };
  }
  const fullName = `${last.name.split('_')[0] ?? ''}_${toFileSuffix(name)}`;
  if (names.includes(fullName)) throw new SquashRefusedError(`there is a migration ${fullName} already; give another name.`);
  const following = chain.files[squashed.length];
  if (following !== undefined && following.name < fullName)
    throw new SquashRefusedError(
      `${following.name} has the same time at its beginning as ${last.name}, and would come before ${fullName}; give a name that comes earlier.`,
    );
  const changes = await proveSquash(database.driver, squashed, allowDataLoss);
  const file = join(folder, `${fullName}.ts`);
  const temporary = join(folder, `.${fullName}.tmp`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(temporary, toMigrationSource({ ...changes, replaces: toReplaces(chain, squashed) }));
  renameSync(temporary, file);
  removeFiles([...chain.leftovers, ...squashed]);
  return { name: fullName, file, replaced: squashed.map((old) => old.name), leftovers: chain.leftovers.map((old) => old.name) };
}

function toReplaces({ squashes }: MigrationChain, squashed: readonly MigrationFile[]): ReplacedMigration[] {
  return squashed.map(({ name }) => {
    const replaces = squashes.get(name);
    return replaces === undefined ? name : { name, replaces };
  });
}

function removeFiles(files: readonly MigrationFile[]): void {
  for (const { file } of files) rmSync(file, { force: true });
}

async function proveSquash(driver: SqlDriver, files: readonly MigrationFile[], allowDataLoss: boolean): Promise<SchemaChanges> {
  const { tables, lost, rows } = await withScratch(driver, async (scratch) => {
    const found = await runChain(scratch, files);
    const schema = await scratch.readSchema([]);
    return { tables: schema, lost: found, rows: await countRows(scratch, schema) };
  });
  const unseen = ofKind(lost, 'unseen');
  if (unseen !== '')
    throw new SquashRefusedError(
      `these statements make what is not seen when tables are compared, so that it would be lost:${unseen}\nKeep those migrations by squashing only what stands before them (--to).`,
    );
  const changing = ofKind(lost, 'rows');
  if (changing !== '' && !allowDataLoss) throw new SquashRefusedError(explainLoss(changing, rows));
  return withScratch(driver, async (scratch) => {
    const changes = scratch.compareSchemas(new Map(), tables);
    await createTables(scratch, tables);
    const made = await scratch.readSchema([]);
    const [difference] = [...describeDifferences(scratch, made, tables), ...describeDifferences(scratch, tables, made)];
    if (difference !== undefined)
      throw new SquashRefusedError(
        `one migration would not make the same of ${difference.kind} "${difference.name}": it makes ${difference.found ?? 'nothing'} in place of ${difference.expected ?? 'nothing'}.`,
      );
    const changed = [...tables.values()].find((table) => toText(table) !== toText(made.get(table.name)));
    if (changed !== undefined) throw new SquashRefusedError(`one migration would not make the same table "${changed.name}".`);
    await scratch.changeSchema(async (connection) => {
      for (const { sql } of changes.down) await connection.execute(sql);
    });
    const [rest] = (await scratch.readSchema([])).keys();
    if (rest !== undefined) throw new SquashRefusedError(`undoing it would leave the table "${rest}".`);
    return changes;
  });
}

/** Everything that is known of a table, but how its statement is written. */
function toText(table: TableSnapshot | undefined): string {
  if (table === undefined) return '';
  return JSON.stringify([
    [...table.columns.values()],
    [...table.constraints].map(([definition, name]) => `${name} ${definition}`).toSorted(),
    [...table.indexes.values()].map(({ sql }) => sql).toSorted(),
  ]);
}

/** Runs the migrations, and returns the statements of which nothing would be left. */
async function runChain(scratch: SqlDriver, files: readonly MigrationFile[]): Promise<readonly LostStatement[]> {
  const lost: LostStatement[] = [];
  for (const file of files) {
    const migration = await file.load();
    const statements: string[] = [];
    const onStatement = (sql: string): void => void statements.push(sql);
    await scratch.changeSchema((connection) => runWithoutHistory(connection, { file, migration, direction: 'up', onStatement }));
    for (const sql of statements) {
      const effect = findEffect(sql, scratch.name);
      if (effect === 'rows' || effect === 'unseen') lost.push({ migration: file.name, sql, effect });
    }
  }
  return lost;
}

function ofKind(lost: readonly LostStatement[], effect: LostStatement['effect']): string {
  const found = Map.groupBy(
    lost.filter((statement) => statement.effect === effect),
    ({ migration }) => migration,
  );
  return [...found].map(([name, list]) => `\n  ${name}:${list.map(({ sql }) => `\n    ${sql}`).join('')}`).join('');
}

async function countRows(scratch: SqlDriver, tables: SchemaSnapshot): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const name of tables.keys()) {
    const [row] = await scratch.read(`select count(*) as n from ${quote(name)}`, [], undefined);
    if (Number(row?.[0]) > 0) counts.set(name, Number(row?.[0]));
  }
  return counts;
}

function explainLoss(statements: string, rows: ReadonlyMap<string, number>): string {
  const left = [...rows].map(([table, count]) => `${count} in "${table}"`).join(', ');
  return (
    `these statements change rows, and would be lost:${statements}\n` +
    `${left === '' ? 'In an empty database they leave no rows.' : `In an empty database they leave rows: ${left}. New databases would be without them.`} ` +
    'Keep those migrations by squashing only what stands before them (--to), or leave the statements out with --allow-data-loss.'
  );
}
