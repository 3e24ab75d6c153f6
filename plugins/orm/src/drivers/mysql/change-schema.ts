/**
 * Changes the tables of a MySQL or MariaDB database. The server commits by itself before and after each change of tables, so
 * only what was written since the last one can be undone.
 */
import { createHash } from 'node:crypto';
import type { Logger } from '@oxidite/plugin-sdk';
import { DatabaseBusyError } from '../../errors.ts';
import type { SchemaConnection } from '../driver.ts';
import { LOCK_NOTICE_MS, tellOfWaiting } from '../lock-notice.ts';
import { readMysqlSchema } from './schema.ts';
import { toBindable, toTyped } from './values.ts';
import { type Mysql, type MysqlConnection, type MysqlResult, runStatement } from './mysql2.ts';

/** Stands for "no limit" where a lock wants one. */
const LOCK_SECONDS = 31_536_000;
const LOCK_NAME = "concat('oxidite_', sha1(database()))";
/** Source: MySQL, "Statements That Cause an Implicit Commit". One may stand behind others in the same text. */
const COMMITS = /(?:^|;)\s*(?:alter|analyze|create|drop|grant|install|lock|optimize|rename|repair|revoke|truncate|uninstall|unlock)\b/i;

/** What a change of tables needs. */
export interface MysqlSchemaParts {
  readonly mysql: Mysql;
  /** Belongs to nobody else, and ends afterwards. */
  readonly connection: MysqlConnection;
  readonly logger: Logger;
}

/** Runs `work` on a connection that ends afterwards. With it ends the lock, also when the process is killed. */
export async function changeMysqlSchema<Result>(parts: MysqlSchemaParts, work: (connection: SchemaConnection) => Promise<Result>): Promise<Result> {
  const { mysql, connection } = parts;
  await takeLock(parts);
  await runStatement(connection, { sql: 'set autocommit = 0' });
  const result = await work(createSchemaConnection(mysql, connection)); // what is not committed is undone when the connection ends
  await runStatement(connection, { sql: 'commit' });
  return result;
}

async function takeLock({ connection, logger }: MysqlSchemaParts): Promise<void> {
  const take = async (seconds: number): Promise<boolean> => (await ask(connection, `select get_lock(${LOCK_NAME}, ${seconds}) as "locked"`))['locked'] === 1;
  if (await take(LOCK_NOTICE_MS / 1_000)) return;
  tellOfWaiting(logger, await findHolder(connection));
  if (!(await take(LOCK_SECONDS))) throw new DatabaseBusyError(new Error('the lock of the tables was not given'));
}

/** Without the right to see the connections of other users, only the number of the connection is known. */
async function findHolder(connection: MysqlConnection): Promise<Readonly<Record<string, unknown>>> {
  const { holder } = await ask(connection, `select is_used_lock(${LOCK_NAME}) as "holder"`);
  const seen = await ask(
    connection,
    `select user as "user", host as "host", time as "seconds" from information_schema.processlist where id = ${Number(holder ?? 0)}`,
  );
  return { connection: holder, ...seen };
}

async function ask(connection: MysqlConnection, sql: string): Promise<Readonly<Record<string, unknown>>> {
  const rows = (await runStatement(connection, { sql })) as Readonly<Record<string, unknown>>[]; // they are queries
  return rows[0] ?? {};
}

function createSchemaConnection(mysql: Mysql, connection: MysqlConnection): SchemaConnection {
  const run = (statement: string, parameters: readonly unknown[]): Promise<MysqlResult> =>
    runStatement(
      connection,
      parameters.length === 0 ? { sql: statement } : { sql: statement, values: parameters.map((value) => toTyped(toBindable(value), mysql)) },
    );
  const query = async (statement: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await run(statement, parameters)) as Record<string, unknown>[]; // rows are objects unless asked for as arrays
  const commit = async (): Promise<void> => void (await run('commit', []));
  const rollback = async (): Promise<void> => void (await run('rollback', []));
  const schema: SchemaConnection = {
    commits: (statement) => COMMITS.test(statement),
    async execute(statement, parameters = []) {
      await run(statement, parameters);
    },
    query,
    async atomically(work) {
      try {
        const result = await work();
        await commit();
        return result;
      } catch (error) {
        await rollback();
        throw error;
      }
    },
    withoutTransaction: (work) => work(schema), // the server ends transactions by itself
    lasting: { keepsEach: false, commit, rollback },
    traces: {
      async fingerprint() {
        const tables = [...(await readMysqlSchema(query, [])).values()].map(({ sql, constraints, indexes }) => [sql, [...constraints], [...indexes.values()]]);
        return createHash('sha256').update(JSON.stringify(tables)).digest('hex');
      },
      listInvalid: async () => [],
    },
  };
  return schema;
}
