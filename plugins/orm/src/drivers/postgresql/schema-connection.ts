/** Runs the statements that change the tables of a PostgreSQL database: in a transaction, or one by one outside of any. */
import { IndexInvalidError, StatementInTransactionError } from '../../errors.ts';
import type { SchemaConnection, StatementTraces } from '../driver.ts';
import type { PgClient, PgResult } from './pg.ts';
import { createTraces } from './statement-traces.ts';
import { toBindable } from './values.ts';

/** Source: PostgreSQL, Appendix A: active_sql_transaction. */
const IN_TRANSACTION = '25001';
/** What changes rows is never refused in a transaction. */
const ROWS = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:delete|insert|merge|select|truncate|update|with)\b/i;
/** What leaves an index of this name as it is, when there is one. */
const IF_MISSING = /^\s*create\s+(?:unique\s+)?index\s+concurrently\s+if\s+not\s+exists\s+("(?:[^"]|"")+"|[^\s"]+)/i;

/** Creates a connection that is in a transaction. */
export function createTransactionConnection(client: PgClient): SchemaConnection {
  const { run, query } = createRunner(client);
  let depth = 0;
  return {
    commits: () => false,
    async execute(sql, parameters = []) {
      await run(sql, parameters).catch((error: unknown) => {
        throw isRefused(error) ? new StatementInTransactionError('transaction', error) : error;
      });
    },
    query,
    async atomically(work) {
      const savepoint = `oxidite_${depth++}`;
      await client.query(`savepoint ${savepoint}`);
      try {
        const result = await work();
        await client.query(`release savepoint ${savepoint}`);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${savepoint}`);
        throw error;
      } finally {
        depth--;
      }
    },
    traces: createTraces(query),
  };
}

/**
 * Creates a connection that is in no transaction. Only what changes rows gets one, in which it can be noted that it is done; it
 * is committed before anything else is run.
 */
export function createLoneConnection(client: PgClient): SchemaConnection {
  const { run, query } = createRunner(client);
  const traces = createTraces(query);
  let isOpen = false;
  const end = async (how: 'commit' | 'rollback'): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await client.query(how);
  };
  return {
    commits: (sql) => !ROWS.test(sql),
    async execute(sql, parameters = []) {
      if (!ROWS.test(sql)) {
        await end('commit');
        return runAlone(sql, traces, () => run(sql, parameters));
      }
      if (!isOpen) await client.query('begin');
      isOpen = true;
      await run(sql, parameters).catch((error: unknown) => {
        throw isRefused(error) ? new StatementInTransactionError('text', error) : error;
      });
    },
    query,
    async atomically(work) {
      try {
        const result = await work();
        await end('commit');
        return result;
      } catch (error) {
        await end('rollback').catch(() => undefined); // without a connection it is undone, too
        throw error;
      }
    },
    lasting: { keepsEach: true, commit: () => end('commit'), rollback: () => end('rollback') },
    traces,
  };
}

/** An index that could not be built stays, and does not work; "if not exists" would take it for the one that is wanted. */
async function runAlone(sql: string, traces: StatementTraces, run: () => Promise<PgResult>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (isRefused(error)) throw new StatementInTransactionError('text', error);
    const left = await traces.listInvalid(sql).catch(() => []);
    throw left.length === 0 ? error : new IndexInvalidError(left, error);
  }
  const name = IF_MISSING.exec(sql)?.[1];
  const found = name === undefined ? [] : await traces.listInvalid(name);
  if (found.length > 0) throw new IndexInvalidError(found);
}

function createRunner(client: PgClient): {
  readonly run: (sql: string, parameters: readonly unknown[]) => Promise<PgResult>;
  readonly query: (sql: string, parameters?: readonly unknown[]) => Promise<Record<string, unknown>[]>;
} {
  const run = (sql: string, parameters: readonly unknown[]): Promise<PgResult> =>
    client.query(parameters.length === 0 ? sql : { text: toNumbered(sql), values: parameters.map(toBindable) });
  return { run, query: async (sql, parameters = []) => (await run(sql, parameters)).rows as Record<string, unknown>[] }; // rows are objects unless asked for as arrays
}

function isRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === IN_TRANSACTION;
}

/** Turns `?` into `$1`, `$2`; not inside of texts and names. */
export function toNumbered(sql: string): string {
  let position = 0;
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => (part === '?' ? `$${++position}` : part));
}
