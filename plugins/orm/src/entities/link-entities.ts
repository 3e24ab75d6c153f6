/** Adds entities to many-to-many relations and takes them out: in memory where the relation is loaded, else as pairs to write. */
import type { Collection } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import { QueryInvalidError } from '../errors.ts';
import { toEntity } from './entity-writer.ts';
import type { LinkChange, PairChange } from './flush-links.ts';
import { type ManyToManyLayout, toGivenPair, toStoredPairs } from './pivot-values.ts';

/** Which pairs are to change. */
export interface LinkRequest {
  readonly action: PairChange['action'];
  readonly entity: object;
  readonly relation: ManyToManyLayout;
  /** Entities, keys, or pairs with their data. */
  readonly others: readonly unknown[];
}

/**
 * Returns the pairs that are asked for.
 * @throws {QueryInvalidError} when one of the others is neither an entity nor a key.
 * @throws {EntityInvalidError} when one is no key that an entity could have.
 */
export function toLinks(database: Database, em: SqlEntityManager, { action, entity, relation, others }: LinkRequest): PairChange[] {
  const given = others.map((other) => toGivenPair(relation, other));
  const stored = action === 'attach' ? toStoredPairs(database, relation, given) : [];
  return given.map(({ to }, index) => {
    const target = toEntity(database, em, { model: relation.source.name, name: relation.name, target: relation.target }, to);
    if (target === undefined) throw new QueryInvalidError(relation.source.name, `"${relation.name}" takes a ${relation.target.name} or its key`);
    return { action, relation, source: entity, target, pair: stored[index] };
  });
}

/** Changes collections in memory; pairs of those that are not loaded, or with fields, are added to `waiting`. */
export function applyLinks(links: readonly PairChange[], waiting: LinkChange[]): void {
  for (const link of links) {
    const collection = (link.source as Readonly<Record<string, unknown>>)[link.relation.name] as Collection<object>; // the relation is one to many
    const isLoaded = collection.isInitialized();
    if (!isLoaded || link.relation.pivot.fields.length > 0) waiting.push(link);
    if (isLoaded && link.action === 'attach') collection.add(link.target);
    else if (isLoaded) collection.remove(link.target);
  }
}
