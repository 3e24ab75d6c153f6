/** What has to be known of a MySQL or MariaDB server, and how its connections are made. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Logger } from '@oxidite/plugin-sdk';
import { databaseOf } from '../database-url.ts';
import { type Mysql, type MysqlConnection, type MysqlConnectionOptions, type MysqlPool, runStatement, withConnection } from './mysql2.ts';

/** Each connection keeps this many; by default, the server has 16,382 for all connections. */
const MAX_STATEMENTS = 500;
const IDLE_TIMEOUT_MS = 30_000;

/** Where a server is, and how long is waited for it. */
export interface MysqlAddress {
  /** `mysql://user:password@host:3306/database`. */
  readonly url: string;
  /** How long a statement waits for a free connection, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** How long one statement may take, in milliseconds; 0: any time. Changes of tables have no limit. */
  readonly statementTimeoutMs: number;
  /** `true` verifies the server's certificate; `{ ca }` is a file with the authority that signed it. */
  readonly tls: boolean | { readonly ca: string };
}

/** A server. */
export interface MysqlServer {
  /** Compares texts by their bytes, and takes spaces at their end for what they are. */
  readonly collation: string;
  readonly isMariadb: boolean;
  /** Opens a pool. */
  createPool(options: { readonly poolSize: number; readonly logger: Logger }): MysqlPool;
  /** Runs `work` with a connection of its own, which takes several statements at once and has no time limit. */
  withConnection<Result>(work: (connection: MysqlConnection) => Promise<Result>): Promise<Result>;
}

/** Connects for the first time and asks which server it is. */
export async function findMysqlServer(mysql: Mysql, address: MysqlAddress): Promise<MysqlServer> {
  const options = toConnectionOptions(address);
  const version = await withConnection(mysql, options, async (connection) => {
    const [row] = (await runStatement(connection, { sql: 'select version() as version' })) as { readonly version: string }[]; // as selected
    return row?.version ?? '';
  });
  const isMariadb = version.includes('MariaDB');
  const collation = isMariadb ? 'utf8mb4_nopad_bin' : 'utf8mb4_0900_bin';
  const setup = (timeoutMs: number): string =>
    toSetup(collation, isMariadb ? `max_statement_time = ${timeoutMs / 1_000}` : `max_execution_time = ${timeoutMs}`);
  return {
    collation,
    isMariadb,
    createPool: ({ poolSize, logger }) => {
      const pool = mysql.createPool({
        ...options,
        connectionLimit: poolSize,
        maxIdle: poolSize - 1, // with one more, nothing idle would be closed
        idleTimeout: IDLE_TIMEOUT_MS,
      });
      pool.on('connection', (connection) => {
        connection.on('error', (error) => logger.warn({ error: error.message }, 'a connection to the database broke')); // it is replaced
        connection.query({ sql: setup(address.statementTimeoutMs) }, (error) => {
          if (error !== null) connection.destroy();
        });
      });
      return pool;
    },
    withConnection: (work) =>
      withConnection(mysql, { ...options, multipleStatements: true }, async (connection) => {
        await runStatement(connection, { sql: setup(0) });
        return work(connection);
      }),
  };
}

function toConnectionOptions({ url, acquireTimeoutMs, tls }: MysqlAddress): MysqlConnectionOptions {
  const { hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
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
    ...(tls === false ? {} : { ssl: toTls(host, tls) }),
  };
}

/** The name of the server is verified too; a certificate is compared with names only, not with an address. */
function toTls(host: string, tls: true | { readonly ca: string }): NonNullable<MysqlConnectionOptions['ssl']> {
  return { rejectUnauthorized: true, verifyIdentity: isIP(host) === 0, ...(tls === true ? {} : { ca: readFileSync(tls.ca, 'utf8') }) };
}

/** A backslash has a meaning in texts, as the driver writes them; names may stand in double quotes, as in all migrations. */
function toSetup(collation: string, timeout: string): string {
  const mode = "concat(replace(@@session.sql_mode, 'NO_BACKSLASH_ESCAPES', ''), ',ANSI_QUOTES,STRICT_TRANS_TABLES')";
  return `set session sql_mode = ${mode}, collation_connection = '${collation}', time_zone = '+00:00', ${timeout}`;
}
