/**
 * Changes the tables of a MySQL or MariaDB database. The server commits by itself before and after each change of tables, so
 * only what was written since the last one can be undone.
 */
import { DatabaseBusyError } from '../../errors.ts';
import type { SchemaConnection } from '../driver.ts';
import { toBindable, toTyped } from './values.ts';
import { type Mysql, type MysqlConnection, type MysqlResult, runStatement } from './mysql2.ts';

/** Stands for "no limit" where a lock wants one. */
const LOCK_SECONDS = 31_536_000;
/** Source: MySQL, "Statements That Cause an Implicit Commit". */
const COMMITS = /^\s*(?:alter|analyze|create|drop|grant|install|lock|optimize|rename|repair|revoke|truncate|uninstall|unlock)\b/i;

/** Runs `work` on a connection that ends afterwards. With it ends the lock, also when the process is killed. */
export async function changeMysqlSchema<Result>(
  mysql: Mysql,
  connection: MysqlConnection,
  work: (connection: SchemaConnection) => Promise<Result>,
): Promise<Result> {
  const locked = await runStatement(connection, { sql: `select get_lock(concat('oxidite_', sha1(database())), ${LOCK_SECONDS}) as locked` });
  if ((locked as { readonly locked: unknown }[])[0]?.locked !== 1) throw new DatabaseBusyError(new Error('the lock of the tables was not given'));
  await runStatement(connection, { sql: 'set autocommit = 0' });
  const result = await work(createSchemaConnection(mysql, connection)); // what is not committed is undone when the connection ends
  await runStatement(connection, { sql: 'commit' });
  return result;
}

function createSchemaConnection(mysql: Mysql, connection: MysqlConnection): SchemaConnection {
  const run = (statement: string, parameters: readonly unknown[]): Promise<MysqlResult> =>
    runStatement(
      connection,
      parameters.length === 0 ? { sql: statement } : { sql: statement, values: parameters.map((value) => toTyped(toBindable(value), mysql)) },
    );
  return {
    commits: (statement) => COMMITS.test(statement),
    async execute(statement, parameters = []) {
      await run(statement, parameters);
    },
    query: async (statement, parameters = []) => (await run(statement, parameters)) as Record<string, unknown>[], // rows are objects unless asked for as arrays
    async atomically(work) {
      try {
        const result = await work();
        await run('commit', []);
        return result;
      } catch (error) {
        await run('rollback', []);
        throw error;
      }
    },
  };
}
