/**
 * Remembers which entities came together, from one list, search or relation. A relation that is loaded for one of them is loaded
 * for all of them, by one query, instead of by one for each. Collections load themselves by the unit of work, too, where MikroORM
 * would not know enough: of default scopes, and of pairs that wait for a flush.
 */
import type { ModelLayout } from '../model/model-layout.ts';
import { findOwner } from './ownership.ts';
import { isScoped } from './populate-relations.ts';

/** A collection, as far as it is needed. */
interface LoadableCollection {
  readonly owner: object;
  readonly property: { readonly name: string };
  isInitialized(): boolean;
  getItems(): object[];
  loadItems(options?: object): Promise<object[]>;
  loadCount(options?: object): Promise<number>;
}

const groups = new WeakMap<object, readonly object[]>();

/** Notes that entities of one model came together. */
export function noteSiblings(layout: ModelLayout, entities: readonly object[]): void {
  const isAlone = entities.length < 2;
  const relations = [...layout.relations.values()].filter(({ kind }) => kind === 'hasMany' || kind === 'manyToMany');
  for (const entity of entities) {
    if (!isAlone) groups.set(entity, entities);
    for (const relation of relations) {
      const collection = (entity as Readonly<Record<string, unknown>>)[relation.name] as LoadableCollection | undefined; // a bare reference has none
      if (collection === undefined) continue;
      const isHiding = isScoped(relation);
      if (!isAlone || isHiding || relation.kind === 'manyToMany') collection.loadItems = loadItemsOfSiblings;
      if (isHiding) collection.loadCount = loadCountOfShown;
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

/** Does what `collection.loadCount()` does, for what default scopes do not hide. */
async function loadCountOfShown(this: LoadableCollection, options?: object): Promise<number> {
  const owner = findOwner(this.owner);
  if (options === undefined && owner !== undefined) return owner.unit.count(this.owner, this.property.name);
  const original = Object.getPrototypeOf(this) as LoadableCollection; // as above
  return original.loadCount.call(this, options);
}
