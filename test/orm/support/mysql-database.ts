/** Databases on the MariaDB server of the run, for both drivers; `MYSQL_URL` can name a real MySQL. */
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import { findServiceProblem, serviceUrl, type ServiceVariable } from '../../services/service-url.ts';
import type { DatabaseOptions, TestDatabase } from './databases.ts';

let count = 0;

/** Creates the kind of database. */
export async function createMysqlDatabase(driver: 'mariadb' | 'mysql', variable: ServiceVariable): Promise<TestDatabase> {
  const templates = new Map<unknown, Promise<readonly string[]>>();

  async function create(): Promise<string> {
    const name = `test_${driver}_${process.pid}_${count++}`;
    const url = new URL(await serviceUrl(variable));
    await askMysql(url.href, `create database ${name}`);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** Fills a database once and remembers the statements that make its tables. */
  function readTemplate(fill: (options: DatabaseOptions) => Promise<void>): Promise<readonly string[]> {
    const template = (async () => {
      const url = await create();
      await fill({ driver, url });
      const tables = await askMysql<{ readonly name: string }>(url, 'select table_name as name from information_schema.tables where table_schema = database()');
      const statements: string[] = [];
      for (const { name } of tables) statements.push(String((await askMysql(url, `show create table \`${name}\``))[0]?.['Create Table']));
      return statements;
    })();
    templates.set(fill, template);
    return template;
  }

  return {
    name: driver,
    problem: await findServiceProblem(variable),
    async open(fill) {
      const statements = fill === undefined ? [] : await (templates.get(fill) ?? readTemplate(fill));
      const url = await create();
      if (statements.length > 0) await askMysql(url, 'set foreign_key_checks = 0', ...statements);
      return { options: { driver, url }, drop: async () => void (await askMysql(url, `drop database ${new URL(url).pathname.slice(1)}`)) };
    },
  };
}

/** Runs statements on a connection of their own, and returns the rows of the last. */
export async function askMysql<Row extends object = Readonly<Record<string, unknown>>>(url: string, ...statements: readonly string[]): Promise<Row[]> {
  const connection = await createConnection(url);
  try {
    let rows: unknown;
    for (const statement of statements) [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows as Row[]; // the caller says what it selects
  } finally {
    await connection.end();
  }
}
