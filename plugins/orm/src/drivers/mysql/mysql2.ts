/** The package `mysql2`, as far as it is used here. It is loaded when the driver is chosen, and not a dependency of this package. */
import { DriverMissingError } from '../../errors.ts';
import type { PoolStats } from '../driver.ts';

/** One statement. With values it is prepared, once for each connection. */
export interface MysqlQuery {
  readonly sql: string;
  readonly values?: readonly unknown[];
  readonly rowsAsArray?: boolean;
}

/** What a statement gave: rows, or what became of them. */
export type MysqlResult = unknown[] | { readonly affectedRows: number; readonly insertId: number | string };

type Done = (error: Error | null, result: MysqlResult) => void;

/** One connection. */
export interface MysqlConnection {
  /** Tells when the server has let it in, or why not. */
  connect(done: (error: Error | null) => void): void;
  /** The server's name for the connection. */
  readonly threadId: number | null;
  /** Sends a statement as a text. */
  query(query: MysqlQuery, done: Done): unknown;
  /** Prepares a statement and binds its values. */
  execute(query: MysqlQuery, done: Done): unknown;
  end(done: (error?: Error | null) => void): void;
  destroy(): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** One connection of a pool. */
export interface MysqlPoolConnection extends MysqlConnection {
  release(): void;
}

/** The connections of one database. Its lists have no other names. Source: mysql2 3.24.4, lib/base/pool.js. */
export interface MysqlPool {
  readonly _allConnections?: { readonly length: number };
  readonly _freeConnections?: { readonly length: number };
  readonly _connectionQueue?: { readonly length: number };
  getConnection(done: (error: Error | null, connection: MysqlPoolConnection) => void): void;
  end(done: (error?: Error | null) => void): void;
  on(event: 'connection', listener: (connection: MysqlPoolConnection) => void): unknown;
}

/** Options of a connection. Source: https://sidorares.github.io/node-mysql2/docs. */
export interface MysqlConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly connectTimeout: number;
  readonly charset: string;
  readonly timezone: 'Z';
  readonly dateStrings: boolean;
  readonly jsonStrings: boolean;
  readonly supportBigNumbers: boolean;
  readonly multipleStatements?: boolean;
  readonly maxPreparedStatements: number;
  readonly connectAttributes: Readonly<Record<string, string>>;
  readonly ssl?: { readonly ca?: string; readonly rejectUnauthorized: boolean; readonly verifyIdentity: boolean };
}

/** Options of a pool. */
export interface MysqlPoolOptions extends MysqlConnectionOptions {
  readonly connectionLimit: number;
  readonly maxIdle: number;
  readonly idleTimeout: number;
}

/** The package. */
export interface Mysql {
  createConnection(options: MysqlConnectionOptions): MysqlConnection;
  createPool(options: MysqlPoolOptions): MysqlPool;
  /** Values whose type the server is told. */
  readonly TypedParameter: {
    LONGLONG(value: bigint | number): object;
    NEWDECIMAL(value: string): object;
  };
}

const PACKAGE: string = 'mysql2';

/**
 * Loads the package.
 * @throws {DriverMissingError} when it is not installed.
 */
export async function loadMysql2(driver: string): Promise<Mysql> {
  try {
    const loaded: { readonly default: Mysql } = await import(PACKAGE);
    return loaded.default;
  } catch (error) {
    throw new DriverMissingError(driver, PACKAGE, error);
  }
}

/** Tells how the connections of a pool are used. */
export function toPoolStats({ _allConnections: all, _freeConnections: free, _connectionQueue: queue }: MysqlPool): PoolStats {
  return { size: all?.length ?? 0, idle: free?.length ?? 0, waiting: queue?.length ?? 0 };
}

/** Runs a statement on a connection. */
export function runStatement(connection: MysqlConnection, query: MysqlQuery): Promise<MysqlResult> {
  return new Promise((resolve, reject) => {
    const done: Done = (error, result) => (error === null ? resolve(result) : reject(error));
    if (query.values === undefined) connection.query(query, done);
    else connection.execute(query, done);
  });
}

/** Opens a connection that belongs to no pool, runs `work` with it, and closes it. */
export async function withConnection<Result>(
  mysql: Mysql,
  options: MysqlConnectionOptions,
  work: (connection: MysqlConnection) => Promise<Result>,
): Promise<Result> {
  const connection = mysql.createConnection(options);
  connection.on('error', () => undefined); // the statement that runs says it; without a listener it would end the process
  try {
    await new Promise<void>((resolve, reject) => connection.connect((error) => (error === null ? resolve() : reject(error))));
  } catch (error) {
    connection.destroy(); // a server that has not let it in answers neither statements nor a goodbye
    throw error;
  }
  try {
    return await work(connection);
  } finally {
    await new Promise<void>((resolve) => connection.end(() => resolve()));
  }
}
