/** The package `pg`, as far as it is used here. It is loaded when the driver is chosen, and not a dependency of this package. */
import { DriverMissingError } from '../../errors.ts';
import type { StatementRun } from './statement-run.ts';

/** One statement. */
export interface PgQuery {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly rowMode?: 'array';
}

/** What a statement gave. */
export interface PgResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: unknown[];
}

/** One connection. */
export interface PgClient {
  /** The server's process behind the connection. */
  readonly processID: number | null;
  query(query: PgQuery | string): Promise<PgResult>;
  /** Its callback is called, and nothing else is returned. */
  query(run: StatementRun): unknown;
  /** Gives the connection back, or with `true` closes it. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** The connections of one database. */
export interface PgPool {
  connect(): Promise<PgClient>;
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  end(): Promise<void>;
  on(event: 'connect', listener: (client: PgClient) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Options of a pool. Source: https://node-postgres.com/apis/pool. */
export interface PgPoolOptions {
  readonly connectionString: string;
  readonly max: number;
  readonly connectionTimeoutMillis: number;
  readonly idleTimeoutMillis: number;
  readonly statement_timeout: number;
  readonly application_name: string;
  readonly ssl?: boolean | { readonly ca?: string; readonly rejectUnauthorized: boolean };
  readonly types: { getTypeParser(oid: number, format?: 'binary' | 'text'): (text: string) => unknown };
}

/** The package. */
export interface Pg {
  readonly Pool: new (options: PgPoolOptions) => PgPool;
  readonly types: PgPoolOptions['types'];
}

const PACKAGE: string = 'pg';

/**
 * Loads the package.
 * @throws {DriverMissingError} when it is not installed.
 */
export async function loadPg(): Promise<Pg> {
  try {
    const loaded: { readonly default: Pg } = await import(PACKAGE);
    return loaded.default;
  } catch (error) {
    throw new DriverMissingError('postgresql', PACKAGE, error);
  }
}

/** Runs `work` with a connection, and gives it back. */
export async function withClient<Result>(pool: PgPool, work: (client: PgClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
