/**
 * Changes the tables of a PostgreSQL database, in one transaction, while no other process does. What has to happen outside of
 * a transaction interrupts it; the lock stays.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import type { SchemaConnection } from '../driver.ts';
import { LOCK_NOTICE_MS, tellOfWaiting } from '../lock-notice.ts';
import type { PgClient, PgPool } from './pg.ts';
import { createLoneConnection, createTransactionConnection } from './schema-connection.ts';

/** The lock of whoever changes the schema: any number, the same for all processes. */
const SCHEMA_LOCK = 7_294_003_351;
/** How often is tried again to get the lock. */
const RETRY_MS = 100;
/** How often the server looks whether the process that gave it a long statement is still there. */
const ALIVE_CHECK_MS = 1_000;

const HOLDER = `
  select a.pid, a.application_name as application, host(a.client_addr) as address, coalesce(a.xact_start, a.query_start) as since
  from pg_locks l join pg_stat_activity a on a.pid = l.pid
  where l.locktype = 'advisory' and l.granted and l.database = (select oid from pg_database where datname = current_database())
    and (l.classid::bigint << 32 | l.objid::bigint) = ${SCHEMA_LOCK}`;

/** Runs `work` in a transaction. The lock ends with it, also when the process is killed. Changing a large table takes its time. */
export async function changePostgresqlSchema<Result>(pool: PgPool, logger: Logger, work: (connection: SchemaConnection) => Promise<Result>): Promise<Result> {
  const client = await pool.connect();
  let isInTransaction = true;
  let refused: { readonly error: unknown } | undefined; // what was done before could not be committed, whoever has caught that
  let isSpent = false; // a connection that was used outside of a transaction may have settings of its own
  async function withoutTransaction<Inner>(lone: (connection: SchemaConnection) => Promise<Inner>): Promise<Inner> {
    isSpent = true;
    isInTransaction = false;
    await leaveTransaction(client).catch((error: unknown) => {
      refused = { error };
      throw error;
    });
    try {
      return await lone(createLoneConnection(client));
    } finally {
      isInTransaction = await enterTransaction(client).then(
        () => true,
        () => false, // the connection is lost, and whoever uses it next is told so
      );
    }
  }
  try {
    await beginLocked(client, logger);
    const result = await work({ ...createTransactionConnection(client), withoutTransaction });
    if (refused !== undefined) throw refused.error;
    if (isInTransaction) await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => void (isSpent = true));
    throw error;
  } finally {
    client.release(isSpent);
  }
}

/**
 * Who waits does so in short transactions and for no lock: `create index concurrently` waits for all that could still see the
 * tables without the index, and the two would wait for each other.
 */
async function beginLocked(client: PgClient, logger: Logger): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    await client.query('begin');
    await configure(client, 'local');
    const { rows } = await client.query({ text: 'select pg_try_advisory_xact_lock($1)', values: [SCHEMA_LOCK], rowMode: 'array' });
    if ((rows[0] as readonly unknown[])[0] === true) return; // one column was asked for
    if (waitedMs === LOCK_NOTICE_MS) {
      const [holder = {}] = (await client.query(HOLDER)).rows as object[]; // rows are objects unless asked for as arrays
      tellOfWaiting(logger, { ...holder });
    }
    await client.query(`select pg_sleep(${RETRY_MS / 1_000})`);
    await client.query('rollback');
  }
}

/** Commits; the lock becomes one of the session, which has it already and does not wait for it. */
async function leaveTransaction(client: PgClient): Promise<void> {
  await client.query({ text: 'select pg_advisory_lock($1)', values: [SCHEMA_LOCK] });
  await client.query('commit');
  await configure(client, 'session');
}

/** Begins the next transaction, with the lock, and with nothing of what was set in between. */
async function enterTransaction(client: PgClient): Promise<void> {
  await client.query('rollback; reset all');
  await client.query('begin');
  await configure(client, 'local');
  await client.query({ text: 'select pg_advisory_xact_lock($1), pg_advisory_unlock($1)', values: [SCHEMA_LOCK] });
}

async function configure(client: PgClient, scope: 'local' | 'session'): Promise<void> {
  await client.query(`set ${scope} statement_timeout = 0`);
  const check = `set ${scope} client_connection_check_interval = ${ALIVE_CHECK_MS}`; // not on every platform
  if (scope === 'session') return void (await client.query(check).catch(() => undefined));
  await client.query('savepoint oxidite_try');
  try {
    await client.query(check);
    await client.query('release savepoint oxidite_try');
  } catch {
    await client.query('rollback to savepoint oxidite_try');
  }
}
