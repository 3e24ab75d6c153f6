/** Changes the tables of a PostgreSQL database, in one transaction, while no other process does. */
import type { Logger } from '@oxidite/plugin-sdk';
import type { SchemaConnection } from '../driver.ts';
import { LOCK_NOTICE_MS, tellOfWaiting } from '../lock-notice.ts';
import type { PgClient, PgPool, PgResult } from './pg.ts';
import { toBindable } from './values.ts';

/** The lock of whoever changes the schema: any number, the same for all processes. */
const SCHEMA_LOCK = 7_294_003_351;
/** Source: PostgreSQL, Appendix A: lock_not_available. */
const LOCK_TIMEOUT = '55P03';
/** How often the server looks whether the process that gave it a long statement is still there. */
const ALIVE_CHECK_MS = 1_000;

const HOLDER = `
  select a.pid, a.application_name as application, host(a.client_addr) as address, a.xact_start as since
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
    and (l.classid::bigint << 32 | l.objid::bigint) = ${SCHEMA_LOCK}`;

/** Runs `work` in a transaction. The lock ends with it, also when the process is killed. Changing a large table takes its time. */
export async function changePostgresqlSchema<Result>(pool: PgPool, logger: Logger, work: (connection: SchemaConnection) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let isBroken = false;
  try {
    await client.query('begin');
    await client.query('set local statement_timeout = 0');
    await tryStatement(client, `set local client_connection_check_interval = ${ALIVE_CHECK_MS}`); // not on every platform
    await takeLock(client, logger);
    const result = await work(createSchemaConnection(client));
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => void (isBroken = true));
    throw error;
  } finally {
    client.release(isBroken);
  }
}

async function takeLock(client: PgClient, logger: Logger): Promise<void> {
  const take = { text: 'select pg_advisory_xact_lock($1)', values: [SCHEMA_LOCK] };
  await client.query(`savepoint oxidite_lock; set local lock_timeout = ${LOCK_NOTICE_MS}`);
  try {
    await client.query(take);
    await client.query('release savepoint oxidite_lock; set local lock_timeout to default');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === LOCK_TIMEOUT)) throw error;
    await client.query('rollback to savepoint oxidite_lock'); // with it goes the time limit
    const [holder = {}] = (await client.query(HOLDER)).rows as object[]; // rows are objects unless asked for as arrays
    tellOfWaiting(logger, { ...holder });
    await client.query(take);
  }
}

async function tryStatement(client: PgClient, statement: string): Promise<void> {
  await client.query('savepoint oxidite_try');
  try {
    await client.query(statement);
    await client.query('release savepoint oxidite_try');
  } catch {
    await client.query('rollback to savepoint oxidite_try');
  }
}

function createSchemaConnection(client: PgClient): SchemaConnection {
  let depth = 0;
  const run = (sql: string, parameters: readonly unknown[]): Promise<PgResult> =>
    client.query(parameters.length === 0 ? sql : { text: toNumbered(sql), values: parameters.map(toBindable) });
  return {
    commits: () => false,
    async execute(sql, parameters = []) {
      await run(sql, parameters);
    },
    query: async (sql, parameters = []) => (await run(sql, parameters)).rows as Record<string, unknown>[], // rows are objects unless asked for as arrays
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
  };
}

/** Turns `?` into `$1`, `$2`; not inside of texts and names. */
export function toNumbered(sql: string): string {
  let position = 0;
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => (part === '?' ? `$${++position}` : part));
}
