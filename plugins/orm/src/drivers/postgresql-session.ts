/**
 * Runs statements on PostgreSQL. Each text gets a name, under which a connection prepares it once. When the caller's signal
 * aborts, the server is told to give the statement up, so that it holds neither locks nor the connection any longer.
 */
import { ambientSignal } from '@oxidite/plugin-sdk';
import type { PgClient, PgPool, PgQuery, PgResult } from './pg.ts';

/** Texts beyond this number are not prepared: an application has not so many by itself. */
const MAX_NAMES = 1_000;
/** Longer texts are lists of values, seldom the same twice. */
const MAX_TEXT_LENGTH = 4_000;
/** What was begun is ended, whether or not somebody waits for it. */
const ENDS_TRANSACTION = /^(?:commit|rollback|release)\b/;

/** Names and runs the statements of one pool. */
export class PostgresqlSession {
  readonly #pool: PgPool;
  readonly #names = new Map<string, string>();

  constructor(pool: PgPool) {
    this.#pool = pool;
  }

  /** Runs a statement on a connection of the pool. */
  async runAlone(query: PgQuery): Promise<PgResult> {
    ambientSignal()?.throwIfAborted();
    const client = await this.#pool.connect();
    let isBroken = false;
    try {
      return await this.run(client, query);
    } catch (error) {
      isBroken = isConnectionLost(error);
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  /** Runs a statement on a connection. */
  async run(client: PgClient, query: PgQuery): Promise<PgResult> {
    const signal = ENDS_TRANSACTION.test(query.text) ? undefined : ambientSignal();
    const named = query.values === undefined ? query : { ...query, ...this.#nameOf(query.text) };
    if (signal === undefined) return client.query(named);
    signal.throwIfAborted();
    const running = client.query(named);
    const onAbort = (): void => void this.#cancel(client.processID);
    signal.addEventListener('abort', onAbort);
    try {
      return await running;
    } catch (error) {
      signal.throwIfAborted(); // the reason says more than "canceling statement due to user request"
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Needs a second connection; when there is none, the statement goes on until the server's own time-out. */
  async #cancel(processId: number | null): Promise<void> {
    if (processId === null) return;
    try {
      const client = await this.#pool.connect();
      try {
        await client.query({ text: 'select pg_cancel_backend($1)', values: [processId] });
      } finally {
        client.release();
      }
    } catch {
      // the connection is gone, and the statement with it
    }
  }

  #nameOf(text: string): { readonly name?: string } {
    const known = this.#names.get(text);
    if (known !== undefined) return { name: known };
    if (text.length > MAX_TEXT_LENGTH || this.#names.size >= MAX_NAMES) return {};
    const name = `oxidite_${this.#names.size}`;
    this.#names.set(text, name);
    return { name };
  }
}

/** Tells whether a connection is of no use any more. Source: PostgreSQL, Appendix A, classes 08 and 57P. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') return /connection terminated|timeout exceeded when trying to connect/i.test(error.message);
  return /^(?:08|57P0[123]|53300$)/.test(code) || /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|ENETUNREACH)/.test(code);
}
