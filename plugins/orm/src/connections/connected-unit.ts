/**
 * One unit of work over several databases: a thin dispatcher in front of one unit of work for each connection, which is opened
 * when it is first used. What is asked of a model or an entity goes to its connection, everything else to the default one.
 *
 * Each connection has a transaction of its own, and no transaction spans two. A flush writes the default connection first and
 * then the others in the order of the options; when one fails, those before it stay committed, and those behind it are given up.
 */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Logger, Services } from '@oxidite/plugin-sdk';
import type { Kysely } from 'kysely';
import type { RowData, UpsertOptions } from '../bulk/upsert-rows.ts';
import type { Database } from '../database.ts';
import type { SyncResult } from '../entities/sync-links.ts';
import { ConnectionUnknownError, EntityStaleError, FlushEndlessError, FlushPartialError, UnitOfWorkEndedError } from '../errors.ts';
import { findHookUse, type OrmHooks } from '../events/orm-hooks.ts';
import { type Factory, isFactory } from '../factories/define-factory.ts';
import type { EntityFactory } from '../factories/entity-factory.ts';
import type { PoolStats } from '../drivers/driver.ts';
import type { AnyModel, CreateData, InferModel, KeyOf, ManyToManyName, UpdateData } from '../model/infer-model.ts';
import { DEFAULT_CONNECTION } from '../options.ts';
import type { AttachReference, FindOptions, ListOptions, ModelOfEntity, Orm, RelatedKey, RelatedReference, RelationOfEntity } from '../orm.ts';
import type { OrmTools } from '../orm-tools.ts';
import type { Query } from '../query/query.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import type { Where } from '../query/where.ts';
import { findFrame } from '../transaction-frames.ts';
import { type CommitTask, FollowUps } from '../transactions/follow-ups.ts';
import type { TransactionOptions } from '../transactions/transaction-options.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { connectionOf } from './split-models.ts';

/** How often taps may change something on another connection before a flush is given up. */
const MAX_ROUNDS = 20;

/** What a unit of work over several databases needs. */
export interface ConnectedParts {
  /** All connections in the order in which they are written; the first is the default one. */
  readonly databases: ReadonlyMap<string, Database>;
  readonly tools: OrmTools;
  readonly services: Services;
  readonly hooks: OrmHooks;
  readonly logger: Logger;
  /** Opens the unit of work of a connection. */
  open(connection: string, on: (connection: string) => Orm): UnitOfWork;
}

/** The unit of work behind {@link Orm} in an application with several databases. */
export class ConnectedUnit implements Orm {
  readonly #parts: ConnectedParts;
  readonly #units = new Map<string, UnitOfWork>();
  readonly #followUps = new FollowUps();
  #ended = false;

  constructor(parts: ConnectedParts) {
    this.#parts = parts;
  }

  get connections(): readonly string[] {
    return [...this.#parts.databases.keys()];
  }

  get em(): SqlEntityManager {
    return this.#unit().em;
  }

  get kysely(): Kysely<AnyDatabase> {
    return this.#unit().kysely;
  }

  get migrator(): Orm['migrator'] {
    return this.#unit().migrator;
  }

  get schema(): Orm['schema'] {
    return this.#unit().schema;
  }

  on(connection: string): Orm {
    return this.#unit(connection);
  }

  pool(): PoolStats | undefined {
    return this.#unit().pool();
  }

  seed(name?: string): Promise<string[]> {
    return this.#parts.tools.seed(name);
  }

  query<Of extends AnyModel>(model: Of): Query<Of> {
    return this.#of(model).query(model);
  }

  create<Of extends AnyModel>(model: Of, data: CreateData<Of>): InferModel<Of> {
    return this.#of(model).create(model, data);
  }

  async find<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options?: FindOptions<Of>): Promise<InferModel<Of> | undefined> {
    return this.#of(model).find(model, keyOrWhere, options);
  }

  async get<Of extends AnyModel>(model: Of, keyOrWhere: KeyOf<Of> | Where<Of>, options?: FindOptions<Of>): Promise<InferModel<Of>> {
    return this.#of(model).get(model, keyOrWhere, options);
  }

  async list<Of extends AnyModel>(model: Of, where?: Where<Of>, options?: ListOptions<Of>): Promise<InferModel<Of>[]> {
    return this.#of(model).list(model, where, options);
  }

  /** Each connection rewrites its own rows. */
  async reencrypt(model?: AnyModel): Promise<number> {
    if (model !== undefined) return this.#of(model).reencrypt(model);
    let rows = 0;
    for (const connection of this.connections) rows += await this.#unit(connection).reencrypt();
    return rows;
  }

  factory<Of extends AnyModel, State extends string>(modelOrFactory: Factory<Of, State> | Of): EntityFactory<Of, State> {
    return this.#of(isFactory(modelOrFactory) ? modelOrFactory.model : modelOrFactory).factory(modelOrFactory);
  }

  assign<Entity extends object>(entity: Entity, data: UpdateData<ModelOfEntity<Entity>>): Entity {
    return this.#holding(entity).assign(entity, data);
  }

  remove(entity: object): void {
    this.#holding(entity).remove(entity);
  }

  forceRemove(entity: object): void {
    this.#holding(entity).forceRemove(entity);
  }

  restore(entity: object): void {
    this.#holding(entity).restore(entity);
  }

  async populate<Entity extends object>(entities: Entity | readonly Entity[], ...relations: readonly RelationOfEntity<Entity>[]): Promise<void> {
    const list: readonly Entity[] = Array.isArray(entities) ? entities : [entities as Entity]; // it is one or a list
    for (const [unit, own] of Map.groupBy(list, (entity) => this.#holding(entity))) await unit.populate(own, ...relations);
  }

  attach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly AttachReference<Entity, Name>[]
  ): void {
    this.#holding(entity).attach(entity, relation, ...others);
  }

  detach<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    ...others: readonly RelatedReference<Entity, Name>[]
  ): void {
    this.#holding(entity).detach(entity, relation, ...others);
  }

  async sync<Entity extends object, Name extends ManyToManyName<ModelOfEntity<Entity>>>(
    entity: Entity,
    relation: Name,
    others: readonly AttachReference<Entity, Name>[],
  ): Promise<SyncResult<RelatedKey<Entity, Name>>> {
    return this.#holding(entity).sync(entity, relation, others);
  }

  async insertMany<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[]): Promise<KeyOf<Of>[]> {
    return this.#of(model).insertMany(model, rows);
  }

  async upsert<Of extends AnyModel>(model: Of, rows: readonly RowData<Of>[], options: UpsertOptions<Of>): Promise<void> {
    return this.#of(model).upsert(model, rows, options);
  }

  entity<Of extends AnyModel>(model: Of): new () => InferModel<Of> {
    return this.#of(model).entity(model);
  }

  unitOfWork<Result>(work: (orm: Orm) => Result | Promise<Result>): Promise<Result> {
    return this.#parts.tools.unitOfWork(work, this.#parts.services);
  }

  async flush(): Promise<void> {
    if (this.#ended) throw new UnitOfWorkEndedError();
    await this.#flush(new Set());
  }

  clear(): void {
    for (const unit of this.#units.values()) unit.clear();
    this.#followUps.clear();
  }

  async transaction<Result>(work: (orm: Orm) => Result | Promise<Result>, options?: TransactionOptions): Promise<Result> {
    const unit = this.#unit();
    const isOutermost = findFrame(unit) === undefined;
    const result = await unit.transaction(() => work(this), options);
    if (isOutermost) await this.#flush(new Set(unit.takeFlushed() ? [DEFAULT_CONNECTION] : []));
    return result;
  }

  afterCommit(task: CommitTask): void {
    const unit = this.#unit();
    if (findFrame(unit) === undefined) this.#followUps.add(task);
    else unit.afterCommit(task);
  }

  /** Ends the units of work of all connections; what was not flushed is lost. */
  async end(): Promise<void> {
    this.#ended = true;
    for (const unit of this.#units.values()) await unit.end();
  }

  /** @param committed the connections that were committed before. */
  async #flush(committed: Set<string>): Promise<void> {
    for (let round = 1; ; round++) {
      const written = await this.#flushEach(committed);
      // taps may have changed entities of connections that were written before
      if (written.length === 0 || this.#units.size === 1 || findHookUse(this.#parts.hooks) === undefined) break;
      if (round > MAX_ROUNDS) throw new FlushEndlessError(written);
    }
    const { hooks, logger, services } = this.#parts;
    if (!this.#isInTransaction()) await this.#followUps.run({ connection: DEFAULT_CONNECTION, hooks, logger }, { orm: this, services });
  }

  async #flushEach(committed: Set<string>): Promise<string[]> {
    const written: string[] = [];
    for (const connection of this.connections) {
      const unit = this.#units.get(connection);
      if (unit === undefined) continue;
      try {
        await unit.flush();
      } catch (error) {
        for (const [name, other] of this.#units) if (name !== connection && findFrame(other) === undefined) other.clear();
        this.#followUps.clear();
        throw committed.size === 0 ? error : new FlushPartialError(connection, [...committed], error);
      }
      if (!unit.takeFlushed()) continue;
      written.push(connection);
      if (findFrame(unit) === undefined) committed.add(connection);
    }
    return written;
  }

  #isInTransaction(): boolean {
    const unit = this.#units.get(DEFAULT_CONNECTION);
    return unit !== undefined && findFrame(unit) !== undefined;
  }

  #unit(connection: string = DEFAULT_CONNECTION): UnitOfWork {
    if (this.#ended) throw new UnitOfWorkEndedError();
    const known = this.#units.get(connection);
    if (known !== undefined) return known;
    if (!this.#parts.databases.has(connection)) throw new ConnectionUnknownError(connection, this.connections);
    const unit = this.#parts.open(connection, (name) => this.on(name));
    this.#units.set(connection, unit);
    return unit;
  }

  #of(model: AnyModel): UnitOfWork {
    return this.#unit(connectionOf(model));
  }

  /** Finds the unit of work that an entity can only be of. */
  #holding(entity: object): UnitOfWork {
    for (const [connection, database] of this.#parts.databases) if (database.layoutOfEntity(entity) !== undefined) return this.#unit(connection);
    throw new EntityStaleError('object');
  }
}
