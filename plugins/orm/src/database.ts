/**
 * An open database with the models of an application: what all units of work share. MikroORM's own entity manager stays in
 * here, because entities that outlive a request would be seen by others.
 */
import { type EntityManager, FlushMode, LoadStrategy, MikroORM, type Transaction } from '@mikro-orm/core';
import type { SqlEntityManager, SqlSchemaGenerator } from '@mikro-orm/sql';
import type { Clock, Logger, Random } from '@oxidite/plugin-sdk';
import type { Kysely } from 'kysely';
import { createTransactionWatch, type LeakWatch } from './connections/leak-watch.ts';
import type { ReplicaSet } from './connections/replica-set.ts';
import type { WriterNotes } from './connections/writer-notes.ts';
import type { DatabaseDriver, DocumentDriver, RawRows, SqlDriver } from './drivers/driver.ts';
import { createEntitySchemas, type EntityActions, type EntityClass } from './entities/create-entity-schemas.ts';
import { createVersionChecks } from './entities/version-checks.ts';
import { createFlushRules, type FlushJournal } from './entities/flush-rules.ts';
import { findPairRelations } from './entities/pair-changes.ts';
import type { PairRelation } from './entities/pair-schemas.ts';
import { KeyedEntityManager } from './entities/keyed-entity-manager.ts';
import { SettledHydrator } from './entities/settled-hydrator.ts';
import { ConnectionMismatchError, DatabaseUnavailableError, ModelUnknownError, NotOnMongodbError } from './errors.ts';
import { createChangeAnnouncer, createTransactionStarter } from './events/flush-session.ts';
import type { OrmHooks } from './events/orm-hooks.ts';
import { MIGRATIONS_TABLE } from './migrations/history.ts';
import type { AnyModel } from './model/infer-model.ts';
import type { ModelLayout } from './model/model-layout.ts';
import { DEFAULT_CONNECTION } from './options.ts';
import type { AnyDatabase } from './query/query-compiler.ts';
import { QueryPlanner } from './query/query-plan.ts';
import { createLoneChanges } from './transactions/lone-change.ts';

/** What a database is opened with. */
export interface DatabaseParts {
  /** The name of the connection. */
  readonly connection: string;
  readonly driver: DatabaseDriver;
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly hooks: OrmHooks;
  /** Told of transactions. */
  readonly watch: LeakWatch;
  /** The directory of models, for messages. */
  readonly modelsDirectory: string;
  /** Where is noted who writes; `undefined` when nobody wants to know. */
  readonly writers: WriterNotes | undefined;
  /** Where queries outside of transactions read; `undefined`: in the database itself. */
  readonly replicas: ReplicaSet | undefined;
}

/** What every open database has. */
interface DatabaseBase extends DatabaseParts {
  readonly journal: FlushJournal;
  /** The relations of each model that own pairs with fields. */
  readonly pairRelations: ReadonlyMap<string, readonly PairRelation[]>;
  /** Creates an entity manager that nobody else has. */
  fork(): SqlEntityManager;
  /**
   * @throws {ModelUnknownError} when the application has not loaded the model.
   * @throws {ConnectionMismatchError} when it is kept by another connection.
   */
  layoutOf(model: AnyModel): ModelLayout;
  /** Returns MikroORM's class for a model. */
  classOf(layout: ModelLayout): EntityClass;
  /** Returns the layout of a managed entity, or `undefined` for anything else. */
  layoutOfEntity(entity: object): ModelLayout | undefined;
  /** Says what kind of error the database's is. */
  convertException(error: Error): Error;
  close(): Promise<void>;
}

/** An open database that understands SQL. */
export interface SqlDatabase extends DatabaseBase {
  readonly kind: 'sql';
  readonly driver: SqlDriver;
  readonly planner: QueryPlanner;
  /** Changes the tables to fit the models; reads and compares. */
  readonly schema: SqlSchemaGenerator;
  /** Kysely, outside of all transactions. */
  readonly kysely: Kysely<AnyDatabase>;
  /**
   * Runs a query, see {@link SqlDriver.read}.
   * @throws {DatabaseUnavailableError} when the database cannot be reached.
   */
  read(sql: string, parameters: readonly unknown[], transaction: Transaction | undefined): RawRows | Promise<RawRows>;
}

/** An open database of documents. */
export interface DocumentDatabase extends DatabaseBase {
  readonly kind: 'document';
  readonly driver: DocumentDriver;
}

/** An open database. */
export type Database = DocumentDatabase | SqlDatabase;

/**
 * Returns Kysely, outside of all transactions.
 * @throws {NotOnMongodbError} when the database does not understand SQL.
 */
export function kyselyOf(database: Database): Kysely<AnyDatabase> {
  if (database.kind === 'sql') return database.kysely;
  throw new NotOnMongodbError('orm.kysely', 'Kysely writes SQL', 'Use aggregate() of orm.em, or the collections of orm.em.getConnection().getDb().');
}

/**
 * Opens a database.
 * @param actions what the methods of entities do.
 */
export async function openDatabase(parts: DatabaseParts, actions: EntityActions): Promise<Database> {
  const { driver, layouts, clock, logger } = parts;
  const entities = createEntitySchemas(layouts, driver.kind === 'document' ? driver.entityValues : driver, actions);
  const journal: FlushJournal = new WeakMap();
  const versionChecks = createVersionChecks(layouts, entities.classes, driver);
  const mikro = await MikroORM.init({
    ...driver.mikroOptions,
    entities: [...entities.schemas],
    subscribers: [
      createChangeAnnouncer(),
      createFlushRules(layouts, { clock, journal, traits: driver.traits }),
      ...(versionChecks === undefined ? [] : [versionChecks]),
      createTransactionStarter(),
      ...(driver.kind === 'sql' ? [createLoneChanges(layouts)] : [createTransactionWatch(parts.watch)]),
      ...(parts.writers === undefined ? [] : [parts.writers.subscriber]),
    ],
    hydrator: SettledHydrator,
    ...(driver.kind === 'sql' ? { entityManager: KeyedEntityManager } : {}),
    flushMode: FlushMode.COMMIT,
    loadStrategy: LoadStrategy.SELECT_IN,
    autoJoinOneToOneOwner: false,
    validateRequired: false, // the rules of the models say it better
    filtersOnRelations: false,
    autoJoinRefsForFilters: false,
    schemaGenerator: { skipTables: [MIGRATIONS_TABLE] },
    discovery: {
      warnWhenNoEntities: false,
      checkDuplicateTableNames: false,
      afterDiscovered(metadata) {
        for (const entity of metadata.getAll().values()) entity.validateProps = []; // as above
      },
    },
    logger: (message) => logger.debug({ message }, 'database'),
    colors: false,
  });
  const explain = (error: unknown): never => {
    throw driver.isUnavailable(error) ? new DatabaseUnavailableError(driver.label, error) : error;
  };
  const layoutOfClass = new Map([...entities.classes].map(([name, entityClass]) => [entityClass as unknown, layouts.get(name)]));
  const base: DatabaseBase = {
    ...parts,
    journal,
    pairRelations: findPairRelations(layouts),
    // without this option, a fork inside of another unit of work's transaction would be a fork of that one; what only SQL's can is asked of a `SqlDatabase`
    fork: () => mikro.em.fork({ disableContextResolution: true }) as EntityManager as SqlEntityManager,
    layoutOf(model) {
      const layout = layouts.get(model.name);
      const { connection = DEFAULT_CONNECTION } = model.options;
      if (connection !== parts.connection) throw new ConnectionMismatchError(model.name, connection, parts.connection);
      if (layout === undefined || layout.model !== model) throw new ModelUnknownError(model.name, parts.modelsDirectory);
      return layout;
    },
    classOf(layout) {
      const found = entities.classes.get(layout.name);
      if (found === undefined) throw new ModelUnknownError(layout.name, parts.modelsDirectory);
      return found;
    },
    layoutOfEntity: (entity) => layoutOfClass.get(entity.constructor),
    convertException: (error) => mikro.driver.getPlatform().getExceptionConverter().convertException(error),
    async close() {
      await mikro.close(true);
      await parts.replicas?.close();
      await driver.close();
      entities.dispose();
    },
  };
  if (driver.kind === 'document') return { ...base, kind: 'document', driver };
  return {
    ...base,
    kind: 'sql',
    driver,
    planner: new QueryPlanner(driver),
    get schema() {
      return (mikro as unknown as { readonly schema: SqlSchemaGenerator }).schema; // registered by the driver's platform
    },
    kysely: driver.mikroOptions.driverOptions as Kysely<AnyDatabase>, // every driver of SQL hands its own to MikroORM
    read(sql, parameters, transaction) {
      const rows = driver.read(sql, parameters, transaction);
      return rows instanceof Promise ? rows.catch(explain) : rows; // what is read at once is read from a file
    },
  };
}
