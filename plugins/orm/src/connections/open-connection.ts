/** Opens the database of one connection, its replicas, and what belongs to it. */
import { isAbsolute, resolve } from 'node:path';
import type { Clock, Env, Logger, Random } from '@oxidite/plugin-sdk';
import { type Database, openDatabase } from '../database.ts';
import { toLabel } from '../drivers/database-url.ts';
import type { DatabaseDriver, DriverParts, SqlDriver } from '../drivers/driver.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { assignToOwned, loadOfOwned } from '../entities/ownership.ts';
import { PoolTooLargeError } from '../errors.ts';
import type { OrmHooks } from '../events/orm-hooks.ts';
import { createMigrator } from '../migrations/migrator.ts';
import type { AnyModel } from '../model/infer-model.ts';
import { createLayouts, type ModelLayout } from '../model/model-layout.ts';
import { type ConnectionOptions, DEFAULT_CONNECTION, type SqlConnectionOptions } from '../options.ts';
import type { Orm } from '../orm.ts';
import { checkScopes } from '../query/scopes.ts';
import { createSchemaTools } from '../schema-tools.ts';
import { createLeakWatch } from './leak-watch.ts';
import { ReplicaSet } from './replica-set.ts';
import { createWriterNotes } from './writer-notes.ts';

/** What is opened. */
export interface ConnectionPlan {
  readonly name: string;
  readonly options: ConnectionOptions;
  readonly models: ReadonlySet<AnyModel>;
  /** Whether there are others. */
  readonly isOneOfSeveral: boolean;
  readonly leakWarningMs: number;
  readonly modelsDirectory: string;
  readonly migrationsDirectory: string;
}

/** Where time and files come from. */
export interface ConnectionParts {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly env: Env;
  readonly hooks: OrmHooks;
  /** The keys of encrypted fields. */
  readonly keyring: Keyring | undefined;
}

/** An open connection. */
export interface Connection {
  readonly database: Database;
  readonly tools: Pick<Orm, 'migrator' | 'schema'>;
  readonly migrationsDirectory: string;
  /** The greatest number of connections of this process to the primary, and that of the server; missing where there is no server. */
  readonly limits: { readonly poolSize: number; readonly limit: number } | undefined;
}

/**
 * Opens a connection.
 * @throws {DatabaseOpenError} when its database cannot be opened.
 * @throws {PoolTooLargeError} when its pool is larger than the server allows.
 */
export async function openConnection(plan: ConnectionPlan, parts: ConnectionParts): Promise<Connection> {
  const { root, clock, random, logger, env } = parts;
  const { name, options, modelsDirectory, leakWarningMs } = plan;
  const layouts = createLayouts(plan.models, parts.keyring, options.driver === 'mongodb' ? { keyColumn: '_id' } : {});
  const bigints = [...layouts.values()].some((layout) => [...layout.columns.values()].some(({ spec }) => spec.type === 'bigint'));
  const watch = createLeakWatch({ clock, logger, leakWarningMs });
  const driverParts = { bigints, clock, logger, layouts, watch };
  const driver = await createDriver(options, root, driverParts);
  let replicas: ReplicaSet | undefined;
  try {
    checkScopes(layouts, driver);
    const limits = await checkPool(driver, plan);
    replicas = await openReplicas(options, { ...driverParts, random });
    const writers = plan.isOneOfSeveral || replicas !== undefined ? createWriterNotes() : undefined;
    const database = await openDatabase(
      { ...parts, connection: name, driver, layouts, modelsDirectory, watch, writers, replicas },
      { assign: assignToOwned, load: loadOfOwned },
    );
    const place = { root, directory: plan.migrationsDirectory, env };
    const tools =
      database.kind === 'sql'
        ? { migrator: createMigrator(database, place), schema: createSchemaTools(database, resolve(root, modelsDirectory)) }
        : { migrator: database.driver.createMigrator(database, place), schema: database.driver.createSchemaTools(database) };
    return { database, tools, limits, migrationsDirectory: plan.migrationsDirectory };
  } catch (error) {
    await replicas?.close();
    await driver.close();
    throw error;
  }
}

/** What drivers are made of besides their options. */
type DriverNeeds = DriverParts & { readonly clock: Clock; readonly layouts: ReadonlyMap<string, ModelLayout> };

/** Opens a driver, from the options of its connection. */
async function createDriver(options: ConnectionOptions, root: string, parts: DriverNeeds): Promise<DatabaseDriver> {
  if (options.driver !== 'mongodb') return createSqlDriver(options, root, parts);
  const { createMongodbDriver } = await import('../drivers/mongodb/mongodb.ts');
  return createMongodbDriver({ ...parts, ...options });
}

async function createSqlDriver(options: SqlConnectionOptions, root: string, parts: DriverNeeds): Promise<SqlDriver> {
  switch (options.driver) {
    case 'sqlite': {
      const { createSqliteDriver } = await import('../drivers/sqlite/sqlite.ts');
      return createSqliteDriver({ ...parts, database: toDatabasePath(root, options.database), busyTimeoutMs: options.busyTimeoutMs });
    }
    case 'postgresql': {
      const { createPostgresqlDriver } = await import('../drivers/postgresql/postgresql.ts');
      return createPostgresqlDriver({ ...parts, ...options });
    }
    case 'mysql':
    case 'mariadb': {
      const { createMysqlDriver } = await import('../drivers/mysql/mysql.ts');
      return createMysqlDriver({ ...parts, ...options, name: options.driver });
    }
    default:
      return options satisfies never;
  }
}

function toDatabasePath(root: string, database: string): string {
  return database === ':memory:' || isAbsolute(database) ? database : resolve(root, database);
}

async function openReplicas(options: ConnectionOptions, { random, ...parts }: DriverNeeds & { readonly random: Random }): Promise<ReplicaSet | undefined> {
  if (options.driver === 'sqlite' || options.driver === 'mongodb' || options.replicas.length === 0) return undefined;
  const { replicas, replicaPoolSize: poolSize = options.poolSize } = options;
  return ReplicaSet.open({
    clock: parts.clock,
    random,
    logger: parts.logger,
    labels: replicas.map(toLabel),
    timeoutMs: options.statementTimeoutMs === 0 ? 0 : options.acquireTimeoutMs + options.statementTimeoutMs,
    open: (index) => createSqlDriver({ ...options, url: replicas[index] ?? options.url, poolSize }, '', parts),
  });
}

async function checkPool(driver: DatabaseDriver, { name, options }: ConnectionPlan): Promise<Connection['limits']> {
  if (options.driver === 'sqlite' || driver.readConnectionLimit === undefined) return undefined;
  const { poolSize } = options;
  const limit = await driver.readConnectionLimit();
  const option = name === DEFAULT_CONNECTION ? 'poolSize' : `connections.${name}.poolSize`;
  if (poolSize > limit) throw new PoolTooLargeError(driver.label, { poolSize, limit, option });
  return { poolSize, limit };
}
