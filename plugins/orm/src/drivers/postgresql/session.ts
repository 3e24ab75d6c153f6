/**
 * Runs statements on PostgreSQL. Each text gets a name, under which a connection prepares it once. When the caller's signal
 * aborts, the server is told to give the statement up, so that it holds neither locks nor the connection any longer.
 */
import { ambientSignal } from '@oxidite/plugin-sdk';
import { STALE_PLAN } from '../../transactions/transient-errors.ts';
import { runAbortable } from '../abortable-statement.ts';
import { type PgClient, type PgPool, type PgPoolOptions, type PgQuery, type PgResult, withClient } from './pg.ts';
import { type KnownColumns, StatementRun } from './statement-run.ts';
import { toWire } from './values.ts';

/** Texts beyond this number are not prepared: an application has not so many by itself. */
const MAX_NAMES = 1_000;
/** Longer texts are lists of values, seldom the same twice. */
const MAX_TEXT_LENGTH = 4_000;

/** Names and runs the statements of one pool. */
export class PostgresqlSession {
  readonly #pool: PgPool;
  readonly #types: PgPoolOptions['types'];
  readonly #names = new Map<string, string>();
  readonly #known: KnownColumns = new WeakMap();
  #count = 0;

  constructor(pool: PgPool, types: PgPoolOptions['types']) {
    this.#pool = pool;
    this.#types = types;
  }

  /** Runs a query on a connection of the pool, and returns its rows as arrays. */
  async readAlone(text: string, values: readonly unknown[]): Promise<unknown[][]> {
    const signal = ambientSignal();
    signal?.throwIfAborted();
    const client = await this.#pool.connect();
    const query = { text, values, rowMode: 'array' as const };
    let isBroken = false;
    try {
      const { rows } = signal === undefined ? await this.#send(client, query) : await this.run(client, query);
      return rows as unknown[][]; // as asked for
    } catch (error) {
      isBroken = isConnectionLost(error);
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  /** Runs a statement on a connection. */
  async run(client: PgClient, query: PgQuery): Promise<PgResult> {
    return runAbortable(
      query.text,
      () => this.#send(client, query),
      (isOver) => this.#cancel(client.processID, isOver),
    );
  }

  async #send(client: PgClient, query: PgQuery): Promise<PgResult> {
    if (query.values === undefined) return client.query(query.text);
    try {
      return await this.#runOnce(client, query, this.#nameOf(query.text));
    } catch (error) {
      if (error instanceof Error) Error.captureStackTrace(error); // else it leads to the socket, and not to the caller
      return this.#runAnew(client, query, error);
    }
  }

  #runOnce(client: PgClient, { text, values = [], rowMode }: PgQuery, name: string): Promise<PgResult> {
    return new Promise((resolve, reject) => {
      const parts = { text, name, values: values.map(toWire), asArrays: rowMode === 'array', types: this.#types, known: this.#known };
      client.query(new StatementRun(parts, (error, result) => (result === undefined ? reject(error) : resolve(result))));
    });
  }

  /** A statement is prepared again, under another name, when its columns have changed; in a transaction, which the error has ended, not at once. */
  async #runAnew(client: PgClient, query: PgQuery, error: unknown): Promise<PgResult> {
    if (!(error instanceof Error) || !error.message.includes(STALE_PLAN)) throw error;
    this.#names.delete(query.text);
    return this.#runOnce(client, query, '').catch(() => {
      throw error;
    });
  }

  /** Needs a second connection; when there is none, the statement goes on until the server's own time-out. */
  async #cancel(processId: number | null, isOver: () => boolean): Promise<void> {
    await withClient(this.#pool, async (client) => {
      if (processId !== null && !isOver()) await client.query({ text: 'select pg_cancel_backend($1)', values: [processId] });
    });
  }

  /** Returns the name of a text; an empty one: it gets none. */
  #nameOf(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (text.length > MAX_TEXT_LENGTH || this.#count >= MAX_NAMES) return '';
    const name = `oxidite_${this.#count++}`;
    this.#names.set(text, name);
    return name;
  }
}

/** Tells whether a connection is of no use any more. Source: PostgreSQL, Appendix A, classes 08 and 57P. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string') return /connection terminated|not queryable|timeout exceeded when trying to connect/i.test(error.message);
  return /^(?:08|57P0[123]|53300$)/.test(code) || /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|ENETUNREACH)/.test(code);
}
