/** Remembers which unit of work an entity belongs to, so that none is changed from another one, or after a rollback. */
import { helper } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import { EntityStaleError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';

/** What an entity belongs to: a unit of work until it is emptied. Then a new owner takes the place of this one. */
export interface EntityOwner {
  readonly unit: {
    readonly em: SqlEntityManager;
    assign(entity: object, data: never): unknown;
    load(entity: object, relations: readonly string[]): Promise<void>;
    count(entity: object, relation: string): Promise<number>;
  };
}

const owners = new WeakMap<object, EntityOwner>();

/** Does what `entity.assign(data)` does. */
export function assignToOwned(entity: object, data: object): void {
  const owner = owners.get(entity);
  if (owner === undefined) throw new EntityStaleError('entity');
  owner.unit.assign(entity, data as never); // the method of the entity has the right type
}

/** Does what `entity.load(…)` does. */
export async function loadOfOwned(entity: object, relations: readonly string[]): Promise<void> {
  const owner = owners.get(entity);
  if (owner === undefined) throw new EntityStaleError('entity');
  await owner.unit.load(entity, relations);
}

/** Returns the owner of an entity. */
export function findOwner(entity: object): EntityOwner | undefined {
  return owners.get(entity);
}

/** Gives an entity to an owner. */
export function own(entity: object, owner: EntityOwner): object {
  owners.set(entity, owner);
  return entity;
}

/** Gives what a relation holds to an owner: an entity, or the entities of a collection. */
export function ownRelated(database: Database, related: unknown, owner: EntityOwner): void {
  if (typeof related !== 'object' || related === null) return;
  if (database.layoutOfEntity(related) !== undefined) own(related, owner);
  else if (Symbol.iterator in related) for (const entity of related as Iterable<object>) own(entity, owner);
}

/**
 * Returns the layout of an entity that belongs to `owner`; one that came with a relation is given to it.
 * @throws {EntityStaleError} when it belongs to nobody, or to another.
 */
export function assertOwned(database: Database, entity: object, owner: EntityOwner): ModelLayout {
  const layout = database.layoutOfEntity(entity);
  if (layout === undefined) throw new EntityStaleError('object');
  const found = owners.get(entity);
  if (found === owner) return layout;
  const key = layout.keys.length > 1 ? (helper(entity).getPrimaryKeys() as never) : (entity as Readonly<Record<string, never>>)[layout.key.name];
  const known = found === undefined && key !== undefined ? owner.unit.em.getUnitOfWork().getById(database.classOf(layout), key) : undefined;
  if (known !== entity) throw new EntityStaleError(layout.name);
  own(entity, owner);
  return layout;
}
