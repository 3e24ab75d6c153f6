/** The databases that the ORM's tests run on. Each test gets a database of its own. */
import { describe } from 'vitest';
import { createMongodbDatabase } from './mongodb-database.ts';
import { createMysqlDatabase } from './mysql-database.ts';
import { createPostgresqlDatabase } from './postgresql-database.ts';

/** Where one test's database is; `orm({ ...options, … })` opens it. */
export type DatabaseOptions =
  | { readonly driver: 'mariadb' | 'mongodb' | 'mysql' | 'postgresql'; readonly url: string }
  | { readonly driver: 'sqlite'; readonly database: string };

/** A database of one test. */
export interface OpenedDatabase {
  readonly options: DatabaseOptions;
  drop(): Promise<void>;
}

/** A kind of database. */
export interface TestDatabase<Name extends DatabaseOptions['driver'] = Exclude<DatabaseOptions['driver'], 'mongodb'>> {
  readonly name: Name;
  /** Why it cannot be used here. */
  readonly problem: string | undefined;
  /** Creates an empty database, or a copy of the one that `fill` has filled with tables. */
  open(fill?: (options: DatabaseOptions) => Promise<void>): Promise<OpenedDatabase>;
}

/** A kind of database, be it of SQL or of documents. */
export type AnyTestDatabase = TestDatabase<DatabaseOptions['driver']>;

const SQLITE: TestDatabase = {
  name: 'sqlite',
  problem: undefined,
  async open(fill) {
    if (fill !== undefined) throw new Error('A database in memory is filled by whoever opens it.');
    return { options: { driver: 'sqlite', database: ':memory:' }, drop: async () => undefined };
  },
};

/** Those of documents: what is about SQL does not hold there, and their models have no keys that count up. */
export const DOCUMENT_DATABASES: readonly TestDatabase<'mongodb'>[] = [createMongodbDatabase()];

/** Those on servers that understand SQL. */
export const SERVER_DATABASES: readonly TestDatabase[] = [
  createPostgresqlDatabase(),
  await createMysqlDatabase('mysql', 'MYSQL_URL'),
  await createMysqlDatabase('mariadb', 'MARIADB_URL'),
];

/** All that understand SQL. */
export const DATABASES: readonly TestDatabase[] = [SQLITE, ...SERVER_DATABASES];

/** Declares a suite once for each database that understands SQL; where a server is missing, it is skipped. */
export function describeOnDatabases(suite: (database: TestDatabase) => void, databases = DATABASES): void {
  describeOnEach(suite, databases);
}

/** Declares a suite once for each of the databases; where a server is missing, it is skipped. */
export function describeOnEach<Database extends AnyTestDatabase>(suite: (database: Database) => void, databases: readonly Database[]): void {
  for (const database of databases) {
    const title = `on ${database.name}${database.problem === undefined ? '' : `: ${database.problem}`}`;
    describe.skipIf(database.problem !== undefined)(title, () => suite(database));
  }
}
