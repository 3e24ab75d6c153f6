/** The databases that the ORM's tests run on. Each test gets a database of its own. */
import { Pool } from 'pg';
import { serviceUrl } from '../../services/service-url.ts';

/** Where one test's database is; `orm({ ...options, … })` opens it. */
export type DatabaseOptions = { readonly driver: 'postgresql'; readonly url: string } | { readonly driver: 'sqlite'; readonly database: string };

/** A database of one test. */
export interface OpenedDatabase {
  readonly options: DatabaseOptions;
  drop(): Promise<void>;
}

/** A kind of database. */
export interface TestDatabase {
  readonly name: DatabaseOptions['driver'];
  /** Creates an empty database, or a copy of the one that `fill` has filled. */
  open(fill?: (options: DatabaseOptions) => Promise<void>): Promise<OpenedDatabase>;
}

const SQLITE: TestDatabase = {
  name: 'sqlite',
  async open(fill) {
    if (fill !== undefined) throw new Error('A database in memory is filled by whoever opens it.');
    return { options: { driver: 'sqlite', database: ':memory:' }, drop: async () => undefined };
  },
};

const templates = new Map<unknown, Promise<string>>();
let count = 0;

const POSTGRESQL: TestDatabase = {
  name: 'postgresql',
  async open(fill) {
    const template = fill === undefined ? 'template0' : await (templates.get(fill) ?? createTemplate(fill));
    const name = await createDatabase(template);
    return { options: { driver: 'postgresql', url: await urlOf(name) }, drop: () => run(`drop database "${name}" with (force)`) };
  },
};

/** All of them. */
export const DATABASES: readonly TestDatabase[] = [SQLITE, POSTGRESQL];

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
  await run(`create database "${name}" template "${template}"`);
  return name;
}

async function urlOf(name: string): Promise<string> {
  const url = new URL(await serviceUrl('postgresql'));
  url.pathname = `/${name}`;
  return url.href;
}

async function run(statement: string): Promise<void> {
  const pool = new Pool({ connectionString: await serviceUrl('postgresql'), max: 1 });
  try {
    await pool.query(statement);
  } finally {
    await pool.end();
  }
}
