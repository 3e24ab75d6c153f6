/**
 * Collections whose pairs have fields, or may be hidden by default scopes: what an application adds to them and takes out is
 * written as pairs, with their defaults, in place of MikroORM, which knows of no fields, and of no pair that it has not loaded.
 */
import type { Collection } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import type { RelationLayout } from '../model/model-layout.ts';
import { isStored } from './entity-writer.ts';
import type { LinkChange, PairChange } from './flush-links.ts';
import type { PairRelation } from './pair-schemas.ts';
import { toStoredPairs } from './pivot-values.ts';

/** Returns the relations of each model that own such pairs. */
export function findPairRelations(layouts: Database['layouts']): ReadonlyMap<string, readonly PairRelation[]> {
  const found = new Map<string, readonly PairRelation[]>();
  for (const layout of layouts.values()) {
    const own = [...layout.relations.values()].filter(isPairRelation);
    if (own.length > 0) found.set(layout.name, own);
  }
  return found;
}

/**
 * Takes the changes of collections and returns them as pairs to write. Pairs that `links` are about are left out: what was said
 * of one pair weighs more.
 * @throws {EntityInvalidError} when a pair that was added needs a value.
 */
export function takePairChanges(database: Database, em: SqlEntityManager, links: readonly LinkChange[]): LinkChange[] {
  if (database.pairRelations.size === 0) return [];
  const uow = em.getUnitOfWork();
  const changes: LinkChange[] = [];
  const taken: Collection<object>[] = [];
  for (const entity of new Set<object>([...uow.getIdentityMap().values(), ...uow.getPersistStack()])) {
    for (const relation of database.pairRelations.get(entity.constructor.name) ?? []) {
      const collection = (entity as Readonly<Record<string, Collection<object> | undefined>>)[relation.name];
      if (collection?.isDirty() !== true) continue;
      changes.push(...toChanges(database, relation, entity, { collection, isSaid: (target) => links.some((link) => isPair(link, relation, entity, target)) }));
      taken.push(collection);
    }
  }
  for (const collection of taken) collection.takeSnapshot(); // it settles the other side, and with that all of this side that lead there
  return changes;
}

function isPairRelation(relation: RelationLayout): relation is PairRelation {
  if (relation.kind !== 'manyToMany' || relation.inverse !== undefined) return false;
  return relation.pivot.fields.length + relation.source.defaultScopes.length + relation.target.defaultScopes.length > 0;
}

/** The changes of one collection; `isSaid` tells of which pairs more was said. */
interface ChangedCollection {
  readonly collection: Collection<object>;
  readonly isSaid: (target: object) => boolean;
}

function toChanges(database: Database, relation: PairRelation, source: object, { collection, isSaid }: ChangedCollection): LinkChange[] {
  const before = collection.getSnapshot();
  const current = collection.getItems(false);
  const added = current.filter((item) => before?.includes(item) !== true && !isSaid(item));
  const stored = toStoredPairs(
    database,
    relation,
    added.map((to) => ({ to, pivot: undefined })),
  );
  const attached = added.map((target, index): PairChange => ({ action: 'attach', relation, source, target, pair: stored[index] }));
  if (before !== undefined) {
    const removed = before.filter((item) => !current.includes(item) && !isSaid(item));
    return [...removed.map((target): PairChange => ({ action: 'detach', relation, source, target })), ...attached];
  }
  if (!collection.isInitialized() || !isStored(source)) return attached;
  return [{ action: 'keep', relation, source, targets: current }, ...attached]; // it was replaced without having been loaded
}

function isPair(link: LinkChange, relation: PairRelation, source: object, target: object): boolean {
  if (link.action === 'keep' || link.relation.pivot.table !== relation.pivot.table) return false;
  return link.relation.inverse === undefined ? link.source === source && link.target === target : link.target === source && link.source === target;
}
