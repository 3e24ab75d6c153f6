/**
 * One unit of work: its entities, its identity map, its transaction. Made for each request, job and command, and for each
 * `orm.unitOfWork`; never shared. It is as long as the interface that it keeps: what its members do is elsewhere. What is lazily made here is made once: a request that only queries makes no entity manager.
 */
import type { Transaction } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { OxiditeError, type Services } from '@oxidite/plugin-sdk';
import type { Kysely } from 'kysely';
import type { RowData, UpsertOptions } from './bulk/upsert-rows.ts';
import { UnitReads } from './connections/unit-reads.ts';
import { toConstraintError } from './constraint-errors.ts';
import { type Database, kyselyOf, type SqlDatabase } from './database.ts';
import type { PoolStats } from './drivers/driver.ts';
import { assertVersion, assignEntity, createEntity, isStored } from './entities/entity-writer.ts';
import { EntityLoader } from './entities/entity-loader.ts';
import { assertOwned, type EntityOwner, own } from './entities/ownership.ts';
import { loadByKeys, loadByWhere } from './entities/load-entities.ts';
import { applyLinks, type LinkRequest, toLinks } from './entities/link-entities.ts';
import type { ManyToManyLayout } from './entities/pivot-values.ts';
import type { SyncResult } from './entities/sync-links.ts';
import { ConnectionUnknownError, EntityNotFoundError, QueryInvalidError, UnitOfWorkEndedError } from './errors.ts';
import { assertOutsideTaps, type FlushFollower, isInTaps } from './events/flush-session.ts';
import type { PairEdit } from './events/list-pairs.ts';
import { type Factory, isFactory } from './factories/define-factory.ts';
import { EntityFactory } from './factories/entity-factory.ts';
import type { AnyModel, CreateData, InferModel, KeyOf, ManyToManyName, UpdateData } from './model/infer-model.ts';
import type { AttachReference, FindOptions, ListOptions, ModelOfEntity, Orm, RelatedKey, RelatedReference, RelationOfEntity } from './orm.ts';
import type { OrmTools } from './orm-tools.ts';
import { expandRelation, relationOf } from './query/find-names.ts';
import { Query } from './query/query.ts';
import type { AnyDatabase } from './query/query-compiler.ts';
import type { SqlAccess } from './query/sql-query-source.ts';
import type { Where } from './query/where.ts';
import type { RepeatedQueries } from './repeated-queries.ts';
import { findFrame } from './transaction-frames.ts';
import type { CommitTask } from './transactions/follow-ups.ts';
import { runTransaction, type TransactionHost } from './transactions/run-transaction.ts';
import type { TransactionOptions } from './transactions/transaction-options.ts';
import { UnitFlush } from './transactions/unit-flush.ts';
import { createSqlEngine } from './sql-engine.ts';
import type { UnitEngine } from './unit-engine.ts';

/** Of whom a unit of work is. */
export interface UnitParts {
  /** Those of the request, job or command; the hooks are given them. */
  readonly services: Services;
  /** Counts queries; `undefined` when nobody wants to know. */
  readonly repeats: RepeatedQueries | undefined;
  /** Finds the orm of a connection. Default: there is only this one. */
  readonly on?: ((connection: string) => Orm) | undefined;
}

/** The unit of work behind {@link Orm}. */
export class UnitOfWork implements Orm {
  readonly #database: Database;
  readonly #tools: OrmTools;
  readonly #repeats: RepeatedQueries | undefined;
  readonly #services: Services;
  readonly #engine: UnitEngine;
  readonly #loader: EntityLoader;
  readonly #on: UnitParts['on'];
  readonly #reads: UnitReads;
  #base: SqlEntityManager | undefined;
  readonly #pending: UnitFlush;
  readonly #host: TransactionHost;
  #owner: EntityOwner = { unit: this };
  #ended = false;

  constructor(database: Database, tools: OrmTools, { services, repeats, on }: UnitParts) {
    this.#on = on;
    this.#services = services;
    this.#database = database;
    this.#tools = tools;
    this.#repeats = repeats;
    this.#reads = new UnitReads(database);
    this.#engine =
      database.kind === 'sql'
        ? this.#createSqlEngine(database)
        : database.driver.createEngine({
            parts: database,
            repeats,
            read: (work) => this.#guard(() => work(this.#transaction())),
            write: (work) => this.#write(() => work(this.#transaction())),
          });
    this.#loader = new EntityLoader({
      database,
      source: this.#engine.primary,
      em: () => this.em,
      owner: () => this.#owner,
      isInTransaction: () => this.#transaction() !== undefined,
      flush: () => this.flush(),
    });
    const host = { unit: this, services, database, reads: this.#reads, forget: (em: SqlEntityManager) => this.#forget(em) };
    this.#pending = new UnitFlush(host);
    this.#host = { ...host, followUps: this.#pending.followUps, settle: (em) => this.#pending.settle(em) };
  }

  get em(): SqlEntityManager {
    if (this.#ended) throw new UnitOfWorkEndedError();
    return findFrame(this)?.em ?? (this.#base ??= this.#database.fork());
  }

  /** It may write. What is done without entities makes no entity manager. */
  get kysely(): Kysely<AnyDatabase> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    const kysely = kyselyOf(this.#database);
    this.#reads.noteWrite();
    return (this.#transaction() as Kysely<AnyDatabase> | undefined) ?? kysely; // on databases of SQL, a transaction is one of Kysely's
  }

  get migrator(): Orm['migrator'] {
    return this.#tools.migrator;
  }

  get schema(): Orm['schema'] {
    return this.#tools.schema;
  }

  get connections(): readonly string[] {
    return this.#tools.connections;
  }

  on(connection: string): Orm {
    if (connection === this.#database.connection) return this;
    if (this.#on === undefined) throw new ConnectionUnknownError(connection, this.connections);
    return this.#on(connection);
  }

  pool(): PoolStats | undefined {
    return this.#database.driver.pool?.();
  }

  seed(name?: string): Promise<string[]> {
    return this.#tools.seed(name);
  }

  query<Of extends AnyModel>(model: Of): Query<Of> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    return new Query<Of>(this.#engine.source, this.#database.layoutOf(model));
  }

  create<Of extends AnyModel>(model: Of, data: CreateData<Of>): InferModel<Of> {
    const { em } = this;
    const { entity, links } = createEntity(this.#database, em, this.#database.layoutOf(model), data);
    this.#pending.links.push(...links);
    return own(entity, this.#owner) as InferModel<Of>;
  }

  async reencrypt(model?: AnyModel): Promise<number> {
    const layouts = model === undefined ? [...this.#database.layouts.values()] : [this.#database.layoutOf(model)];
    let rows = 0;
    for (const layout of layouts) rows += await this.#engine.reencrypt(layout);
    return rows;
  }

  factory<Of extends AnyModel, State extends string>(modelOrFactory: Factory<Of, State> | Of): EntityFactory<Of, State> {
    const declared = isFactory(modelOrFactory) ? modelOrFactory : undefined;
    const host = { orm: this, registry: this.#tools.factories };
    return new EntityFactory(host, this.#database.layoutOf(declared?.model ?? (modelOrFactory as Of)), { declared });
  }

  async find<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options: FindOptions<Of> = {}): Promise<InferModel<Of> | undefined> {
    const layout = this.#database.layoutOf(model);
    if (keyOrWhere === undefined || keyOrWhere === null) throw new QueryInvalidError(layout.name, `it is looked for by ${String(keyOrWhere)}`);
    if (this.#repeats !== undefined) this.#repeats.note('find', layout.name);
    const where = typeof keyOrWhere === 'object' || options.lock === undefined ? keyOrWhere : { [layout.key.name]: keyOrWhere };
    const [entity] = await this.#loader.load(layout, options, (target, lock) =>
      typeof where === 'object'
        ? loadByWhere(target, layout, where, { ...options, lock, limit: 1 })
        : loadByKeys(target, layout, [where], { ...options, lock }),
    );
    if (entity !== undefined && options.version !== undefined) assertVersion(layout, entity, options.version);
    return entity as InferModel<Of> | undefined;
  }

  async get<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options: FindOptions<Of> = {}): Promise<InferModel<Of>> {
    const entity = await this.find(model, keyOrWhere, options);
    if (entity === undefined) throw new EntityNotFoundError(model.name);
    return entity;
  }

  async list<Of extends AnyModel>(model: Of, where: Where<Of> = {}, options: ListOptions<Of> = {}): Promise<InferModel<Of>[]> {
    const layout = this.#database.layoutOf(model);
    return (await this.#loader.load(layout, options, (target, lock) => loadByWhere(target, layout, where, { ...options, lock }))) as InferModel<Of>[];
  }

  assign<Entity extends object>(entity: Entity, data: UpdateData<ModelOfEntity<Entity>>): Entity {
    const { em } = this;
    assertOwned(this.#database, entity, this.#owner);
    this.#pending.links.push(...assignEntity(this.#database, em, entity, data));
    return entity;
  }

  remove(entity: object): void {
    const layout = assertOwned(this.#database, entity, this.#owner);
    if (!layout.softDeletes || !isStored(entity)) return this.forceRemove(entity);
    (entity as { deletedAt: Date }).deletedAt = new Date(this.#database.clock.now());
  }

  forceRemove(entity: object): void {
    assertOwned(this.#database, entity, this.#owner);
    this.em.remove(entity);
  }

  restore(entity: object): void {
    const layout = assertOwned(this.#database, entity, this.#owner);
    if (!layout.softDeletes) throw new QueryInvalidError(layout.name, 'it has no soft deletes, so nothing can be restored');
    (entity as { deletedAt: Date | null }).deletedAt = null;
  }

  async populate<Entity extends object>(entities: Entity | readonly Entity[], ...relations: readonly RelationOfEntity<Entity>[]): Promise<void> {
    const list: readonly object[] = Array.isArray(entities) ? entities : [entities];
    if (this.#repeats !== undefined) this.#repeats.note(`populate ${relations.join()}`, 'relations');
    await this.#loader.populate(list, relations);
  }

  /** Loads relations of an entity and of those that came with it. */
  async load(entity: object, relations: readonly string[]): Promise<void> {
    const layout = assertOwned(this.#database, entity, this.#owner);
    for (const name of relations) expandRelation(layout, name);
    if (this.#repeats !== undefined) this.#repeats.note(`load ${relations.join()}`, layout.name);
    await this.#loader.populateSiblings(entity, relations);
  }

  /** Counts what a relation of an entity leads to in the database. */
  async count(entity: object, relation: string): Promise<number> {
    return this.#loader.count(assertOwned(this.#database, entity, this.#owner), entity, relation);
  }

  attach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly AttachReference<Entity, Name>[]
  ): void {
    this.#link('attach', { entity, relation: this.#manyToMany(entity, relation), others });
  }

  detach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly RelatedReference<Entity, Name>[]
  ): void {
    this.#link('detach', { entity, relation: this.#manyToMany(entity, relation), others });
  }

  async insertMany<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[]): Promise<KeyOf<Of>[]> {
    return (await this.#engine.insertMany(this.#database.layoutOf(model), rows)) as KeyOf<Of>[]; // its keys
  }

  async upsert<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[], options: UpsertOptions<Of>): Promise<void> {
    await this.#engine.upsert(this.#database.layoutOf(model), rows, options);
  }

  async sync<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    others: readonly AttachReference<Entity, Name>[],
  ): Promise<SyncResult<RelatedKey<Entity, Name>>> {
    const layout = this.#manyToMany(entity, relation);
    const links = toLinks(this.#database, this.em, { action: 'attach', entity, relation: layout, others });
    const wanted = { entity, relation: layout, links };
    const toEdit = ({ attached, updated, detached }: SyncResult<unknown>): PairEdit => ({ entity, relation, attached: [...attached, ...updated], detached });
    const synced = await this.#flush({ links, run: (em) => this.#engine.sync(em, wanted), toEdit });
    return (synced ?? { attached: [], updated: [], detached: [] }) as SyncResult<never>; // the keys are those of the relation's target
  }

  async flush(): Promise<void> {
    await this.#flush();
  }

  /** Writes all changes, and in the same transaction what `follow` does. */
  async #flush<Result>(follow?: FlushFollower<Result>): Promise<Result | undefined> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    assertOutsideTaps(this, 'flush');
    const frame = findFrame(this);
    return this.#pending.run(frame?.em ?? this.#base, frame, follow);
  }

  clear(): void {
    this.#forget(this.em);
    this.#pending.followUps.clear();
  }

  transaction<Result>(work: (orm: Orm) => Result | Promise<Result>, options: TransactionOptions = {}): Promise<Result> {
    assertOutsideTaps(this, 'transaction');
    this.#reads.noteWrite();
    return runTransaction(this.#host, work, options);
  }

  afterCommit(task: CommitTask): void {
    if (this.#ended) throw new UnitOfWorkEndedError();
    (findFrame(this)?.followUps ?? this.#pending.followUps).add(task);
  }

  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result> {
    return this.#tools.unitOfWork(work, this.#services);
  }

  entity<Of extends AnyModel>(model: Of): new () => InferModel<Of> {
    return this.#database.classOf(this.#database.layoutOf(model)) as new () => InferModel<Of>; // the class was made from the model
  }

  /** Tells whether flushes have written since it was last asked. */
  takeFlushed(): boolean {
    return this.#reads.takeFlushed();
  }

  /** Ends the unit of work; what was not flushed is lost, and a transaction that was begun by hand and is still open is rolled back. */
  end(): Promise<void> | undefined {
    const em = this.#base;
    this.#ended = true;
    this.#owner = { unit: this };
    this.#base = undefined;
    em?.clear();
    if (em?.isInTransaction() !== true || this.#pending.isAlone(em)) return undefined;
    const message = 'a transaction was begun with orm.em.begin() and never ended, so it is rolled back; commit it, or use orm.transaction()';
    this.#database.logger.warn({}, message);
    return em.rollback().catch(() => undefined); // the connection is closed when that fails, which undoes it, too
  }

  #createSqlEngine(database: SqlDatabase): UnitEngine {
    const access: Omit<SqlAccess, 'parts'> = {
      repeats: this.#repeats,
      isInTransaction: () => this.#transaction() !== undefined,
      write: (work) => {
        const { kysely } = this;
        return this.#write(() => work(kysely));
      },
      read: (sql, parameters) => database.read(sql, parameters, this.#transaction()),
      kysely: () => this.kysely,
    };
    const readAnywhere: SqlAccess['read'] = async (sql, parameters, isFresh) => {
      const isBound = isFresh || this.#transaction() !== undefined;
      return (isBound ? undefined : await this.#reads.fromReplica(sql, parameters, this.#base)) ?? access.read(sql, parameters, isFresh);
    };
    return createSqlEngine(database, access, database.replicas === undefined ? undefined : readAnywhere);
  }

  /** That of a flush is only there for its taps: it ends without asking those who run beside it. */
  #transaction(): Transaction | undefined {
    const em = findFrame(this)?.em ?? this.#base;
    return em === undefined || (this.#pending.isAlone(em) && !isInTaps(this)) ? undefined : em.getTransactionContext();
  }

  #link(action: LinkRequest['action'], request: Omit<LinkRequest, 'action'>): void {
    applyLinks(toLinks(this.#database, this.em, { ...request, action }), this.#pending.links);
  }

  #manyToMany(entity: object, name: string): ManyToManyLayout {
    const layout = assertOwned(this.#database, entity, this.#owner);
    const relation = relationOf(layout, name);
    if (relation.kind !== 'manyToMany') throw new QueryInvalidError(layout.name, `"${name}" is not a many-to-many relation`);
    return relation;
  }

  #forget(em: SqlEntityManager): void {
    em.clear();
    this.#owner = { unit: this };
    this.#pending.links.length = 0;
  }

  /** Writes past the entities. A transaction in which that fails is rolled back, as one whose flush fails. */
  async #write<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    const frame = findFrame(this);
    try {
      const result = await work();
      if (frame !== undefined) this.#reads.noteFlush();
      return result;
    } catch (error) {
      const converted = await toConstraintError(this.#database, error);
      if (frame !== undefined && !(error instanceof OxiditeError)) frame.failure ??= { error: converted }; // Oxidite refuses before anything is sent
      throw converted;
    }
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw await toConstraintError(this.#database, error);
    }
  }
}
