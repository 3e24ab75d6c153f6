/**
 * Writes migrations. What the migrations amount to is found by applying them to an empty database that is thrown away, so
 * there is no snapshot file to keep or to merge, and every migration is proven to run before it is written: applied, compared
 * with the models, undone, and compared with the state before.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database.ts';
import type { DatabaseDriver } from '../drivers/driver.ts';
import type { SchemaStatement } from '../drivers/schema-snapshot.ts';
import { readModelSchema } from '../schema-tools.ts';
import { MigrationFailedError } from '../errors.ts';
import { listMigrationFiles } from './migration-files.ts';
import { runMigration } from './run-migration.ts';

/** How a migration is made. */
export interface CreateMigrationOptions {
  /** A part of the file's name, in any case. Default: from what changes. */
  readonly name?: string | undefined;
  /** Writes an empty migration, to be filled by hand. */
  readonly blank?: boolean | undefined;
}

/** A migration that was written. */
export interface CreatedMigration {
  readonly name: string;
  readonly file: string;
  /** What should be looked at before it is applied: lost data, needed values. */
  readonly notes: readonly string[];
}

/**
 * Writes a migration and returns where; `undefined` when models and migrations agree.
 * @throws {MigrationFailedError} when an older migration does not run on an empty database.
 */
export async function createMigration(
  database: Database,
  folder: string,
  { name, blank = false }: CreateMigrationOptions = {},
): Promise<CreatedMigration | undefined> {
  const { up, down } = blank ? { up: [], down: [] } : await compare(database, folder);
  if (!blank && up.length === 0) return undefined;
  const fullName = toFileName(database.clock.now(), name ?? describeChange(up), folder);
  const file = join(folder, `${fullName}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, toSource(up, down), { flag: 'wx' });
  return { name: fullName, file, notes: up.flatMap(({ note }) => note ?? []) };
}

async function compare(database: Database, folder: string): Promise<{ up: readonly SchemaStatement[]; down: readonly SchemaStatement[] }> {
  const wanted = await readModelSchema(database);
  const scratch = await database.driver.createScratch();
  try {
    for (const file of listMigrationFiles(folder)) {
      const migration = await file.load();
      await scratch.changeSchema((connection) => connection.atomically(() => runMigration(connection, file, 'up', (schema) => migration.up(schema))));
    }
    const before = await scratch.readSchema([]);
    const changes = scratch.compareSchemas(before, wanted);
    await prove(scratch, changes.up, 'up');
    const afterUp = scratch.compareSchemas(await scratch.readSchema([]), wanted).up;
    await prove(scratch, changes.down, 'down');
    const afterDown = scratch.compareSchemas(await scratch.readSchema([]), before).up;
    const rest = afterUp[0] ?? afterDown[0];
    if (rest !== undefined)
      throw new MigrationFailedError({
        name: 'the new migration',
        file: folder,
        direction: afterUp.length > 0 ? 'up' : 'down',
        statement: rest.sql,
        kept: [],
        done: [],
        cause: new Error('it would not reach this state'),
      });
    return changes;
  } finally {
    await scratch.close();
  }
}

async function prove(scratch: DatabaseDriver, statements: readonly SchemaStatement[], direction: 'down' | 'up'): Promise<void> {
  await scratch.changeSchema((connection) =>
    connection.atomically(() =>
      runMigration(connection, { name: 'the new migration', file: 'not written' }, direction, async (schema) => {
        for (const { sql } of statements) await schema.sql(sql);
      }),
    ),
  );
}

/** Two migrations of one second would have no order, so the second one is given the next second. */
function toFileName(nowMs: number, name: string, folder: string): string {
  const taken = new Set(listMigrationFiles(folder).map((file) => file.name.slice(0, 14)));
  let time = nowMs;
  let stamp = toStamp(time);
  while (taken.has(stamp)) stamp = toStamp((time += 1_000));
  const suffix =
    name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^_|_$/g, '') || 'change';
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
  const changed = new Set([...rebuilt, ...find(/^alter table "(\w+)" (?:add|alter|drop|modify)/), ...find(/^create (?:unique )?index .* on "?(\w+)/)]);
  const dropped = find(/^drop table "(\w+)"/);
  for (const table of created) changed.delete(table);
  for (const table of rebuilt) dropped.delete(table);
  const [action, tables] = created.size > 0 ? ['create', created] : changed.size > 0 || dropped.size === 0 ? ['change', changed] : ['drop', dropped];
  return `${action} ${tables.size === 0 || tables.size > 3 ? 'tables' : [...tables].join(' ')}`;
}

function toSource(up: readonly SchemaStatement[], down: readonly SchemaStatement[]): string {
  return `import { defineMigration } from '@oxidite/orm';

export default defineMigration({
  async up(schema) {
${toBody(up)}
  },

  async down(schema) {
${toBody(down)}
  },
});
`;
}

function toBody(statements: readonly SchemaStatement[]): string {
  if (statements.length === 0) return '    // await schema.sql(`…`);\n    void schema;';
  return statements
    .map(({ sql, note }) => {
      const text = sql.replace(/[\\`]|\$\{/g, '\\$&').replaceAll('\n', '\n    ');
      return `${note === undefined ? '' : `    // ${note}\n`}    await schema.sql(\`${text}\`);`;
    })
    .join('\n');
}
