/**
 * Remembers which entities came together, from one list, search or relation. A relation that is loaded for one of them is loaded
 * for all of them, by one query, instead of by one for each.
 */
import type { ModelLayout } from '../model/model-layout.ts';
import { findOwner } from './ownership.ts';

/** A collection, as far as it is needed. */
interface LoadableCollection {
  readonly owner: object;
  readonly property: { readonly name: string };
  isInitialized(): boolean;
  getItems(): object[];
  loadItems(options?: object): Promise<object[]>;
}

const groups = new WeakMap<object, readonly object[]>();

/** Notes that entities of one model came together. */
export function noteSiblings(layout: ModelLayout, entities: readonly object[]): void {
  const names = toManyNames(layout);
  if (entities.length < 2) return;
  for (const entity of entities) {
    groups.set(entity, entities);
    for (const name of names) {
      const collection = (entity as Readonly<Record<string, unknown>>)[name] as LoadableCollection; // the relation is one to many
      collection.loadItems = loadItemsOfSiblings;
    }
  }
}

/** Notes that the entities at the other end of a relation came together. */
export function noteRelatedSiblings(target: ModelLayout, entities: readonly object[], name: string): void {
  const related = new Set<object>();
  for (const entity of entities) {
    const value = (entity as Readonly<Record<string, unknown>>)[name];
    if (typeof value !== 'object' || value === null) continue;
    if (Symbol.iterator in value) for (const item of value as Iterable<object>) related.add(item);
    else related.add(value);
  }
  noteSiblings(target, [...related]);
}

/** Returns the entities that came with one, itself among them. */
export function siblingsOf(entity: object): readonly object[] {
  return groups.get(entity) ?? [entity];
}

/** Does what `collection.loadItems()` does, for the collections of all siblings; options are for one collection only. */
async function loadItemsOfSiblings(this: LoadableCollection, options?: object): Promise<object[]> {
  if (options === undefined && !this.isInitialized()) {
    const owner = findOwner(this.owner);
    if (owner !== undefined) {
      await owner.unit.load(this.owner, [this.property.name]);
      return this.getItems();
    }
  }
  const original = Object.getPrototypeOf(this) as LoadableCollection; // the method that this one stands before
  return original.loadItems.call(this, options);
}

function toManyNames(layout: ModelLayout): readonly string[] {
  return [...layout.relations.values()].filter(({ kind }) => kind === 'hasMany' || kind === 'manyToMany').map(({ name }) => name);
}
