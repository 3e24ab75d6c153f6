/**
 * One unit of work: its entities, its identity map, its transaction. Made for each request, job and command, and for each
 * `orm.unitOfWork`; never shared. What is lazily made here is made once: a request that only queries makes no entity manager.
 */
import type { Collection, Transaction } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import { OxiditeError } from '@oxidite/plugin-sdk';
import type { Kysely } from 'kysely';
import { insertMany, upsert } from './bulk/bulk-writer.ts';
import type { RowData, UpsertOptions } from './bulk/upsert-rows.ts';
import { toConstraintError } from './constraint-errors.ts';
import type { Database } from './database.ts';
import { assignEntity, createEntity, isStored, toEntity } from './entities/entity-writer.ts';
import { assertOwned, type EntityOwner, findOwner, own, ownRelated } from './entities/ownership.ts';
import { noteRelatedSiblings, noteSiblings, siblingsOf } from './entities/siblings.ts';
import { loadByKeys, loadByWhere, type LoadTarget } from './entities/load-entities.ts';
import { flushWithLinks, type LinkChange } from './entities/flush-links.ts';
import { EntityNotFoundError, QueryInvalidError, TransactionFailedError, UnitOfWorkEndedError } from './errors.ts';
import type { AnyModel, CreateData, InferModel, KeyOf, ManyToManyName, UpdateData } from './model/infer-model.ts';
import type { ModelLayout } from './model/model-layout.ts';
import type { FindOptions, ListOptions, ModelOfEntity, Orm, RelatedReference, RelationOfEntity } from './orm.ts';
import type { OrmTools } from './orm-tools.ts';
import { Query } from './query/query.ts';
import type { AnyDatabase } from './query/query-compiler.ts';
import { relationOf } from './query/find-names.ts';
import type { QuerySource } from './query/query-source.ts';
import { SqlQuerySource } from './query/sql-query-source.ts';
import type { Where } from './query/where.ts';
import type { RepeatedQueries } from './repeated-queries.ts';
import { findFrame, runInFrame, type TransactionFrame } from './transaction-frames.ts';

/** The unit of work behind {@link Orm}. */
export class UnitOfWork implements Orm {
  readonly #database: Database;
  readonly #tools: OrmTools;
  readonly #repeats: RepeatedQueries | undefined;
  readonly #source: QuerySource;
  #base: SqlEntityManager | undefined;
  readonly #links: LinkChange[] = [];
  #owner: EntityOwner = { unit: this };
  #ended = false;

  constructor(database: Database, tools: OrmTools, repeats: RepeatedQueries | undefined) {
    this.#database = database;
    this.#tools = tools;
    this.#repeats = repeats;
    this.#source = new SqlQuerySource({
      parts: database,
      repeats,
      isInTransaction: () => this.#transaction() !== undefined,
      write: (work) => this.#write(work),
      read: (sql, parameters) => database.read(sql, parameters, this.#transaction()),
      kysely: () => this.kysely,
    });
  }

  get em(): SqlEntityManager {
    if (this.#ended) throw new UnitOfWorkEndedError();
    return findFrame(this)?.em ?? (this.#base ??= this.#database.fork());
  }

  get kysely(): Kysely<AnyDatabase> {
    return this.em.getKysely<AnyDatabase>();
  }

  get migrator(): Orm['migrator'] {
    return this.#tools.migrator;
  }

  get schema(): Orm['schema'] {
    return this.#tools.schema;
  }

  seed(name?: string): Promise<string[]> {
    return this.#tools.seed(name);
  }

  query<Of extends AnyModel>(model: Of): Query<Of> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    return new Query<Of>(this.#source, this.#database.layoutOf(model));
  }

  create<Of extends AnyModel>(model: Of, data: CreateData<Of>): InferModel<Of> {
    const { em } = this;
    return own(createEntity(this.#database, em, this.#database.layoutOf(model), data), this.#owner) as InferModel<Of>;
  }

  async find<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options: FindOptions<Of> = {}): Promise<InferModel<Of> | undefined> {
    const layout = this.#database.layoutOf(model);
    if (keyOrWhere === undefined || keyOrWhere === null) throw new QueryInvalidError(layout.name, `it is looked for by ${String(keyOrWhere)}`);
    if (this.#repeats !== undefined) this.#repeats.note('find', layout.name);
    const found = this.#load(layout, options.with, (target) =>
      typeof keyOrWhere === 'object' ? loadByWhere(target, layout, keyOrWhere, { ...options, limit: 1 }) : loadByKeys(target, layout, [keyOrWhere], options),
    );
    return (await found)[0] as InferModel<Of> | undefined;
  }

  async get<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options: FindOptions<Of> = {}): Promise<InferModel<Of>> {
    const entity = await this.find(model, keyOrWhere, options);
    if (entity === undefined) throw new EntityNotFoundError(model.name);
    return entity;
  }

  async list<Of extends AnyModel>(model: Of, where: Where<Of> = {}, options: ListOptions<Of> = {}): Promise<InferModel<Of>[]> {
    const layout = this.#database.layoutOf(model);
    return (await this.#load(layout, options.with, (target) => loadByWhere(target, layout, where, options))) as InferModel<Of>[];
  }

  assign<Entity extends object>(entity: Entity, data: UpdateData<ModelOfEntity<Entity>>): Entity {
    const { em } = this;
    assertOwned(this.#database, entity, this.#owner);
    assignEntity(this.#database, em, entity, data);
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
    for (const entity of list) {
      const layout = assertOwned(this.#database, entity, this.#owner);
      for (const name of relations) relationOf(layout, name);
    }
    if (this.#repeats !== undefined) this.#repeats.note(`populate ${relations.join()}`, 'relations');
    await this.#populate(list, relations);
  }

  /** Loads relations of an entity and of those that came with it. */
  async load(entity: object, relations: readonly string[]): Promise<void> {
    const layout = assertOwned(this.#database, entity, this.#owner);
    for (const name of relations) relationOf(layout, name);
    if (this.#repeats !== undefined) this.#repeats.note(`load ${relations.join()}`, layout.name);
    const siblings = siblingsOf(entity).filter((sibling) => sibling === entity || findOwner(sibling) === this.#owner);
    await this.#populate(siblings, relations);
  }

  attach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly RelatedReference<Entity, Name>[]
  ): void {
    this.#link('attach', entity, relation, others);
  }

  detach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly RelatedReference<Entity, Name>[]
  ): void {
    this.#link('detach', entity, relation, others);
  }

  async insertMany<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[]): Promise<KeyOf<Of>[]> {
    return (await insertMany(this.#database, this.#database.layoutOf(model), rows, (work) => this.#write(work))) as KeyOf<Of>[]; // its keys
  }

  async upsert<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[], options: UpsertOptions<Of>): Promise<void> {
    await upsert(this.#database, this.#database.layoutOf(model), rows, options, (work) => this.#write(work));
  }

  async flush(): Promise<void> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    const frame = findFrame(this);
    const em = frame?.em ?? this.#base;
    if (em === undefined) return;
    const links = this.#links.splice(0);
    try {
      if (links.length === 0) await em.flush();
      else await flushWithLinks(em, links, this.#database.driver.traits);
    } catch (error) {
      const converted = await toConstraintError(this.#database, error, { em, links, transaction: frame?.em.getTransactionContext() });
      if (frame !== undefined) frame.failure ??= { error: converted };
      this.#forget(em); // what MikroORM believes of the entities is no longer so
      throw converted;
    }
  }

  clear(): void {
    this.#forget(this.em);
  }

  async transaction<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result> {
    const outer = findFrame(this);
    const parent = this.em;
    if (outer !== undefined) await this.flush(); // what was done before the savepoint stays when it is rolled back
    let inner: SqlEntityManager | undefined;
    try {
      return await parent.transactional(async (em) => {
        inner = em;
        return runInFrame({ unit: this, driver: this.#database.driver, em: inner }, (frame) => this.#runFrame(frame, work));
      });
    } catch (error) {
      if (inner !== undefined) this.#forget(inner);
      this.#forget(parent);
      throw await toConstraintError(this.#database, error);
    }
  }

  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result> {
    return this.#tools.unitOfWork(work);
  }

  entity<Of extends AnyModel>(model: Of): new () => InferModel<Of> {
    return this.#database.classOf(this.#database.layoutOf(model)) as new () => InferModel<Of>; // the class was made from the model
  }

  /** Ends the unit of work; what was not flushed is lost. */
  end(): void {
    this.#ended = true;
    this.#owner = { unit: this };
    this.#base?.clear();
    this.#base = undefined;
  }

  async #runFrame<Result>(frame: TransactionFrame, work: (orm: Orm) => Result | Promise<Result>): Promise<Result> {
    const result = await work(this);
    if (frame.failure === undefined) await this.flush();
    if (frame.failure !== undefined) throw new TransactionFailedError(frame.failure.error);
    return result;
  }

  #transaction(): Transaction | undefined {
    return (findFrame(this)?.em ?? this.#base)?.getTransactionContext();
  }

  /** Loads entities and makes them this unit of work's. */
  async #load(layout: ModelLayout, relations: readonly string[] = [], load: (target: LoadTarget) => Promise<object[]>): Promise<object[]> {
    for (const name of relations) relationOf(layout, name);
    const target = { database: this.#database, source: this.#source, em: this.em };
    const entities = await this.#guard(() => load(target));
    for (const entity of entities) own(entity, this.#owner);
    noteSiblings(layout, entities);
    this.#ownRelated(layout, entities, relations);
    return entities;
  }

  /** Loads relations, whose names are known, and makes what comes with them this unit of work's. */
  async #populate(entities: readonly object[], relations: readonly string[]): Promise<void> {
    await this.#guard(() => this.em.populate([...entities], [...relations] as never[])); // the names were checked
    for (const [layout, list] of Map.groupBy(entities, (entity) => this.#database.layoutOfEntity(entity))) {
      if (layout !== undefined) this.#ownRelated(layout, list, relations);
    }
  }

  #ownRelated(layout: ModelLayout, entities: readonly object[], relations: readonly string[]): void {
    for (const name of relations) {
      for (const entity of entities) ownRelated(this.#database, (entity as Readonly<Record<string, unknown>>)[name], this.#owner);
      noteRelatedSiblings(relationOf(layout, name).target, entities, name);
    }
  }

  /** A collection in memory is changed there; pairs of one that is not loaded are written with the next flush. */
  #link(action: LinkChange['action'], entity: object, name: string, others: readonly unknown[]): void {
    const layout = assertOwned(this.#database, entity, this.#owner);
    const relation = relationOf(layout, name);
    if (relation.kind !== 'manyToMany') throw new QueryInvalidError(layout.name, `"${name}" is not a many-to-many relation`);
    const collection = (entity as Readonly<Record<string, unknown>>)[name] as Collection<object>; // the relation is one to many
    for (const other of others) {
      const reference = toEntity(this.#database, this.em, relation.target, other);
      if (reference === undefined) throw new QueryInvalidError(layout.name, `"${name}" takes a ${relation.target.name} or its key`);
      if (!collection.isInitialized()) this.#links.push({ action, relation, source: entity, target: reference });
      else if (action === 'attach') collection.add(reference);
      else collection.remove(reference);
    }
  }

  #forget(em: SqlEntityManager): void {
    em.clear();
    this.#owner = { unit: this };
    this.#links.length = 0;
  }

  /** Writes past the entities. A transaction in which that fails is rolled back, as one whose flush fails. */
  async #write<Result>(work: (kysely: Kysely<AnyDatabase>) => Promise<Result>): Promise<Result> {
    const frame = findFrame(this);
    const { kysely } = this;
    try {
      return await work(kysely);
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
