/** Managed entities whose key has several parts: their keys as objects, and loading them. */
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { EntityClass } from './create-entity-schemas.ts';
import type { ModelLayout } from '../model/model-layout.ts';

/** Keys are asked for in turns of this many; each is a condition of its own. */
const MAX_KEYS = 250;

type Values = Readonly<Record<string, unknown>>;

/** Returns the key of an entity, by the names of its columns: `{ orderId, position }`. */
export function keyOfEntity(layout: ModelLayout, entity: object): Values {
  const values = entity as Values;
  return Object.fromEntries(
    layout.keys.map(({ name, relation }) => {
      if (relation === undefined) return [name, values[name]];
      const other = values[relation] as Values | null | undefined; // a key refers to one entity
      return [name, other?.[layout.relations.get(relation)?.target.key.name ?? '']];
    }),
  );
}

/** Finds the entities of keys, by the text of their key. */
export async function findByKeys(
  em: SqlEntityManager,
  entityClass: EntityClass,
  layout: ModelLayout,
  { keys, options }: { readonly keys: readonly Values[]; readonly options: object },
): Promise<Map<string, object>> {
  const found = new Map<string, object>();
  for (let first = 0; first < keys.length; first += MAX_KEYS) {
    const conditions = keys
      .slice(first, first + MAX_KEYS)
      .map((key) => Object.fromEntries(layout.keys.map(({ name, relation }) => [relation ?? name, key[name]])));
    const entities: readonly object[] = await em.find(entityClass, { $or: conditions }, options);
    for (const entity of entities) found.set(toKeyText(layout, keyOfEntity(layout, entity)), entity);
  }
  return found;
}

/** Writes a key as a text, which is equal when its parts are. */
export function toKeyText(layout: ModelLayout, key: Values): string {
  return JSON.stringify(layout.keys.map(({ name }) => (key[name] instanceof Date ? key[name].getTime() : String(key[name]))));
}
