/**
 * The accessors by which an entity has the one entity of a relation to several models: `comment.subject`. MikroORM knows only
 * the foreign keys behind it; setting one clears the others, so that never more than one is set.
 */
import { helper } from '@mikro-orm/core';
import { EntityInvalidError } from '../errors.ts';
import type { MorphLayout } from '../model/morph-layout.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { EntityClass } from './create-entity-schemas.ts';

type Fields = Record<string, unknown>;

/** Which foreign key of an entity was set last, as far as its accessors know. */
const chosen = new WeakMap<object, Map<string, string | undefined>>();

/** Makes one of several foreign keys count in all entities of an entity manager. */
export function settleMorphs(entities: Iterable<object>, layoutOf: (entity: object) => ModelLayout | undefined): void {
  for (const entity of entities) {
    const morphs = layoutOf(entity)?.morphs;
    if (morphs !== undefined && morphs.size > 0 && helper(entity).__initialized) for (const morph of morphs.values()) readMorph(entity as Fields, morph);
  }
}

/** Adds the accessors of a model to its class, if it has any. */
export function defineMorphs(entityClass: EntityClass, layout: ModelLayout): void {
  const prototype = entityClass.prototype as object;
  for (const morph of layout.morphs.values()) {
    Object.defineProperty(prototype, morph.name, {
      configurable: true,
      get(this: Fields) {
        return readMorph(this, morph);
      },
      set(this: Fields, value: unknown) {
        writeMorph(this, layout, morph, value);
      },
    });
  }
}

/**
 * Makes one of several foreign keys count. A collection of the other side sets its own when an entity is added to it, and knows
 * nothing of the others: what was set last counts.
 */
function readMorph(entity: Fields, { arms, name }: MorphLayout): unknown {
  const set = [...arms.values()].filter((arm) => entity[arm.name] !== undefined && entity[arm.name] !== null);
  if (set.length < 2) return set[0] === undefined ? null : entity[set[0].name];
  const known = chosen.get(entity)?.get(name) ?? [...arms.values()].find((arm) => hadValue(entity, arm.name))?.name;
  const winner = set.find((arm) => arm.name !== known);
  for (const arm of set) if (arm !== winner) entity[arm.name] = null;
  if (winner === undefined) return null;
  choose(entity, name, winner.name);
  return entity[winner.name];
}

function hadValue(entity: Fields, name: string): boolean {
  const original = helper(entity).__originalEntityData;
  return original?.[name] !== undefined && original[name] !== null;
}

function choose(entity: Fields, name: string, arm: string | undefined): void {
  const choices = chosen.get(entity) ?? new Map<string, string | undefined>();
  choices.set(name, arm);
  chosen.set(entity, choices);
}

function writeMorph(entity: Fields, layout: ModelLayout, { name, arms }: MorphLayout, value: unknown): void {
  const type = typeof value === 'object' && value !== null ? value.constructor.name : undefined; // classes have the names of their models
  if (value !== null && (type === undefined || !arms.has(type)))
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${name}`, message: `has to be one of: ${[...arms.keys()].join(', ')}` }]);
  for (const [model, arm] of arms) entity[arm.name] = model === type ? value : null;
  choose(entity, name, type === undefined ? undefined : arms.get(type)?.name);
}

/** In JSON the entity has its type beside its fields; one that was not loaded has only its key. */
export function foldMorphs(json: Fields, owner: object, { morphs }: ModelLayout): void {
  const entity = owner as Fields; // its relations have names
  for (const { name, arms } of morphs.values()) {
    let found: unknown = null;
    for (const [type, arm] of arms) {
      const value = json[arm.name];
      if (entity[arm.name] !== undefined && entity[arm.name] !== null)
        found =
          typeof value === 'object' && value !== null
            ? { type, ...value }
            : { type, [arm.target.key.name]: helper(entity[arm.name] as object).getPrimaryKey() };
      delete json[arm.name];
    }
    json[name] = found;
  }
}
