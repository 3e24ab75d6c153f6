/**
 * Runs statements on the connections of one pool. When the caller's signal aborts, the server is told to give the statement
 * up.
 */
import { ambientSignal, type Clock } from '@oxidite/plugin-sdk';
import { runAbortable } from '../abortable-statement.ts';
import { type Mysql, type MysqlConnection, type MysqlPool, type MysqlPoolConnection, type MysqlQuery, type MysqlResult, runStatement } from './mysql2.ts';
import { toBindable, toTyped } from './values.ts';

/** Longer than this, nobody waits for a connection. */
const TIMED_OUT = 'OXIDITE_POOL_TIMEOUT';

/**
 * The server has no connection free, shuts down, or has closed the connection.
 * Source: MySQL, "Server Error Message Reference"; MariaDB, "Error Codes".
 */
const LOST = new Set([1040, 1053, 1077, 1129, 1203, 1226, 1927, 2006, 2013, 4031]);

/** What a session needs. */
export interface MysqlSessionParts {
  readonly mysql: Mysql;
  readonly pool: MysqlPool;
  readonly clock: Clock;
  /** How long a statement waits for a free connection. */
  readonly acquireTimeoutMs: number;
}

/** The connections of one pool. */
export class MysqlSession {
  readonly #parts: MysqlSessionParts;

  constructor(parts: MysqlSessionParts) {
    this.#parts = parts;
  }

  /** Takes a connection out of the pool. */
  acquire(): Promise<MysqlPoolConnection> {
    const { pool, clock, acquireTimeoutMs } = this.#parts;
    return new Promise((resolve, reject) => {
      let isLate = false;
      const timer = clock.setTimeout(() => {
        isLate = true;
        reject(Object.assign(new Error(`no connection was free within ${acquireTimeoutMs} ms`), { code: TIMED_OUT }));
      }, acquireTimeoutMs);
      pool.getConnection((error, connection) => {
        timer.cancel();
        if (error !== null) reject(error);
        else if (isLate) connection.release();
        else resolve(connection);
      });
    });
  }

  /** Runs a statement on a connection of its own. */
  async runAlone(query: MysqlQuery): Promise<MysqlResult> {
    ambientSignal()?.throwIfAborted();
    const connection = await this.acquire();
    try {
      return await this.run(connection, query);
    } catch (error) {
      if (isConnectionLost(error)) connection.destroy();
      throw error;
    } finally {
      connection.release();
    }
  }

  /** Runs a statement on a connection. */
  run(connection: MysqlConnection, query: MysqlQuery): Promise<MysqlResult> {
    const bound = query.values === undefined ? query : { ...query, values: query.values.map((value) => toTyped(toBindable(value), this.#parts.mysql)) };
    return runAbortable(
      query.sql,
      () => runStatement(connection, bound),
      (isOver) => this.#cancel(connection.threadId, isOver),
    );
  }

  /** Needs a second connection; when there is none, the statement goes on until the server's own time-out. */
  async #cancel(threadId: number | null, isOver: () => boolean): Promise<void> {
    const connection = await this.acquire();
    try {
      if (threadId !== null && !isOver()) await runStatement(connection, { sql: `kill query ${threadId}` });
    } finally {
      connection.release();
    }
  }
}

/** Tells whether a connection is of no use any more, or there is none. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errno, fatal } = error as { readonly code?: unknown; readonly errno?: unknown; readonly fatal?: unknown };
  if (fatal === true || code === TIMED_OUT || LOST.has(Number(errno))) return true;
  return typeof code === 'string' && /^(?:PROTOCOL_|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|ENETUNREACH)/.test(code);
}
