/**
 * SQLite through better-sqlite3. A file has two connections: one that MikroORM writes with, and one that only reads, so that
 * a long transaction never keeps readers waiting. A database in memory has one, and readers wait for open transactions.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { TransactionContext } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { ambientSignal, type Logger } from '@oxidite/plugin-sdk';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { DatabaseOpenError } from '../../errors.ts';
import { isInsideTransaction } from '../../transaction-frames.ts';
import { loadBetterSqlite, type OpenSqlite, type SqliteDatabase, type SqliteStatement } from './better-sqlite3.ts';
import type { SqlDriver, DialectTraits, DriverParts, RawRows, SchemaConnection, ViolatedConstraint } from '../driver.ts';
import { quote } from '../quote.ts';
import { LOCK_NOTICE_MS, tellOfWaiting } from '../lock-notice.ts';
import { BoundSqliteDriver, createSqliteDialect, MAX_PARAMETERS } from './connection.ts';
import { readSqliteSchema } from './schema.ts';
import { SQLITE_SEARCH } from './search.ts';
import { compareSqliteSchemas } from './schema-diff.ts';
import { toStored, toValue } from './values.ts';
import { StatementCache } from './statement-cache.ts';
import { createWatchedKysely } from '../watched-kysely.ts';

const MEMORY = ':memory:';

/**
 * A limit or a pattern that is nothing but a bound value is planned for: SQLite prepares such a statement anew whenever it
 * gets another value, which takes several times as long as to find a row by its key. In an expression it is not looked at.
 */
const TRAITS: DialectTraits = {
  counterColumn: 'integer primary key',
  nextKey: 'null',
  like: (text, pattern) => sql`${text} like (${pattern} || '') escape '\\'`,
  limit: (rows) => sql`${rows} + 0`,
  plansByLimit: false,
  textColumn: 'text',
  columnsQuery: 'select name from pragma_table_info(?)',
  sizesQuery: (tables) =>
    tables
      .map((table) => {
        const text = `'${table.replaceAll("'", "''")}'`;
        return `select ${text}, (select count(*) from ${quote(table)}), (select sum(pgsize) from dbstat where name in (select name from sqlite_master where tbl_name = ${text}))`;
      })
      .join(' union all '),
  undoesChanges: true,
  onConflict: true,
  nullsLast: false,
  outlivesErrors: true,
  strictTypes: false,
  smallIntegers: false,
  indexesTexts: true,
  holdsNul: true,
  checksSetNull: true,
  decimalDigits: 15, // a decimal is a number there
  maxParameters: MAX_PARAMETERS,
  placeholder: () => '?',
  lock: () => undefined, // a transaction that writes has the only lock from its beginning
  returning: true,
  namesDeleted: false,
};

/** Options of this driver. */
export interface SqliteOptions extends DriverParts {
  /** A file, absolute, or `:memory:`. */
  readonly database: string;
  /** How long a statement waits for another process's lock, in milliseconds. */
  readonly busyTimeoutMs: number;
}

/**
 * Opens the database; the directory of its file is created.
 * @throws {DriverMissingError} when better-sqlite3 is not installed.
 * @throws {DatabaseOpenError} when the file cannot be opened or is not a database.
 */
export async function createSqliteDriver(options: SqliteOptions): Promise<SqlDriver> {
  const Sqlite = await loadBetterSqlite();
  const writer = openSqlite(Sqlite, options, false);
  const reader = options.database === MEMORY ? undefined : openSqlite(Sqlite, options, true);
  const dialect = createSqliteDialect(writer, options.bigints, () => isInsideTransaction(driver) || isInsideMikroTransaction(waiting));
  const ownStatements = createRawStatements(writer, options.bigints);
  const readStatements = reader === undefined ? ownStatements : createRawStatements(reader, options.bigints);

  function read(sql: string, parameters: readonly unknown[], transaction: object | undefined): RawRows | Promise<RawRows> {
    ambientSignal()?.throwIfAborted();
    if (transaction !== undefined) return readAll(ownStatements, sql, parameters);
    if (reader === undefined && writer.inTransaction) return readLater(sql, parameters);
    return readAll(readStatements, sql, parameters);
  }

  /** Waits until the transaction that holds the only connection is over. */
  async function readLater(sql: string, parameters: readonly unknown[]): Promise<RawRows> {
    const { rows } = await waiting.executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows.map((row) => Object.values(row as object)); // columns have distinct names and keep their order
  }

  const waiting = createWatchedKysely(dialect, options.watch);
  const driver: SqlDriver = {
    kind: 'sql',
    name: 'sqlite',
    label: options.database === MEMORY ? 'in memory' : options.database,
    mikroOptions: { driver: BoundSqliteDriver, dbName: options.database, driverOptions: waiting, ensureDatabase: false },
    compileDialect: dialect,
    traits: TRAITS,
    search: SQLITE_SEARCH,
    read,
    isUnavailable: () => false,
    explainViolation,
    toStored,
    toValue: (spec) => (spec.type === 'integer' && !options.bigints ? undefined : toValue(spec)),
    changeSchema: (work) => changeSchema(waiting.withoutPlugins(), { writer, ...options }, work), // a copy that is not watched: changes of large tables take long
    readSchema: async (ignored) => readSqliteSchema(writer, ignored),
    compareSchemas: compareSqliteSchemas,
    createScratch: () => createSqliteDriver({ ...options, database: MEMORY }),
    close() {
      reader?.close();
      if (writer.open) writer.close();
    },
  };
  return driver;
}

/** Tells whether the current flow of calls is inside of `em.transactional()` on this database. */
function isInsideMikroTransaction(kysely: object): boolean {
  const em = TransactionContext.getEntityManager() as SqlEntityManager | undefined; // every driver of this package is an SQL driver
  return em?.isInTransaction() === true && em.getConnection().getClient() === kysely;
}

function openSqlite(Sqlite: OpenSqlite, { database, busyTimeoutMs }: SqliteOptions, readOnly: boolean): SqliteDatabase {
  try {
    if (database !== MEMORY) mkdirSync(dirname(database), { recursive: true });
    const sqlite = new Sqlite(database, { timeout: busyTimeoutMs });
    sqlite.pragma('journal_mode = WAL');
    sqlite.pragma('synchronous = NORMAL');
    sqlite.pragma('foreign_keys = ON');
    if (readOnly) sqlite.pragma('query_only = ON');
    return sqlite;
  } catch (error) {
    throw new DatabaseOpenError(database, 'Check that the path of the "database" option is right, may be written, and is a SQLite file.', error);
  }
}

function createRawStatements(database: SqliteDatabase, bigints: boolean): StatementCache<SqliteStatement> {
  return new StatementCache((sql) => database.prepare(sql).raw(true).safeIntegers(bigints));
}

function readAll(statements: StatementCache<SqliteStatement>, sql: string, parameters: readonly unknown[]): RawRows {
  return statements.get(sql).all(parameters) as unknown[][]; // the statements are raw
}

/**
 * Foreign keys are off while the schema changes and checked before the commit: SQLite changes a table by replacing it, and
 * dropping a table with foreign keys on deletes its rows first. Source: https://sqlite.org/lang_altertable.html, section 7.
 */
async function changeSchema<Result>(
  kysely: Kysely<unknown>,
  { writer, logger, busyTimeoutMs }: SqliteOptions & { readonly writer: SqliteDatabase },
  work: (connection: SchemaConnection) => Promise<Result>,
): Promise<Result> {
  return kysely.connection().execute(async () => {
    writer.pragma('foreign_keys = OFF');
    try {
      beginImmediate(writer, logger, busyTimeoutMs);
      const result = await work(createSchemaConnection(writer));
      writer.exec('commit');
      return result;
    } catch (error) {
      if (writer.inTransaction) writer.exec('rollback');
      throw error;
    } finally {
      writer.pragma('foreign_keys = ON');
    }
  });
}

/** The lock is the file's, and it does not tell who holds it. */
function beginImmediate(writer: SqliteDatabase, logger: Logger, busyTimeoutMs: number): void {
  const noticeMs = Math.min(LOCK_NOTICE_MS, busyTimeoutMs);
  try {
    writer.pragma(`busy_timeout = ${noticeMs}`);
    writer.exec('begin immediate');
  } catch (error) {
    if (noticeMs === busyTimeoutMs || !(error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY')) throw error;
    tellOfWaiting(logger, {});
    writer.pragma(`busy_timeout = ${busyTimeoutMs - noticeMs}`);
    writer.exec('begin immediate');
  } finally {
    writer.pragma(`busy_timeout = ${busyTimeoutMs}`);
  }
}

function createSchemaConnection(writer: SqliteDatabase): SchemaConnection {
  let depth = 0;
  const connection: SchemaConnection = {
    commits: () => false,
    execute(sql, parameters = []) {
      if (parameters.length === 0) writer.exec(sql);
      else writer.prepare(sql).run(parameters);
    },
    query: (sql, parameters = []) => writer.prepare(sql).all(parameters) as Record<string, unknown>[], // the statement is not raw
    async atomically(work) {
      const savepoint = `oxidite_${depth++}`;
      writer.exec(`savepoint ${savepoint}`);
      try {
        const result = await work();
        assertForeignKeys(writer);
        writer.exec(`release ${savepoint}`);
        return result;
      } catch (error) {
        if (writer.inTransaction) writer.exec(`rollback to ${savepoint}; release ${savepoint}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
  return connection;
}

/** The columns stand in the message: `UNIQUE constraint failed: users.email, users.name`; of a check only its text. */
function explainViolation({ message }: Error): ViolatedConstraint {
  const listed = /constraint failed: (.+)$/m.exec(message)?.[1] ?? '';
  const columns = listed.split(',').flatMap((item) => {
    const [table, column] = item.trim().split('.');
    return table === undefined || column === undefined ? [] : [{ table, column }];
  });
  return { columns, check: /^CHECK constraint failed: (\w+)$/m.exec(message)?.[1] };
}

function assertForeignKeys(writer: SqliteDatabase): void {
  const broken = writer.pragma('foreign_key_check') as { readonly table: string; readonly parent: string }[]; // the columns of this pragma
  const first = broken[0];
  if (first !== undefined)
    throw new Error(`FOREIGN KEY constraint failed: ${broken.length} row(s) of "${first.table}" would refer to rows of "${first.parent}" that do not exist`);
}
