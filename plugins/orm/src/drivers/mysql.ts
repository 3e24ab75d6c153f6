/**
 * MySQL and MariaDB through `mysql2`: a pool of connections, prepared statements, and a schema that one process changes at a
 * time. Which of the two a server is, it says itself; either driver reaches either server.
 */
import { readFileSync } from 'node:fs';
import type { Transaction } from '@mikro-orm/core';
import type { Clock } from '@oxidite/plugin-sdk';
import { CompiledQuery, Kysely, sql } from 'kysely';
import { DatabaseBusyError, DatabaseOpenError } from '../errors.ts';
import { databaseOf, toLabel } from './database-url.ts';
import type { DatabaseDriver, DialectTraits, DriverParts, RawRows, SchemaConnection } from './driver.ts';
import { BoundMysqlDriver, createMysqlDialect } from './mysql-connection.ts';
import { compareMysqlSchemas } from './mysql-schema-diff.ts';
import { readMysqlSchema } from './mysql-schema.ts';
import { isConnectionLost, MysqlSession } from './mysql-session.ts';
import { toBindable, toStored, toTyped, toValue } from './mysql-values.ts';
import { explainViolation } from './mysql-violations.ts';
import { loadMysql2, type Mysql, type MysqlConnection, type MysqlConnectionOptions, type MysqlPool, runStatement, withConnection } from './mysql2.ts';
import { ScratchDatabases } from './scratch-databases.ts';

const TRAITS: DialectTraits = {
  counterColumn: 'bigint primary key auto_increment',
  like: (text, pattern) => sql`lower(${text}) like lower(${pattern}) escape '\\\\'`,
  onConflict: false,
  nullsLast: false,
  outlivesErrors: true,
  strictTypes: false,
  smallIntegers: true,
  holdsNul: true,
  decimalDigits: 65,
};

/** Each connection keeps this many; by default, the server has 16,382 for all connections. */
const MAX_STATEMENTS = 500;
const IDLE_TIMEOUT_MS = 30_000;
/** How long a database that is thrown away may take to open. */
const SCRATCH_TIMEOUT_MS = 10_000;
/** Stands for "no limit" where a lock wants one, in seconds. */
const NO_LIMIT_SECONDS = 31_536_000;
/** These commit by themselves. Source: MySQL, "Statements That Cause an Implicit Commit". */
const COMMITS = /^\s*(?:alter|analyze|create|drop|grant|install|lock|optimize|rename|repair|revoke|truncate|uninstall|unlock)\b/i;

/** Options of this driver. */
export interface MysqlOptions extends DriverParts {
  readonly name: 'mariadb' | 'mysql';
  readonly clock: Clock;
  /** `mysql://user:password@host:3306/database`. */
  readonly url: string;
  /** The greatest number of connections. */
  readonly poolSize: number;
  /** How long a statement waits for a free connection, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** How long one statement may take, in milliseconds; 0: any time. */
  readonly statementTimeoutMs: number;
  /** `true` verifies the server's certificate; `{ ca }` is a file with the authority that signed it. */
  readonly tls: boolean | { readonly ca: string };
}

/** What has to be known of a server. */
interface Server {
  /** Compares texts by their bytes, and takes no space for nothing. */
  readonly collation: string;
  /** The statement that each connection begins with. */
  readonly setup: string;
}

/**
 * Opens a pool; a first connection is tried.
 * @throws {DriverMissingError} when `mysql2` is not installed.
 * @throws {DatabaseOpenError} when the server cannot be reached or refuses.
 */
export async function createMysqlDriver(options: MysqlOptions): Promise<DatabaseDriver> {
  const mysql = await loadMysql2(options.name);
  const connectionOptions = toConnectionOptions(options);
  const label = toLabel(options.url);
  const server = await readServer(mysql, options, label);
  const pool = createPool(mysql, options, server);
  const session = new MysqlSession({ mysql, pool, clock: options.clock, acquireTimeoutMs: options.acquireTimeoutMs });
  const kysely = new Kysely<unknown>({ dialect: createMysqlDialect(session) });
  const query = async (statement: string, values?: readonly unknown[]): Promise<readonly object[]> =>
    (await session.runAlone({ sql: statement, ...(values === undefined ? {} : { values }) })) as object[]; // it is asked for rows

  /** Runs `work` with a connection that the pool does not know of. */
  const runDedicated = <Result>(work: (connection: MysqlConnection) => Promise<Result>): Promise<Result> =>
    withConnection(mysql, { ...connectionOptions, multipleStatements: true }, async (connection) => {
      await runStatement(connection, { sql: server.setup });
      return work(connection);
    });

  async function read(statement: string, parameters: readonly unknown[], transaction: Transaction | undefined): Promise<RawRows> {
    if (transaction === undefined) return (await session.runAlone({ sql: statement, values: parameters, rowsAsArray: true })) as unknown[][]; // as asked for
    const { rows } = await (transaction as unknown as Kysely<unknown>).executeQuery(CompiledQuery.raw(statement, [...parameters]));
    return rows.map((row) => Object.values(row as object)); // columns have distinct names and keep their order
  }

  const creation = `character set utf8mb4 collate ${server.collation}`;
  const scratches = new ScratchDatabases({
    url: options.url,
    run: (statement) => runDedicated((connection) => runStatement(connection, { sql: statement })), // also when the pool is closed
    connect: (url) => createMysqlDriver({ ...options, url, poolSize: 2, acquireTimeoutMs: SCRATCH_TIMEOUT_MS }),
    creation,
    removal: '',
    toEmptying: (name) => `drop database "${name}"; create database "${name}" ${creation}`,
  });
  let isOpen = true;
  return {
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
    traits: TRAITS,
    compileDialect: createMysqlDialect(session),
    read,
    toStored,
    toValue,
    isUnavailable: isConnectionLost,
    explainViolation: (error) => explainViolation(error, query),
    changeSchema: (work) => runDedicated((connection) => changeSchema(mysql, connection, options.statementTimeoutMs, work)),
    readSchema: (ignored) => readMysqlSchema(query, ignored),
    compareSchemas: compareMysqlSchemas,
    createScratch: () => scratches.take(),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await scratches.close();
      await new Promise<void>((resolve) => pool.end(() => resolve()));
    },
  };
}

function toConnectionOptions({ url, acquireTimeoutMs, tls }: MysqlOptions): MysqlConnectionOptions {
  const { hostname, port, username, password } = new URL(url);
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? 3306 : Number(port),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: databaseOf(url),
    connectTimeout: acquireTimeoutMs,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    maxPreparedStatements: MAX_STATEMENTS,
    connectAttributes: { program_name: 'oxidite' },
    ...(tls === false ? {} : { ssl: tls === true ? { rejectUnauthorized: true } : { ca: readFileSync(tls.ca, 'utf8'), rejectUnauthorized: true } }),
  };
}

async function readServer(mysql: Mysql, options: MysqlOptions, label: string): Promise<Server> {
  try {
    return await withConnection(mysql, toConnectionOptions(options), async (connection) => {
      const [row] = (await runStatement(connection, { sql: 'select version() as version' })) as { readonly version: string }[]; // as selected
      const server = toServer(row?.version ?? '', options.statementTimeoutMs);
      await runStatement(connection, { sql: server.setup });
      return server;
    });
  } catch (error) {
    throw new DatabaseOpenError(label, 'Check the "url" option, that the server runs, and that the user may connect.', error);
  }
}

/** A backslash has a meaning in texts, as the driver writes them; names may stand in double quotes, as in all migrations. */
function toServer(version: string, timeoutMs: number): Server {
  const isMariadb = version.includes('MariaDB');
  const collation = isMariadb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  const mode = "concat(replace(@@session.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), ',ANSI_QUOTES,STRICT_TRANS_TABLES')";
  const timeout = isMariadb ? `max_statement_time = ${timeoutMs / 1_000}` : `max_execution_time = ${timeoutMs}`;
  return { collation, setup: `set session sql_mode = ${mode}, collation_connection = '${collation}', time_zone = '+00:00', ${timeout}` };
}

function createPool(mysql: Mysql, options: MysqlOptions, { setup }: Server): MysqlPool {
  const { poolSize, logger } = options;
  const pool = mysql.createPool({
    ...toConnectionOptions(options),
    connectionLimit: poolSize,
    maxIdle: poolSize - 1, // with one more, nothing idle would be closed
    idleTimeout: IDLE_TIMEOUT_MS,
  });
  pool.on('connection', (connection) => {
    connection.on('error', (error) => logger.warn({ error: error.message }, 'a connection to the database broke')); // it is replaced
    connection.query({ sql: setup }, (error) => {
      if (error !== null) connection.destroy();
    });
  });
  return pool;
}

/** The lock ends with the connection, also when the process is killed. */
async function changeSchema<Result>(
  mysql: Mysql,
  connection: MysqlConnection,
  timeoutMs: number,
  work: (connection: SchemaConnection) => Promise<Result>,
): Promise<Result> {
  const seconds = timeoutMs === 0 ? NO_LIMIT_SECONDS : Math.ceil(timeoutMs / 1_000);
  const locked = await runStatement(connection, { sql: `select get_lock(concat('oxidite_', sha1(database())), ${seconds}) as locked` });
  if ((locked as { readonly locked: unknown }[])[0]?.locked !== 1) throw new DatabaseBusyError(new Error('another process changes the tables'));
  await runStatement(connection, { sql: 'set autocommit = 0' });
  const result = await work(createSchemaConnection(mysql, connection)); // what is not committed is undone when the connection ends
  await runStatement(connection, { sql: 'commit' });
  return result;
}

function createSchemaConnection(mysql: Mysql, connection: MysqlConnection): SchemaConnection {
  const run = (statement: string, parameters: readonly unknown[]): ReturnType<typeof runStatement> =>
    runStatement(
      connection,
      parameters.length === 0 ? { sql: statement } : { sql: statement, values: parameters.map((value) => toTyped(toBindable(value), mysql)) },
    );
  return {
    commits: (statement) => COMMITS.test(statement),
    async execute(statement, parameters = []) {
      await run(statement, parameters);
    },
    query: async (statement, parameters = []) => (await run(statement, parameters)) as Record<string, unknown>[], // rows are objects unless asked for as arrays
    async atomically(work) {
      try {
        const result = await work();
        await run('commit', []);
        return result;
      } catch (error) {
        await run('rollback', []);
        throw error;
      }
    },
  };
}
