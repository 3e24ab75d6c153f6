/**
 * Opens the database of an application and makes the services on it. Imported only when the plugin is set up, because it
 * brings MikroORM and the driver with it; models and migrations can be imported without it.
 */
import { isAbsolute, resolve } from 'node:path';
import type { Clock, Env, Logger, Random, Services, ServiceScopes } from '@oxidite/plugin-sdk';
import { type Database, openDatabase } from './database.ts';
import type { DatabaseDriver, DriverParts } from './drivers/driver.ts';
import type { OrmHooks } from './events/orm-hooks.ts';
import { createKeyring } from './encryption/keyring.ts';
import { FactoryRegistry } from './factories/factory-registry.ts';
import { createLayouts } from './model/model-layout.ts';
import { findModels } from './model/find-models.ts';
import { createMigrator } from './migrations/migrator.ts';
import type { OrmOptions } from './options.ts';
import type { Orm } from './orm.ts';
import type { OrmTools } from './orm-tools.ts';
import { createRepeatedQueriesWatch } from './repeated-queries.ts';
import { createRootOrm } from './root-orm.ts';
import { seed } from './seeders/seed.ts';
import { checkScopes } from './query/scopes.ts';
import { createSchemaTools } from './schema-tools.ts';
import { assignToOwned, loadOfOwned } from './entities/ownership.ts';
import { UnitOfWork } from './unit-of-work.ts';

export { createDoctorChecks } from './doctor.ts';
export { declareOrmHooks } from './events/orm-hooks.ts';

/** Where an application's database gets its time and its files from. */
export interface RuntimeParts {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly env: Env;
  readonly hooks: OrmHooks;
  /** In which seeders run. */
  readonly scopes: ServiceScopes;
  readonly services: Services;
}

/** The services on an open database. */
export interface OrmRuntime {
  readonly database: Database;
  /** The service outside of units of work. */
  readonly root: Orm;
  /** Makes the service of one unit of work. */
  createUnitOfWork(services?: Services): UnitOfWork;
  close(): Promise<void>;
}

/** Opens the database and makes the services. */
export async function createOrmRuntime(options: OrmOptions, parts: RuntimeParts): Promise<OrmRuntime> {
  const { root, clock, logger } = parts;
  const models = [...options.models, ...(await findModels(resolve(root, options.modelsDirectory)))];
  const layouts = createLayouts(new Set(models), createKeyring(options.encryptionKeys));
  const bigints = [...layouts.values()].some((layout) => [...layout.columns.values()].some(({ spec }) => spec.type === 'bigint'));
  const driver = await createDriver(options, root, { bigints, clock, logger });
  checkScopes(layouts, driver);
  const { modelsDirectory, leakWarningMs } = options;
  const database = await openDatabase({ ...parts, driver, layouts, modelsDirectory, leakWarningMs }, { assign: assignToOwned, load: loadOfOwned });
  const detects = options.detectRepeatedQueries ?? parts.env['NODE_ENV'] === 'development';
  const watch = detects ? createRepeatedQueriesWatch(logger) : undefined;
  const createUnitOfWork = (services: Services = parts.services): UnitOfWork => new UnitOfWork(database, tools, { services, repeats: watch?.() });
  const tools: OrmTools = {
    migrator: createMigrator(database, { root, directory: options.migrationsDirectory, env: parts.env }),
    seed: (name) => seed({ root, seedersDirectory: options.seedersDirectory, scopes: parts.scopes }, name),
    schema: createSchemaTools(database, resolve(root, options.modelsDirectory)),
    factories: new FactoryRegistry({ ...parts, factoriesDirectory: options.factoriesDirectory }),
    async unitOfWork(work, services) {
      const unit = createUnitOfWork(services);
      try {
        const result = await work(unit);
        await unit.flush();
        return result;
      } finally {
        unit.end();
      }
    },
  };
  return { database, root: createRootOrm(database, tools), createUnitOfWork, close: () => database.close() };
}

function toDatabasePath(root: string, database: string): string {
  return database === ':memory:' || isAbsolute(database) ? database : resolve(root, database);
}

async function createDriver(options: OrmOptions, root: string, parts: DriverParts & Pick<RuntimeParts, 'clock'>): Promise<DatabaseDriver> {
  switch (options.driver) {
    case 'sqlite': {
      const { createSqliteDriver } = await import('./drivers/sqlite/sqlite.ts');
      return createSqliteDriver({ ...parts, database: toDatabasePath(root, options.database), busyTimeoutMs: options.busyTimeoutMs });
    }
    case 'postgresql': {
      const { createPostgresqlDriver } = await import('./drivers/postgresql/postgresql.ts');
      return createPostgresqlDriver({ ...parts, ...options });
    }
    case 'mysql':
    case 'mariadb': {
      const { createMysqlDriver } = await import('./drivers/mysql/mysql.ts');
      return createMysqlDriver({ ...parts, ...options, name: options.driver });
    }
    default:
      return options satisfies never;
  }
}
