/** PostgreSQL through `pg`: a pool of connections, statements prepared by name, and a schema that one process changes at a time. */
import { readFileSync } from 'node:fs';
import type { Transaction } from '@mikro-orm/core';
import { CompiledQuery, type Kysely, sql } from 'kysely';
import { DatabaseOpenError } from '../../errors.ts';
import { databaseOf, toLabel } from '../database-url.ts';
import type { SqlDriver, DialectTraits, DriverParts, RawRows, ViolatedConstraint } from '../driver.ts';
import { changePostgresqlSchema } from './change-schema.ts';
import { loadPg, type Pg, type PgPool, withClient } from './pg.ts';
import { BoundPostgresqlDriver, createPostgresqlDialect, MAX_PARAMETERS } from './connection.ts';
import { POSTGRESQL_SEARCH } from './search.ts';
import { comparePostgresqlSchemas } from './schema-diff.ts';
import { readPostgresqlSchema } from './schema.ts';
import { isConnectionLost, PostgresqlSession } from './session.ts';
import { createTypeParsers, toStored, toValue } from './values.ts';
import { ScratchDatabases } from '../scratch-databases.ts';
import { createWatchedKysely } from '../watched-kysely.ts';

const TRAITS: DialectTraits = {
  counterColumn: 'bigserial primary key',
  nextKey: 'default',
  textColumn: 'text',
  columnsQuery: 'select column_name as name from information_schema.columns where table_schema = current_schema() and table_name = ?',
  sizesQuery: () =>
    "select c.relname, c.reltuples, pg_total_relation_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relkind in ('r', 'p')",
  undoesChanges: true,
  like: (text, pattern) => sql`${text} ilike ${pattern} escape '\\'`,
  limit: (rows) => rows,
  plansByLimit: true,
  onConflict: true,
  nullsLast: true,
  outlivesErrors: false,
  strictTypes: true,
  smallIntegers: true,
  indexesTexts: true,
  holdsNul: false,
  checksSetNull: true,
  decimalDigits: 1_000,
  maxParameters: MAX_PARAMETERS,
  placeholder: (position) => `$${position}`,
  lock: (mode, { skipLocked, noWait }) => `for ${mode} of "t0"${skipLocked === true ? ' skip locked' : noWait === true ? ' nowait' : ''}`,
  returning: true,
  namesDeleted: false,
};

/**
 * Some connections are kept for administrators; the role and the database may have limits of their own, -1 for none.
 * Source: PostgreSQL, section 20.3.1, and the catalogs pg_roles and pg_database.
 */
const CONNECTION_LIMIT = `select least(
  current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int - coalesce(current_setting('reserved_connections', true)::int, 0),
  (select nullif(rolconnlimit, -1) from pg_roles where rolname = current_user),
  (select nullif(datconnlimit, -1) from pg_database where datname = current_database())
)`;

/** How long a database that is thrown away may take to open. */
const SCRATCH_TIMEOUT_MS = 10_000;

/** Options of this driver. */
export interface PostgresqlOptions extends DriverParts {
  /** `postgresql://user:password@host:5432/database`. */
  readonly url: string;
  /** The greatest number of connections. */
  readonly poolSize: number;
  /** How long a statement waits for a free connection, in milliseconds. */
  readonly acquireTimeoutMs: number;
  /** How long one statement may take, in milliseconds; 0: any time. */
  readonly statementTimeoutMs: number;
  /** `true` verifies the server's certificate; `{ ca }` is a file with the authority that signed it. */
  readonly tls: boolean | { readonly ca: string };
}

/**
 * Opens a pool; the first connection is tried.
 * @throws {DriverMissingError} when `pg` is not installed.
 * @throws {DatabaseOpenError} when the server cannot be reached or refuses.
 */
export async function createPostgresqlDriver(options: PostgresqlOptions): Promise<SqlDriver> {
  const pg = await loadPg();
  const label = toLabel(options.url);
  const pool = await openPool(pg, options, label);
  const session = new PostgresqlSession(pool, createTypeParsers(pg.types));
  const kysely = createWatchedKysely(createPostgresqlDialect(pool, session), options.watch);

  async function read(sql: string, parameters: readonly unknown[], transaction: Transaction | undefined): Promise<RawRows> {
    if (transaction === undefined) return session.readAlone(sql, parameters);
    const { rows } = await (transaction as unknown as Kysely<unknown>).executeQuery(CompiledQuery.raw(sql, [...parameters]));
    return rows.map((row) => Object.values(row as object)); // columns have distinct names and keep their order
  }

  const scratches = new ScratchDatabases({
    url: options.url,
    run: (statement) => withClient(pool, (client) => client.query(statement)),
    connect: (url) => createPostgresqlDriver({ ...options, url, poolSize: 2, acquireTimeoutMs: SCRATCH_TIMEOUT_MS }),
    creation: 'template template0',
    removal: 'with (force)',
    toEmptying: () => 'drop schema public cascade; create schema public',
  });
  let isOpen = true;
  return {
    kind: 'sql',
    name: 'postgresql',
    label,
    mikroOptions: { driver: BoundPostgresqlDriver, dbName: databaseOf(options.url), driverOptions: kysely, ensureDatabase: false },
    traits: TRAITS,
    search: POSTGRESQL_SEARCH,
    compileDialect: createPostgresqlDialect(pool, session),
    read,
    toStored,
    toValue,
    isUnavailable: isConnectionLost,
    explainViolation,
    changeSchema: (work) => changePostgresqlSchema(pool, options.logger, work),
    readSchema: (ignored) => withClient(pool, (client) => readPostgresqlSchema(async (sql) => (await client.query(sql)).rows, ignored)),
    compareSchemas: comparePostgresqlSchemas,
    createScratch: () => scratches.take(),
    pool: () => ({ size: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    readConnectionLimit: async () => Number((await read(CONNECTION_LIMIT, [], undefined))[0]?.[0]),
    async close() {
      if (!isOpen) return;
      isOpen = false;
      await scratches.close();
      await pool.end();
    },
  };
}

function createPool(pg: Pg, { url, poolSize, acquireTimeoutMs, statementTimeoutMs, tls, logger }: PostgresqlOptions): PgPool {
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: acquireTimeoutMs,
    idleTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    application_name: 'oxidite',
    types: createTypeParsers(pg.types),
    ...(tls === false ? {} : { ssl: tls === true ? { rejectUnauthorized: true } : { ca: readFileSync(tls.ca, 'utf8'), rejectUnauthorized: true } }),
  });
  // A connection that breaks while nobody uses it is replaced; without listeners it would end the process.
  const onError = (error: Error): void => logger.warn({ error: error.message }, 'a connection to the database broke');
  pool.on('error', onError);
  pool.on('connect', (client) => client.on('error', onError));
  return pool;
}

async function openPool(pg: Pg, options: PostgresqlOptions, label: string): Promise<PgPool> {
  let pool: PgPool | undefined;
  try {
    pool = createPool(pg, options);
    await withClient(pool, (client) => client.query('select 1'));
    return pool;
  } catch (error) {
    await pool?.end();
    throw new DatabaseOpenError(label, 'Check the options "url" and "tls", that the server runs, and that the user may connect.', error);
  }
}

/** Source: PostgreSQL, section 54.8, the fields of an error. */
function explainViolation(error: Error): ViolatedConstraint {
  const { table = '', column, detail = '', constraint = '' } = error as { table?: string; column?: string; detail?: string; constraint?: string };
  const isReferenced = /is (?:still )?referenced from table/.test(detail);
  const listed = column ?? /^Key \((.+?)\)=/.exec(detail)?.[1] ?? toCheckedColumn(table, constraint);
  const columns = listed.split(', ').filter((name) => name !== '');
  return { columns: columns.map((name) => ({ table, column: name.replaceAll('"', '') })), isReferenced, check: constraint };
}

/** The check of an enum is named after its column. */
function toCheckedColumn(table: string, constraint: string): string {
  return constraint.startsWith(`${table}_`) && constraint.endsWith('_check') ? constraint.slice(table.length + 1, -'_check'.length) : '';
}
