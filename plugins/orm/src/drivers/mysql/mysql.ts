/**
 * MySQL and MariaDB through `mysql2`: a pool of connections, prepared statements, and a schema that one process changes at a
 * time. Which of the two a server is, it says itself; either driver reaches either server.
 */
import type { Transaction } from '@mikro-orm/core';
import type { Clock } from '@oxidite/plugin-sdk';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { DatabaseOpenError } from '../../errors.ts';
import { databaseOf, toLabel } from '../database-url.ts';
import type { SqlDriver, DialectTraits, DriverParts, RawRows } from '../driver.ts';
import { changeMysqlSchema } from './change-schema.ts';
import { BoundMysqlDriver, createMysqlDialect, MAX_PARAMETERS } from './connection.ts';
import { MYSQL_SEARCH } from './search.ts';
import { compareMysqlSchemas } from './schema-diff.ts';
import { readMysqlSchema } from './schema.ts';
import { findMysqlServer, type MysqlAddress } from './server.ts';
import { isConnectionLost, MysqlSession } from './session.ts';
import { toStored, toValue } from './values.ts';
import { explainViolation } from './violations.ts';
import { loadMysql2, runStatement, toPoolStats } from './mysql2.ts';
import { quote } from '../quote.ts';
import { ScratchDatabases } from '../scratch-databases.ts';
import { createWatchedKysely } from '../watched-kysely.ts';

const TRAITS: DialectTraits = {
  counterColumn: 'bigint primary key auto_increment',
  nextKey: 'default',
  textColumn: 'longtext',
  columnsQuery: 'select column_name as name from information_schema.columns where table_schema = database() and table_name = ?',
  sizesQuery: () =>
    "select table_name, table_rows, data_length + index_length from information_schema.tables where table_schema = database() and table_type = 'BASE TABLE'",
  undoesChanges: false,
  like: (text, pattern) => sql`lower(${text}) like lower(${pattern}) escape '\\\\'`,
  limit: (rows) => rows,
  plansByLimit: false,
  onConflict: false,
  nullsLast: false,
  outlivesErrors: true,
  strictTypes: false,
  smallIntegers: true,
  indexesTexts: false,
  holdsNul: true,
  checksSetNull: false,
  decimalDigits: 65,
  maxParameters: MAX_PARAMETERS,
  placeholder: () => '?',
  lock: (mode, { skipLocked, noWait }) => `for ${mode}${skipLocked === true ? ' skip locked' : noWait === true ? ' nowait' : ''}`,
  returning: false,
  namesDeleted: true,
};

/** One connection more is kept for administrators; 0 means that the user has no limit of its own. Source: MySQL, `max_user_connections`. */
const CONNECTION_LIMIT =
  'select least(@@global.max_connections, if(@@session.max_user_connections = 0, @@global.max_connections, @@session.max_user_connections))';

/** How long a database that is thrown away may take to open. */
const SCRATCH_TIMEOUT_MS = 10_000;

/** MariaDB has another word for sharing. Source: MariaDB, "LOCK IN SHARE MODE". */
const toMariadbLock: DialectTraits['lock'] = (mode, options) => TRAITS.lock(mode, options)?.replace('for share', 'lock in share mode');

/** Options of this driver. */
export interface MysqlOptions extends DriverParts, MysqlAddress {
  readonly name: 'mariadb' | 'mysql';
  readonly clock: Clock;
  /** The greatest number of connections. */
  readonly poolSize: number;
}

/**
 * Opens a pool; a first connection is tried.
 * @throws {DriverMissingError} when `mysql2` is not installed.
 * @throws {DatabaseOpenError} when the server cannot be reached or refuses.
 */
export async function createMysqlDriver(options: MysqlOptions): Promise<SqlDriver> {
  const mysql = await loadMysql2(options.name);
  const label = toLabel(options.url);
  const server = await findMysqlServer(mysql, options).catch((error: unknown) => {
    throw new DatabaseOpenError(label, 'Check the options "url" and "tls", that the server runs, and that the user may connect.', error);
  });
  const pool = server.createPool(options);
  const session = new MysqlSession({ mysql, pool, clock: options.clock, acquireTimeoutMs: options.acquireTimeoutMs });
  const kysely = createWatchedKysely(createMysqlDialect(session), options.watch);
  const query = async (statement: string, values?: readonly unknown[]): Promise<readonly object[]> =>
    (await session.runAlone({ sql: statement, ...(values === undefined ? {} : { values }) })) as object[]; // it is asked for rows

  async function read(statement: string, parameters: readonly unknown[], transaction: Transaction | undefined): Promise<RawRows> {
    if (transaction === undefined) return (await session.runAlone({ sql: statement, values: parameters, rowsAsArray: true })) as unknown[][]; // as asked for
    const { rows } = await (transaction as unknown as Kysely<unknown>).executeQuery(CompiledQuery.raw(statement, [...parameters]));
    return rows.map((row) => Object.values(row as object)); // columns have distinct names and keep their order
  }

  const creation = `character set utf8mb4 collate ${server.collation}`;
  const scratches = new ScratchDatabases({
    url: options.url,
    run: (statement) => server.withConnection((connection) => runStatement(connection, { sql: statement })), // also when the pool is closed
    connect: (url) => createMysqlDriver({ ...options, url, poolSize: 2, acquireTimeoutMs: SCRATCH_TIMEOUT_MS }),
    creation,
    removal: '',
    toEmptying: (name) => `drop database ${quote(name)}; create database ${quote(name)} ${creation}`,
  });
  let isOpen = true;
  return {
    kind: 'sql',
    name: options.name,
    label,
    mikroOptions: {
      driver: BoundMysqlDriver,
      dbName: databaseOf(options.url),
      driverOptions: kysely,
      ensureDatabase: false,
      charset: 'utf8mb4',
      collate: server.collation,
    },
    traits: server.isMariadb ? { ...TRAITS, lock: toMariadbLock } : TRAITS,
    search: MYSQL_SEARCH,
    compileDialect: createMysqlDialect(session),
    read,
    toStored,
    toValue,
    isUnavailable: isConnectionLost,
    explainViolation: (error) => explainViolation(error, query),
    changeSchema: (work) => server.withConnection((connection) => changeMysqlSchema({ mysql, connection, logger: options.logger }, work)),
    readSchema: (ignored) =>
      server.withConnection((connection) => readMysqlSchema(async (sql) => (await runStatement(connection, { sql })) as object[], ignored)), // it is asked for rows
    compareSchemas: compareMysqlSchemas,
    createScratch: () => scratches.take(),
    pool: () => toPoolStats(pool),
    readConnectionLimit: async () => Number((await read(CONNECTION_LIMIT, [], undefined))[0]?.[0]),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await scratches.close();
      await new Promise<void>((resolve) => pool.end(() => resolve()));
    },
  };
}
