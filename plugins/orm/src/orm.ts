/**
 * The service `orm`, as applications see it. In a handler, job or command it is one unit of work; outside of them only
 * `query` and `unitOfWork` work. The members are implemented in `unit-of-work.ts` and `root-orm.ts`.
 */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import type { RowData, UpsertOptions } from './bulk/upsert-rows.ts';
import type { PoolStats } from './drivers/driver.ts';
import type { SyncResult } from './entities/sync-links.ts';
import type { Factory } from './factories/define-factory.ts';
import type { EntityFactory } from './factories/entity-factory.ts';
import type { Migrator } from './migrations/migrator.ts';
import type { AnyModel, CreateData, EntityMethods, EntityReference, InferModel, KeyOf, ManyToManyName, RelationName, UpdateData } from './model/infer-model.ts';
import type { PivotReference } from './model/infer-pivot.ts';
import type { Lock } from './query/lock.ts';
import type { Query } from './query/query.ts';
import type { AnyDatabase } from './query/query-compiler.ts';
import type { RelatedScopeName, ScopeName } from './query/scopes.ts';
import type { OrderBy, Where } from './query/where.ts';
import type { SchemaTools } from './schema-tools.ts';
import type { CommitTask } from './transactions/follow-ups.ts';
import type { TransactionOptions } from './transactions/transaction-options.ts';

/** How managed entities are listed. */
export interface ListOptions<Of extends AnyModel> {
  readonly orderBy?: OrderBy<Of> | readonly OrderBy<Of>[];
  readonly limit?: number;
  readonly offset?: number;
  /** Relations to load with the entities. */
  readonly with?: readonly RelationName<Of>[];
  /** Whether softly deleted entities are listed too. Default: `false`. */
  readonly withTrashed?: boolean;
  /** Default scopes that do not hold; `items.shown` is the scope "shown" of what the relation "items" leads to. */
  readonly withoutScope?: readonly (RelatedScopeName<Of> | ScopeName<Of>)[];
  /** Locks the rows until the transaction ends, and reads them anew, see {@link FindOptions.lock}. */
  readonly lock?: Lock;
}

/** How one managed entity is found. */
export interface FindOptions<Of extends AnyModel> {
  /** Relations to load with the entity. */
  readonly with?: readonly RelationName<Of>[];
  /** Whether a softly deleted entity is found too. Default: `false`. */
  readonly withTrashed?: boolean;
  /** Default scopes that do not hold; `items.shown` is the scope "shown" of what the relation "items" leads to. */
  readonly withoutScope?: readonly (RelatedScopeName<Of> | ScopeName<Of>)[];
  /**
   * Locks the row until the transaction ends, and reads it anew; only in a transaction. What is pending is flushed first. On
   * SQLite a transaction has the only write lock from its beginning, so nothing more is locked.
   */
  readonly lock?: Lock;
  /** The version that a client has seen: another one is an {@link EntityConflictError}. Only of models with versions. */
  readonly version?: number;
}

/** The model of an entity. */
export type ModelOfEntity<Entity> = Entity extends EntityMethods<infer Of> ? Of : never;

/** The names of the relations of an entity. */
export type RelationOfEntity<Entity> = RelationName<ModelOfEntity<Entity>>;

/** Reads and writes models. */
export interface Orm {
  /** Starts a query that returns plain rows. It sees what is committed, and in a transaction what that has flushed. */
  query<Of extends AnyModel>(model: Of): Query<Of>;
  /** Creates an entity, which the next flush writes. Relations are given as entities or keys. */
  create<Of extends AnyModel>(model: Of, data: CreateData<Of>): InferModel<Of>;
  /**
   * Encrypts anew, in chunks of their own transactions, what an older key has encrypted: of a model and the pairs that it owns,
   * or of all. Returns how many rows there were. It can be stopped and run again, also while the application works. On MongoDB
   * each document is changed by itself.
   * @throws {DecryptionFailedError} when a value cannot be decrypted; what was done before stays.
   */
  reencrypt(model?: AnyModel): Promise<number>;
  /**
   * Makes entities for tests and seeders, as the factory of the model says, which is found in `factories/`; without one, with
   * values that keep the rules of the fields: `await orm.factory(Article).has('comments', 3).createMany(10)`. Give the factory
   * itself to have its states typed.
   */
  factory<Of extends AnyModel, State extends string>(factory: Factory<Of, State>): EntityFactory<Of, State>;
  factory<Of extends AnyModel>(model: Of): EntityFactory<Of>;
  /** Loads one entity by its key or by conditions; `undefined` when there is none. */
  find<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options?: FindOptions<Of>): Promise<InferModel<Of> | undefined>;
  /**
   * Loads one entity by its key or by conditions.
   * @throws {EntityNotFoundError} when there is none; in a request it becomes 404.
   */
  get<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options?: FindOptions<Of>): Promise<InferModel<Of>>;
  /** Loads all entities that meet the conditions. */
  list<Of extends AnyModel>(model: Of, where?: Where<Of>, options?: ListOptions<Of>): Promise<InferModel<Of>[]>;
  /** Changes fields and relations of an entity; values that are `undefined` change nothing. */
  assign<Entity extends object>(entity: Entity, data: UpdateData<ModelOfEntity<Entity>>): Entity;
  /** Removes an entity with the next flush; a model with soft deletes keeps its row. */
  remove(entity: object): void;
  /** Removes an entity and its row, soft deletes or not. */
  forceRemove(entity: object): void;
  /** Undoes a soft delete. */
  restore(entity: object): void;
  /** Loads relations of entities that do not have them yet. */
  populate<Entity extends object>(entities: Entity | readonly Entity[], ...relations: readonly RelationOfEntity<Entity>[]): Promise<void>;
  /**
   * Adds entities to a many-to-many relation with the next flush; it need not be loaded: `orm.attach(article, 'favoritedBy', user)`.
   * With the data of the pair: `orm.attach(order, 'products', { to: product, pivot: { quantity: 2 } })`; a pair that is there
   * already gets the data that is given.
   * @throws {EntityInvalidError} when the data breaks the rules of its fields.
   */
  attach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly AttachReference<Entity, Name>[]
  ): void;
  /** Takes entities out of a many-to-many relation with the next flush; it need not be loaded. */
  detach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly RelatedReference<Entity, Name>[]
  ): void;
  /**
   * Inserts rows at once, all or none, without making entities; returns their keys. Defaults, keys and timestamps are set.
   * @throws {EntityInvalidError} when rows break the rules of the model, with paths like `/3/title`: nothing was written.
   * @throws {UniqueViolationError | ForeignKeyViolationError | NotNullViolationError | CheckViolationError} when the database refuses.
   */
  insertMany<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[]): Promise<KeyOf<Of>[]>;
  /**
   * Inserts rows, or changes those that are there already, all or none: `orm.upsert(Tag, rows, { by: ['name'] })`.
   * It returns no keys: of rows that were there already, not every database tells which they are; query them by what `by` names.
   * @throws {QueryInvalidError} when `by` is neither unique nor the key.
   * @throws {EntityInvalidError} when rows break the rules of the model, or two of them are the same.
   */
  upsert<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[], options: UpsertOptions<Of>): Promise<void>;
  /**
   * Flushes, and in the same transaction makes the pairs of a many-to-many relation exactly these. Only pairs that differ are
   * written; of a pair that is there, only the data that is given counts. Returns the keys of what has changed. When it fails,
   * nothing was written, as with `flush`.
   * @throws {EntityInvalidError} when the data of a pair breaks the rules of its fields.
   */
  sync<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    others: readonly AttachReference<Entity, Name>[],
  ): Promise<SyncResult<RelatedKey<Entity, Name>>>;
  /**
   * Writes all changes, all of them or none. It happens by itself when a request succeeds; call it to get keys or to catch errors.
   * When it fails, nothing was written, and this unit of work is empty: what is still wanted has to be loaded or created again.
   * @throws {EntityInvalidError} when an entity breaks the rules of its model: nothing was written.
   * @throws {UniqueViolationError | ForeignKeyViolationError | NotNullViolationError | CheckViolationError} when the database refuses.
   */
  flush(): Promise<void>;
  /** Forgets all entities and their changes. */
  clear(): void;
  /**
   * Runs `work` in a transaction, flushes, and commits; rolls back when it throws. In a transaction it is a savepoint, which
   * MongoDB does not have.
   * After a rollback this unit of work is empty: entities have to be loaded again.
   * @throws {TransactionOptionsError} when the options make no sense, or a savepoint is to differ from its transaction.
   */
  transaction<Result>(work: (orm: Orm) => Result | Promise<Result>, options?: TransactionOptions): Promise<Result>;
  /**
   * Calls `task` after the outermost commit of the transaction it is called in, or else after the next flush of this unit of
   * work, which may be the last of the request. A rollback drops it, that of a savepoint only its own. Tasks run one after
   * the other and are waited for; one that fails is logged, and undoes nothing. What a task changes goes into a unit of work
   * of its own: `orm.unitOfWork`.
   */
  afterCommit(task: CommitTask): void;
  /** Runs `work` in a unit of work of its own and flushes it. */
  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result>;
  /**
   * MikroORM's entity manager of this unit of work. `orm.entity(Article)` is what it calls a class. Its type is that of SQL, where
   * `createQueryBuilder` and `getKysely` are its own: which driver a connection has is known only when the application runs. On
   * MongoDB it is a `MongoEntityManager`: `orm.em as EntityManager as MongoEntityManager`.
   */
  readonly em: SqlEntityManager;
  /** Returns the class by which MikroORM knows a model. */
  entity<Of extends AnyModel>(model: Of): new () => InferModel<Of>;
  /**
   * Returns the orm of one connection, for what is not about a model: its `transaction`, `kysely`, `em`, `schema` and `migrator`.
   * Everything else finds the connection by the model, and without one `default` is meant.
   * @throws {ConnectionUnknownError} when there is none of this name.
   */
  on(connection: string): Orm;
  /** The names of the connections; the first is `default`. */
  readonly connections: readonly string[];
  /** Tells how many connections of this process are in use; `undefined` on SQLite, which has no pool. */
  pool(): PoolStats | undefined;
  /** Kysely, for statements of your own; in a transaction it is part of it. Not on MongoDB. */
  readonly kysely: Kysely<AnyDatabase>;
  /** Applies and undoes migrations. */
  readonly migrator: Migrator;
  /** Runs all seeders in the order of their names, or the one of this name; returns their names. */
  seed(name?: string): Promise<string[]>;
  /** Creates, drops and compares the tables of the models, for tests and prototypes. */
  readonly schema: SchemaTools;
}

/** What may stand for an entity at the other end of a relation. */
export type RelatedReference<Entity, Name extends ManyToManyName<ModelOfEntity<Entity>>> = ModelOfEntity<Entity>['fields'][Name] extends {
  readonly target: () => infer Target extends AnyModel;
}
  ? EntityReference<Target>
  : never;

/** What may be attached to a relation: what stands for an entity, and with the data of the pair where pairs have fields. */
export type AttachReference<Entity, Name extends ManyToManyName<ModelOfEntity<Entity>>> = PivotReference<ModelOfEntity<Entity>['fields'][Name]>;

/** The key of an entity at the other end of a relation. */
export type RelatedKey<Entity, Name extends ManyToManyName<ModelOfEntity<Entity>>> = ModelOfEntity<Entity>['fields'][Name] extends {
  readonly target: () => infer Target extends AnyModel;
}
  ? KeyOf<Target>
  : never;
