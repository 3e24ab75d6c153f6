/**
 * Opens the databases of an application and makes the services on them. Imported only when the plugin is set up, because it
 * brings MikroORM and the drivers with it; models and migrations can be imported without it.
 */
import { resolve } from 'node:path';
import type { Services, ServiceScopes } from '@oxidite/plugin-sdk';
import { createConnectedRoot } from './connections/connected-root.ts';
import { ConnectedUnit } from './connections/connected-unit.ts';
import { type Connection, type ConnectionParts, openConnection } from './connections/open-connection.ts';
import { splitModels } from './connections/split-models.ts';
import { createKeyring } from './encryption/keyring.ts';
import { FactoryRegistry } from './factories/factory-registry.ts';
import { findModels } from './model/find-models.ts';
import { DEFAULT_CONNECTION, type OrmOptions } from './options.ts';
import type { Orm } from './orm.ts';
import type { OrmTools } from './orm-tools.ts';
import { createRepeatedQueriesWatch } from './repeated-queries.ts';
import { createRootOrm } from './root-orm.ts';
import { seed } from './seeders/seed.ts';
import { UnitOfWork } from './unit-of-work.ts';

export { createHealthChecks } from './connections/health.ts';
export { createDoctorChecks } from './doctor.ts';
export { declareOrmHooks } from './events/orm-hooks.ts';

/** Where an application's databases get their time and their files from. */
export interface RuntimeParts extends Omit<ConnectionParts, 'keyring'> {
  /** In which seeders run. */
  readonly scopes: ServiceScopes;
  readonly services: Services;
}

/** A unit of work that somebody has to end. */
export interface OwnedUnit extends Orm {
  /** Ends the unit of work; what was not flushed is lost, and a transaction that was begun by hand and is still open is rolled back. */
  end(): Promise<void> | undefined;
}

/** The services on open databases. */
export interface OrmRuntime {
  /** All connections by their names; the first is the default one. */
  readonly connections: ReadonlyMap<string, Connection>;
  /** The service outside of units of work. */
  readonly root: Orm;
  /** Makes the service of one unit of work. */
  createUnitOfWork(services?: Services): OwnedUnit;
  close(): Promise<void>;
}

/** Opens the databases and makes the services. */
export async function createOrmRuntime(options: OrmOptions, parts: RuntimeParts): Promise<OrmRuntime> {
  const connections = await openConnections(options, parts);
  const names = [...connections.keys()];
  const detects = options.detectRepeatedQueries ?? parts.env['NODE_ENV'] === 'development';
  const watch = detects ? createRepeatedQueriesWatch(parts.logger) : undefined;
  const databases = new Map([...connections].map(([name, { database }]) => [name, database]));
  const factories = new FactoryRegistry({ ...parts, factoriesDirectory: options.factoriesDirectory });
  const own = new Map<string, OrmTools>();
  for (const [name, { tools }] of connections) {
    own.set(name, {
      ...tools,
      connections: names,
      factories,
      seed: (seeder) => seed({ root: parts.root, seedersDirectory: options.seedersDirectory, scopes: parts.scopes }, seeder),
      async unitOfWork(work, services) {
        const unit = createUnitOfWork(services);
        try {
          const result = await work(name === DEFAULT_CONNECTION ? unit : unit.on(name));
          await unit.flush();
          return result;
        } finally {
          await unit.end();
        }
      },
    });
  }
  const open = (name: string, services: Services, on?: (connection: string) => Orm): UnitOfWork =>
    new UnitOfWork(known(databases, name), known(own, name), { services, repeats: watch?.(), on });
  const createUnitOfWork = (services: Services = parts.services): OwnedUnit =>
    names.length === 1
      ? open(DEFAULT_CONNECTION, services)
      : new ConnectedUnit({
          databases,
          tools: known(own, DEFAULT_CONNECTION),
          services,
          hooks: parts.hooks,
          logger: parts.logger,
          open: (name, on) => open(name, services, on),
        });
  const roots = new Map([...databases].map(([name, database]) => [name, createRootOrm(database, known(own, name))]));
  return {
    connections,
    root: names.length === 1 ? known(roots, DEFAULT_CONNECTION) : createConnectedRoot(roots),
    createUnitOfWork,
    close: () => closeAll(connections),
  };
}

/** All of them, or none. */
async function openConnections(options: OrmOptions, parts: RuntimeParts): Promise<ReadonlyMap<string, Connection>> {
  const { connections: further, models: listed, modelsDirectory, leakWarningMs, ...own } = options;
  const all = new Map([[DEFAULT_CONNECTION, own], ...Object.entries(further)]);
  const models = [...listed, ...(await findModels(resolve(parts.root, modelsDirectory)))];
  const keyring = createKeyring(options.encryptionKeys);
  const groups = splitModels(models, [...all.keys()]);
  const opened = new Map<string, Connection>();
  try {
    for (const [name, chosen] of all) {
      const { migrationsDirectory = `migrations/${name}` } = chosen;
      const plan = { name, options: chosen, models: known(groups, name), isOneOfSeveral: all.size > 1, leakWarningMs, modelsDirectory, migrationsDirectory };
      opened.set(name, await openConnection(plan, { ...parts, keyring }));
    }
    return opened;
  } catch (error) {
    await closeAll(opened);
    throw error;
  }
}

/** In reverse order, as they were opened. */
async function closeAll(connections: ReadonlyMap<string, Connection>): Promise<void> {
  for (const { database } of [...connections.values()].toReversed()) await database.close();
}

function known<Value>(map: ReadonlyMap<string, Value>, name: string): Value {
  const value = map.get(name);
  if (value === undefined) throw new TypeError(`There is no connection "${name}".`);
  return value;
}
