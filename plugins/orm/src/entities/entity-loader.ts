/** Loads the entities of one unit of work, with what they are related to, and makes them its own. */
import type { SqlEntityManager } from '@mikro-orm/sql';
import { toConstraintError } from '../constraint-errors.ts';
import type { Database } from '../database.ts';
import { LockOutsideTransactionError, NotOnMongodbError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { expandRelation } from '../query/find-names.ts';
import { type EntityLock, type Lock, parseLock } from '../query/lock.ts';
import type { QuerySource } from '../query/query-source.ts';
import type { LoadTarget } from './load-entities.ts';
import { assertOwned, type EntityOwner, findOwner, own, ownRelated } from './ownership.ts';
import { noteRelatedSiblings, noteSiblings, siblingsOf } from './siblings.ts';

/** Whose entities are loaded. */
export interface LoaderHost {
  readonly database: Database;
  /** Never reads from a replica. */
  readonly source: QuerySource;
  readonly em: () => SqlEntityManager;
  readonly owner: () => EntityOwner;
  readonly isInTransaction: () => boolean;
  readonly flush: () => Promise<void>;
}

/** The loading of one unit of work. */
export class EntityLoader {
  readonly #host: LoaderHost;

  constructor(host: LoaderHost) {
    this.#host = host;
  }

  /**
   * Runs what loads entities of a model.
   * @throws {LockOutsideTransactionError} when they are to be locked outside of a transaction.
   */
  async load(
    layout: ModelLayout,
    { with: relations = [], lock }: { readonly with?: readonly string[]; readonly lock?: Lock },
    load: (target: LoadTarget, lock: EntityLock | undefined) => Promise<object[]>,
  ): Promise<object[]> {
    for (const name of relations) expandRelation(layout, name);
    const parsed = lock === undefined ? undefined : await this.#prepareLock(layout, lock);
    const { database, source, em, owner } = this.#host;
    const entities = await this.#guard(() => load({ database, source, em: em() }, parsed));
    for (const entity of entities) own(entity, owner());
    noteSiblings(layout, entities);
    this.#ownRelated(layout, entities, relations);
    return entities;
  }

  /** Loads relations of entities of any models. */
  async populate(entities: readonly object[], relations: readonly string[]): Promise<void> {
    const { database, owner } = this.#host;
    for (const entity of entities) {
      const layout = assertOwned(database, entity, owner());
      for (const name of relations) expandRelation(layout, name);
    }
    await this.#populate(entities, relations);
  }

  /** Loads relations of an entity and of those that came with it. */
  async populateSiblings(entity: object, relations: readonly string[]): Promise<void> {
    const owner = this.#host.owner();
    await this.#populate(
      siblingsOf(entity).filter((sibling) => sibling === entity || findOwner(sibling) === owner),
      relations,
    );
  }

  async #prepareLock(layout: ModelLayout, lock: Lock): Promise<EntityLock> {
    const parsed = parseLock(layout.name, lock);
    if (this.#host.database.kind !== 'sql')
      throw new NotOnMongodbError(
        'The option "lock"',
        'a server of documents locks none while they are read',
        'Declare the model with { version: true }: what somebody else has changed meanwhile is an error then.',
      );
    if (!this.#host.isInTransaction()) throw new LockOutsideTransactionError(layout.name);
    await this.#host.flush(); // what is pending would be overwritten
    return parsed;
  }

  /** Loads relations, whose names are known. */
  async #populate(entities: readonly object[], relations: readonly string[]): Promise<void> {
    const { database, em } = this.#host;
    const groups = Map.groupBy(entities, (entity) => database.layoutOfEntity(entity));
    const names = new Set<string>();
    for (const layout of groups.keys())
      if (layout !== undefined) for (const relation of relations) for (const { name } of expandRelation(layout, relation)) names.add(name);
    await this.#guard(() => em().populate([...entities], [...names] as never[])); // the names were checked
    for (const [layout, list] of groups) if (layout !== undefined) this.#ownRelated(layout, list, relations);
  }

  #ownRelated(layout: ModelLayout, entities: readonly object[], relations: readonly string[]): void {
    const { database, owner } = this.#host;
    for (const name of relations) {
      for (const entity of entities) ownRelated(database, (entity as Readonly<Record<string, unknown>>)[name], owner());
      for (const relation of expandRelation(layout, name)) noteRelatedSiblings(relation.target, entities, relation.name);
    }
  }

  async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw await toConstraintError(this.#host.database, error);
    }
  }
}
