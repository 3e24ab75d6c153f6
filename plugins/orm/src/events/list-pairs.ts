/**
 * Lists the pairs that a flush changes, from the side that owns them: MikroORM keeps both sides in step, and which of them
 * an application has changed cannot be told.
 */
import { type AnyEntity, type Collection, helper, ReferenceKind, type UnitOfWork } from '@mikro-orm/core';
import type { LinkChange, PairChange } from '../entities/flush-links.ts';

/** Pairs of one entity that change. */
export interface PairEdit {
  readonly entity: object;
  readonly relation: string;
  /** Entities, or keys. */
  readonly attached: readonly unknown[];
  readonly detached: readonly unknown[];
}

/** Lists the pairs of changed collections, and those that are written without loading any. */
export function listPairEdits(uow: UnitOfWork, links: readonly LinkChange[]): PairEdit[] {
  const told = new PairSet();
  const edits: PairEdit[] = [];
  const add = (action: PairChange['action'], entity: object, relation: string, other: object): void => {
    if (!told.add(entity, relation, other)) return;
    edits.push({ entity, relation, attached: action === 'attach' ? [other] : [], detached: action === 'detach' ? [other] : [] });
  };
  for (const collection of uow.getCollectionUpdates()) {
    const { owner, property } = collection;
    if (property.kind !== ReferenceKind.MANY_TO_MANY) continue;
    if (property.owner && collection.getSnapshot() === undefined && helper(owner).__originalEntityData !== undefined)
      edits.push({ entity: owner, relation: property.name, attached: [], detached: [] }); // it was replaced without being loaded
    for (const [action, other] of listEdits(collection)) {
      if (property.owner) add(action, owner, property.name, other);
      else add(action, other, property.mappedBy, owner);
    }
  }
  for (const link of links) {
    if (link.action === 'keep') {
      edits.push({ entity: link.source, relation: link.relation.name, attached: [], detached: [] }); // nobody knows of those that go
      continue;
    }
    const { action, relation, source, target } = link;
    if (relation.inverse === undefined) add(action, source, relation.name, target);
    else add(action, target, relation.inverse, source);
  }
  return edits;
}

/** What is new has no pairs yet, whatever its collection remembers. */
function listEdits(collection: Collection<AnyEntity>): (readonly [PairChange['action'], AnyEntity])[] {
  const isNew = helper(collection.owner).__originalEntityData === undefined;
  const [items, known] = [collection.getItems(false), isNew ? [] : (collection.getSnapshot() ?? [])];
  const attached = items.filter((item) => !known.includes(item)).map((item) => ['attach', item] as const);
  return [...attached, ...known.filter((item) => !items.includes(item)).map((item) => ['detach', item] as const)];
}

/** Pairs that were seen. */
class PairSet {
  readonly #pairs = new Map<object, Map<string, Set<object>>>();

  /** Adds a pair; `false`: it was there. */
  add(entity: object, relation: string, other: object): boolean {
    const relations = this.#pairs.get(entity) ?? new Map<string, Set<object>>();
    const others = relations.get(relation) ?? new Set();
    this.#pairs.set(entity, relations.set(relation, others));
    if (others.has(other)) return false;
    others.add(other);
    return true;
  }
}
