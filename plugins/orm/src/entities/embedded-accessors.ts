/**
 * The accessors by which an entity has its embedded values: `customer.address.city`. MikroORM knows only the properties behind
 * them, so that it notices changes as those of any field. A value is a view of its entity: setting one copies what is in it.
 */
import { EntityInvalidError, type FieldIssue } from '../errors.ts';
import { type EmbeddedLayout, isEmbedded } from '../model/embedded-layout.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { EntityClass } from './create-entity-schemas.ts';
import { toPointer } from './flush-rules.ts';
import { toPropertyName } from './property-names.ts';
import { spreadValue } from './spread-embedded.ts';

type Fields = Record<string, unknown>;

/** The views of each entity, by their paths. */
const views = new WeakMap<object, Map<string, object>>();
/** The entity of each view. */
const owners = new WeakMap<object, Fields>();

/** Adds the accessors of a model's embedded values to its class. */
export function defineEmbedded(entityClass: EntityClass, layout: ModelLayout): void {
  for (const embedded of layout.embedded.values()) {
    if (embedded.path.length > 1) continue;
    const accessor = toAccessor(layout, embedded, (entity) => entity);
    Object.defineProperty(entityClass.prototype, embedded.name, { ...accessor, configurable: true });
  }
}

/**
 * Changes an embedded value of an entity.
 * @param keeps whether what is not given stays as it is; otherwise it gets its default.
 * @throws {EntityInvalidError} when it has another form.
 */
export function writeEmbedded(entity: object, layout: ModelLayout, embedded: EmbeddedLayout, value: unknown, keeps: boolean): void {
  const values: Fields = {};
  const issues: FieldIssue[] = [];
  spreadValue(embedded, value, values, {
    isWhole: (part) => !keeps || isNull(entity as Fields, part),
    report: (path, message) => issues.push({ in: 'body', path: toPointer(path), message }),
  });
  if (issues.length > 0) throw new EntityInvalidError(layout.name, issues);
  Object.assign(entity, values);
}

/** Puts the fields of embedded values, of which JSON knows only the properties, under their names. */
export function foldEmbedded(json: Fields, entity: object, layout: ModelLayout): void {
  for (const embedded of layout.embedded.values()) if (embedded.path.length === 1) foldValue(json, json, entity as Fields, embedded);
}

function foldValue(target: Fields, json: Fields, entity: Fields, embedded: EmbeddedLayout): void {
  const value: Fields = {};
  for (const [name, part] of embedded.parts) {
    if (isEmbedded(part)) foldValue(value, json, entity, part);
    else if (toPropertyName(part) in json) value[name] = json[toPropertyName(part)];
  }
  for (const column of embedded.columns) delete json[toPropertyName(column)];
  if (!embedded.columns.every(({ spec }) => spec.hidden === true)) target[embedded.path.at(-1) ?? ''] = isNull(entity, embedded) ? null : value;
}

function isNull(entity: Fields, { nullable, columns }: EmbeddedLayout): boolean {
  return nullable && columns.every((column) => (entity[toPropertyName(column)] ?? null) === null);
}

/** @param entityOf finds the entity of what the accessor is called on. */
function toAccessor(layout: ModelLayout, embedded: EmbeddedLayout, entityOf: (self: Fields) => Fields): PropertyDescriptor {
  const descriptors = toDescriptors(layout, embedded);
  return {
    get(this: Fields) {
      const entity = entityOf(this);
      return isNull(entity, embedded) ? null : viewOf(entity, embedded, descriptors);
    },
    set(this: Fields, value: unknown) {
      writeEmbedded(entityOf(this), layout, embedded, value, false);
    },
  };
}

/** The properties of a view are its own, so that it can be copied and compared as any object. */
function toDescriptors(layout: ModelLayout, { parts, path }: EmbeddedLayout): PropertyDescriptorMap {
  const descriptors: PropertyDescriptorMap = {
    toJSON: {
      value(this: Fields) {
        return path.reduce((json: unknown, name) => (json as Fields)[name], (ownerOf(this) as { toJSON(): unknown }).toJSON()); // every entity has it
      },
    },
  };
  for (const [name, part] of parts) {
    if (isEmbedded(part)) {
      descriptors[name] = { ...toAccessor(layout, part, ownerOf), enumerable: true };
      continue;
    }
    const property = toPropertyName(part);
    descriptors[name] = {
      enumerable: true,
      get(this: Fields) {
        return ownerOf(this)[property];
      },
      set(this: Fields, value: unknown) {
        ownerOf(this)[property] = value;
      },
    };
  }
  return descriptors;
}

function viewOf(entity: Fields, { name }: EmbeddedLayout, descriptors: PropertyDescriptorMap): object {
  const known = views.get(entity) ?? new Map<string, object>();
  views.set(entity, known);
  const found = known.get(name);
  if (found !== undefined) return found;
  const view = Object.preventExtensions(Object.defineProperties({}, descriptors)); // a name that is no field is an error
  owners.set(view, entity);
  known.set(name, view);
  return view;
}

function ownerOf(view: Fields): Fields {
  return owners.get(view) ?? view; // a view always has one
}
