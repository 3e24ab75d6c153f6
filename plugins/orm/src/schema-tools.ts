/** Creates, drops and compares the tables of the models directly, without migrations: for tests and prototypes. */
import type { SqlDatabase } from './database.ts';
import type { ColumnSnapshot, IndexSnapshot, SchemaChanges, SchemaSnapshot } from './drivers/schema-snapshot.ts';
import { SchemaMismatchError } from './errors.ts';
import { MIGRATIONS_TABLE } from './migrations/history.ts';
import { pullModels, type PulledModels, type PullOptions } from './pull/pull-models.ts';

/** The tables of the models. */
export interface SchemaTools {
  /**
   * Creates the tables and columns that are missing; nothing is dropped or changed.
   * @throws {SchemaMismatchError} when more than that is needed.
   */
  create(): Promise<void>;
  /** Drops the tables of the models, and all that is in them. */
  drop(): Promise<void>;
  /** Returns the statements that would make the tables fit the models, and back; empty when they do. */
  diff(): Promise<SchemaChanges>;
  /** Describes all tables of the database. */
  describe(): Promise<TableDescription[]>;
  /**
   * Writes models from the tables of the database into the directory of models; nothing, when one file could not be written.
   * @throws {FilesExistError} when one is there already, unless `force` is set.
   * @throws {TableUnknownError} when a table is named that does not exist.
   */
  pull(options?: PullOptions): Promise<PulledModels>;
}

/** A table of the database. */
export interface TableDescription {
  readonly name: string;
  readonly columns: readonly Omit<ColumnSnapshot, 'definition'>[];
  /** Foreign keys, checks and the like, as the database tells them. */
  readonly constraints: readonly string[];
  readonly indexes: readonly IndexSnapshot[];
  /** The number of rows: exact on SQLite, an estimate elsewhere, and `null` when the server has none. */
  readonly rows: number | null;
  /** The size on disk with all indexes; `null` when the database does not tell. */
  readonly bytes: number | null;
}

const IGNORED = [MIGRATIONS_TABLE];

/**
 * Creates the tools of a database.
 * @param modelsFolder where models are written.
 */
export function createSchemaTools(database: SqlDatabase, modelsFolder: string): SchemaTools {
  const { driver } = database;
  return {
    async create() {
      const wanted = await readModelSchema(database);
      const found = await driver.readSchema(IGNORED);
      const { up } = driver.compareSchemas(keepOnly(found, wanted), wanted);
      const forbidden = up.find(({ sql }) => /^drop table|^alter table \S+ (?:alter|drop|modify|rename)/.test(sql));
      if (forbidden !== undefined) throw new SchemaMismatchError(forbidden.sql);
      await apply(
        database,
        up.map(({ sql }) => sql),
      );
    },
    async drop() {
      const wanted = await readModelSchema(database);
      const found = await driver.readSchema(IGNORED);
      const own: SchemaSnapshot = new Map([...found].filter(([name]) => wanted.has(name)));
      await apply(
        database,
        driver.compareSchemas(own, new Map()).up.map(({ sql }) => sql),
      );
    },
    async diff() {
      return driver.compareSchemas(await driver.readSchema(IGNORED), await readModelSchema(database));
    },
    pull: (options) => pullModels(driver, modelsFolder, options),
    async describe() {
      const tables = await driver.readSchema([]);
      const sizes = await readSizes(database, [...tables.keys()]);
      return [...tables.values()]
        .map(({ name, columns, constraints, indexes }) => ({
          name,
          columns: [...columns.values()].map(({ name: column, type, nullable, default: value, primary }) => ({
            name: column,
            type,
            nullable,
            default: value,
            primary,
          })),
          constraints: [...constraints.keys()],
          indexes: [...indexes.values()],
          ...(sizes.get(name) ?? { rows: null, bytes: null }),
        }))
        .toSorted((left, right) => (left.name < right.name ? -1 : 1));
    },
  };
}

/** Describes the tables as they are when they are made from the models. */
export async function readModelSchema(database: SqlDatabase): Promise<SchemaSnapshot> {
  const scratch = await database.driver.createScratch();
  try {
    const sql = await database.schema.getCreateSchemaSQL({ wrap: false });
    await scratch.changeSchema(async (connection) => {
      if (sql.trim() !== '') await connection.execute(sql); // without models there is nothing to make
      for (const statement of toSearchIndexes(database)) await connection.execute(statement);
    });
    return await scratch.readSchema([]);
  } finally {
    await scratch.close();
  }
}

/** MikroORM knows nothing of these. */
function toSearchIndexes({ driver, layouts }: SqlDatabase): readonly string[] {
  return [...layouts.values()].flatMap(({ table, key, search }) =>
    search.length === 0 ? [] : driver.search.toCreation({ table, key: key.column, columns: search.map(({ column }) => column) }),
  );
}

/** Leaves out what the models do not have, so that it is kept. */
function keepOnly(found: SchemaSnapshot, wanted: SchemaSnapshot): SchemaSnapshot {
  const kept = new Map<string, SchemaSnapshot extends ReadonlyMap<string, infer Table> ? Table : never>();
  for (const [name, table] of found) {
    const target = wanted.get(name);
    if (target === undefined) continue;
    kept.set(name, { ...table, columns: new Map([...table.columns].filter(([column]) => target.columns.has(column))) });
  }
  return kept;
}

/** Returns the number of rows and the size of tables, as far as the database tells. */
export async function readSizes(
  { driver }: SqlDatabase,
  tables: readonly string[],
): Promise<ReadonlyMap<string, { rows: number | null; bytes: number | null }>> {
  if (tables.length === 0) return new Map();
  const rows = await driver.read(driver.traits.sizesQuery(tables), [], undefined);
  const toNumber = (value: unknown): number | null => (value === null || Number(value) < 0 ? null : Number(value));
  return new Map(rows.map(([name, count, bytes]) => [String(name), { rows: toNumber(count), bytes: toNumber(bytes) }]));
}

async function apply(database: SqlDatabase, statements: readonly string[]): Promise<void> {
  if (statements.length === 0) return;
  await database.driver.changeSchema(async (connection) => {
    for (const statement of statements) await connection.execute(statement);
  });
}
