/**
 * Loads relations of managed entities. MikroORM does it, and knows what is softly deleted; default scopes it does not know. What
 * they hide is left out by a query for keys, so that both roads load the same. A collection that was filled so counts as loaded
 * as a whole: what it does not show was never in it, and no flush takes it out.
 */
import { type Collection, helper, Utils } from '@mikro-orm/core';
import { toValueConverter } from '../drivers/field-values.ts';
import type { AnyModel } from '../model/infer-model.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { Query } from '../query/query.ts';
import { EMPTY_STATE } from '../query/query-state.ts';
import { toStoredValue } from '../query/stored-value.ts';
import { keyOfEntity, toKeyText } from './composite-keys.ts';
import { isStored } from './entity-writer.ts';
import { fetchByKeys, type LoadTarget } from './load-entities.ts';
import { withPendingPairs } from './pending-pairs.ts';

/** Databases limit the parameters of a statement; more keys than this are asked for in turns. */
const MAX_KEYS = 8_192;

/** A relation that no column of its own model keeps: default scopes of the other hold for it. */
type ScopedLayout = Exclude<RelationLayout, { readonly kind: 'belongsTo' }>;

type Values = Record<string, unknown>;

/**
 * Loads relations of entities of one model that are not loaded yet.
 * @param unscoped the default scopes that do not hold, by relation.
 */
export async function populateRelations(
  target: LoadTarget,
  entities: readonly object[],
  relations: readonly RelationLayout[],
  unscoped: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<void> {
  if (entities.length === 0 || relations.length === 0) return;
  const populate = async (): Promise<void> => {
    for (const relation of relations)
      if (relation.kind !== 'belongsTo' && isScoped(relation)) await fillScoped(target, entities, relation, unscoped.get(relation.name) ?? []);
    await target.em.populate([...entities], relations.map(({ name }) => name) as never[]); // the names are those of relations
  };
  await (relations.some(({ kind }) => kind === 'manyToMany') ? withPendingPairs(target.database, target.em, populate) : populate());
}

/** Tells whether default scopes may hide what is at the other end of a relation. A reference leads to it whatever they say. */
export function isScoped(relation: RelationLayout): boolean {
  return relation.kind !== 'belongsTo' && relation.target.defaultScopes.length > 0;
}

/** Fills what is not loaded, so that MikroORM finds nothing left to load. */
async function fillScoped(target: LoadTarget, entities: readonly object[], relation: ScopedLayout, unscoped: readonly string[]): Promise<void> {
  const { name, source } = relation;
  await loadReferences(target, entities, relation);
  const waiting = entities.filter((entity) => isStored(entity) && isWaiting((entity as Values)[name]));
  if (waiting.length === 0) return;
  const byKey = new Map(waiting.map((entity) => [(entity as Values)[source.key.name], entity]));
  const pairs = await findPairs(target, relation, [...byKey.keys()], unscoped);
  const found = await fetchRows(
    target,
    relation.target,
    pairs.map(({ row }) => row),
  );
  const lists = new Map<unknown, object[]>(waiting.map((entity) => [entity, []]));
  for (const { owner, row } of pairs) {
    const item = found.get(toKeyText(relation.target, row));
    if (item === undefined) continue;
    const holder = relation.kind === 'manyToMany' ? byKey.get(owner) : (item as Values)[relation.inverse]; // it may have been given to another one meanwhile
    lists.get(holder)?.push(item);
  }
  for (const entity of waiting) fill(entity, relation, lists.get(entity) ?? []);
}

/** What an application has put in by its key is loaded, whatever scopes say. */
async function loadReferences(target: LoadTarget, entities: readonly object[], { name, target: layout }: ScopedLayout): Promise<void> {
  const references = entities.flatMap((entity) => {
    const value = (entity as Values)[name];
    const items: readonly unknown[] = Utils.isCollection(value) ? value.getItems(false) : [value];
    return items.filter((item): item is object => Utils.isEntity(item) && !helper(item).isInitialized());
  });
  await fetchRows(
    target,
    layout,
    references.map((reference) => keyOfEntity(layout, reference)),
  );
}

function isWaiting(value: unknown): boolean {
  return value === undefined || (Utils.isCollection(value) && !value.isInitialized());
}

/** Finds the keys at the other end, each with that of its owner. */
async function findPairs(
  { database, source }: LoadTarget,
  relation: ScopedLayout,
  owners: readonly unknown[],
  unscoped: readonly string[],
): Promise<{ readonly owner: unknown; readonly row: Values }[]> {
  const { key } = relation.source;
  const selected = relation.target.keys.map(({ name }) => name);
  const readOwned = new Query<AnyModel>(source, relation.target, { ...EMPTY_STATE, selected, unscoped }).toOwnedReader(relation);
  const toOwner: (stored: never) => unknown = toValueConverter(database.driver, key) ?? ((stored) => stored);
  const keys = owners.map((owner) => toStoredValue(relation.source, key, owner, database.driver));
  const pairs: { owner: unknown; row: Values }[] = [];
  for (let first = 0; first < keys.length; first += MAX_KEYS) {
    const { items, owners: stored } = await readOwned(keys.slice(first, first + MAX_KEYS));
    for (const [index, row] of items.entries()) pairs.push({ owner: toOwner(stored[index] as never), row }); // it is the key of an owner
  }
  return pairs;
}

/** Loads the entities of keys, by the text of their key. */
async function fetchRows(target: LoadTarget, layout: ModelLayout, rows: readonly Readonly<Values>[]): Promise<Map<string, object>> {
  const unique = [...new Map(rows.map((row) => [toKeyText(layout, row), row])).values()];
  const keys = layout.keys.length > 1 ? unique : unique.map((row) => row[layout.key.name]);
  const found = new Map<string, object>();
  for (let first = 0; first < keys.length; first += MAX_KEYS)
    for (const entity of await fetchByKeys(target, layout, keys.slice(first, first + MAX_KEYS), { withTrashed: true }))
      found.set(toKeyText(layout, keyOfEntity(layout, entity)), entity);
  return found;
}

/** Fills a relation as MikroORM does. */
function fill(entity: object, { kind, name }: ScopedLayout, items: readonly object[]): void {
  const value = (entity as Values)[name];
  if (!Utils.isCollection(value)) {
    (entity as Values)[name] ??= items[0] ?? null;
    return;
  }
  const collection: Collection<object> = value;
  collection.hydrate([...items], kind === 'manyToMany');
}
