/** Loads the entities of one unit of work, with what they are related to, and makes them its own. */
import type { SqlEntityManager } from '@mikro-orm/sql';
import { toConstraintError } from '../constraint-errors.ts';
import type { Database } from '../database.ts';
import { LockOutsideTransactionError, NotOnMongodbError, QueryInvalidError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { expandRelation, relationOf } from '../query/find-names.ts';
import { type EntityLock, type Lock, parseLock } from '../query/lock.ts';
import { splitScopes } from '../query/scopes.ts';
import type { QuerySource } from '../query/query-source.ts';
import { EMPTY_STATE } from '../query/query-state.ts';
import { toStoredValue } from '../query/stored-value.ts';
import type { LoadTarget } from './load-entities.ts';
import { assertOwned, type EntityOwner, findOwner, own, ownRelated } from './ownership.ts';
import { populateRelations } from './populate-relations.ts';
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

/** What entities are loaded with. */
export interface LoadedWith {
  /** Relations. */
  readonly with?: readonly string[];
  /** Default scopes that do not hold: those of the model, and, behind its name, of a relation. */
  readonly withoutScope?: readonly string[];
  readonly lock?: Lock;
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
    { with: relations = [], withoutScope = [], lock }: LoadedWith,
    load: (target: LoadTarget, lock: EntityLock | undefined) => Promise<object[]>,
  ): Promise<object[]> {
    const populated = relations.flatMap((name) => expandRelation(layout, name));
    const unscoped = toUnscoped(layout, withoutScope, relations);
    const parsed = lock === undefined ? undefined : await this.#prepareLock(layout, lock);
    const { database, source, em, owner } = this.#host;
    const target = { database, source, em: em() };
    const entities = await this.#guard(async () => {
      const loaded = await load(target, parsed);
      await populateRelations(target, loaded, populated, unscoped);
      return loaded;
    });
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

  /** Counts what a relation of an entity leads to. */
  async count(layout: ModelLayout, entity: object, name: string): Promise<number> {
    const { database, source } = this.#host;
    const { key } = layout;
    const value = toStoredValue(layout, key, (entity as Readonly<Record<string, unknown>>)[key.name], database.driver);
    const relation = relationOf(layout, name);
    return this.#guard(() => source.count(relation.target, { ...EMPTY_STATE, owner: { relation, keys: [value] } }));
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
    const { database, source, em } = this.#host;
    for (const [layout, list] of Map.groupBy(entities, (entity) => database.layoutOfEntity(entity))) {
      if (layout === undefined) continue;
      const populated = relations.flatMap((name) => expandRelation(layout, name));
      await this.#guard(() => populateRelations({ database, source, em: em() }, list, populated));
      this.#ownRelated(layout, list, relations);
    }
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

/**
 * Returns the default scopes of relations that do not hold.
 * @throws {QueryInvalidError} when one is not a scope, or its relation is not loaded.
 */
function toUnscoped(layout: ModelLayout, withoutScope: readonly string[], relations: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const { related } = splitScopes(layout, withoutScope);
  for (const name of related.keys())
    if (!relations.includes(name))
      throw new QueryInvalidError(layout.name, `"withoutScope" names a scope of "${name}", which is not loaded; name it in "with"`);
  return related;
}
