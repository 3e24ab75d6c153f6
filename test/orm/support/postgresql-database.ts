/** Databases on the PostgreSQL server of the run. */
import { Client } from 'pg';
import { serviceUrl } from '../../services/service-url.ts';
import type { DatabaseOptions, TestDatabase } from './databases.ts';

const templates = new Map<unknown, Promise<string>>();
let count = 0;

/** Creates the kind of database. */
export function createPostgresqlDatabase(): TestDatabase {
  return {
    name: 'postgresql',
    problem: undefined,
    async open(fill) {
      const template = fill === undefined ? 'template0' : await (templates.get(fill) ?? createTemplate(fill));
      const name = await createDatabase(template);
      return { options: { driver: 'postgresql', url: await urlOf(name) }, drop: () => run(`drop database "${name}" with (force)`) };
    },
  };
}

function createTemplate(fill: (options: DatabaseOptions) => Promise<void>): Promise<string> {
  const template = (async () => {
    const name = await createDatabase('template0');
    await fill({ driver: 'postgresql', url: await urlOf(name) });
    return name;
  })();
  templates.set(fill, template);
  return template;
}

async function createDatabase(template: string): Promise<string> {
  const name = `test_${process.pid}_${count++}`;
  await run(`create database "${name}" template "${template}" strategy file_copy`); // twice as fast as through the log; since PostgreSQL 15
  return name;
}

async function urlOf(name: string): Promise<string> {
  const url = new URL(await serviceUrl('POSTGRES_URL'));
  url.pathname = `/${name}`;
  return url.href;
}

async function run(statement: string): Promise<void> {
  await askPostgresql(await serviceUrl('POSTGRES_URL'), statement);
}

/** Runs a statement on a connection of its own, and returns its rows. */
export async function askPostgresql<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined); // the database may be dropped while the connection is still being closed
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}
