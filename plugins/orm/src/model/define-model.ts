/**
 * Declares a model: one declaration from which the table, the entity, the types and the schemas come. It is pure data: no
 * database library is imported here, and the same model can serve several applications in one process.
 */
import { ModelInvalidError } from '../errors.ts';
import { assertEmbedded } from './assert-embedded.ts';
import { assertField } from './assert-field.ts';
import { assertKey } from './composite-key.ts';
import type { AnyEmbedded } from './embedded.ts';
import type { AnyField } from './infer-model.ts';
import { createSchemas, type ModelSchemas } from './model-schemas.ts';
import type { AnyRelation } from './relations.ts';

/** Marks a {@link Model}; shared by all copies of the package. */
export const MODEL: unique symbol = Symbol.for('oxidite.model');

/** The fields, embedded values and relations of a model, by their names. */
export type ModelFields = Readonly<Record<string, AnyEmbedded | AnyField | AnyRelation>>;

/** Options of a model. */
export interface ModelOptions {
  /** The type of the primary key `id`: `integer` counts up, `uuid` is a UUID of version 7. Default: `integer`. */
  readonly id?: 'integer' | 'uuid';
  /** The fields and `belongsTo` relations that make up the primary key, instead of `id`: `['order', 'position']`. No relation can refer to such a model. */
  readonly key?: readonly string[];
  /** Adds `createdAt` and `updatedAt`, kept by the unit of work. Default: `false`. */
  readonly timestamps?: boolean;
  /** Adds `deletedAt`: removing an entity only sets it, and nothing finds the entity any more unless asked to. Default: `false`. */
  readonly softDeletes?: boolean;
  /**
   * Adds `version`, which counts the changes of an entity, starting with 1. Changing or removing an entity that somebody else
   * has changed since it was read is then an error of status 409. Default: `false`.
   */
  readonly version?: boolean;
  /** The connection of the database that keeps it, one of the option `connections`. No relation leads to a model of another. Default: `default`. */
  readonly connection?: string;
  /** The table. Default: the plural of the name, in snake_case. */
  readonly table?: string;
  /** The table that this one was, so that a migration renames it and keeps its rows. May stay for good. */
  readonly renamedFrom?: string;
  /** Indexes over several fields or relations. */
  readonly indexes?: readonly (readonly string[])[];
  /** Combinations of fields or relations that no two entities share. */
  readonly uniques?: readonly (readonly string[])[];
  /** Texts that `query.search()` looks into; they get an index. */
  readonly search?: readonly string[];
  /** Named conditions, or functions that return them: `query.scope('cheap')`. */
  readonly scopes?: Readonly<Record<string, object | ((...values: never[]) => object)>>;
  /** The scopes that hold unless `query.withoutScope()` names them. */
  readonly defaultScopes?: readonly string[];
}

/** What was declared of a model. */
export interface ModelDeclaration<Name extends string = string, Fields extends ModelFields = ModelFields, Options extends ModelOptions = ModelOptions> {
  readonly [MODEL]: true;
  readonly name: Name;
  readonly fields: Fields;
  readonly options: Options;
}

/** A model: a declaration, and its schemas. */
export interface Model<Name extends string, Fields extends ModelFields, Options extends ModelOptions>
  extends ModelDeclaration<Name, Fields, Options>, ModelSchemas<Fields, Options> {}

const NAME = /^[a-z][A-Za-z0-9]*$/;
const RESERVED = new Set(['and', 'or', 'not', 'assign', 'load', 'toJSON', 'constructor', '__proto__', 'prototype']);

/**
 * Declares a model. Export it from a file in `app/models`, together with its type:
 * `export type Article = InferModel<typeof Article>;`
 *
 * @param name singular, in camelCase: `article`, `orderItem`. Unique in an application.
 * @throws {ModelInvalidError} when a name cannot be used, or two columns would have one name.
 */
export function defineModel<const Name extends string, const Fields extends ModelFields, const Options extends ModelOptions = object>(
  name: Name,
  fields: Fields,
  options?: Options,
): Model<Name, Fields, Options> {
  const chosen = options ?? ({} as Options); // without options, Options is the empty object type
  assertNames(name, fields, chosen);
  const schemas = createSchemas<Fields, Options>(fields, chosen);
  const model = { [MODEL]: true as const, name, fields: Object.freeze(fields), options: Object.freeze(chosen) };
  return Object.freeze(Object.defineProperties(model, Object.getOwnPropertyDescriptors(schemas)) as typeof model & ModelSchemas<Fields, Options>);
}

/** Tells whether `value` is a model. */
export function isModel(value: unknown): value is ModelDeclaration {
  return typeof value === 'object' && value !== null && MODEL in value && value[MODEL] === true;
}

function assertNames(name: string, fields: ModelFields, options: ModelOptions): void {
  if (!NAME.test(name)) throw new ModelInvalidError(name, 'its name has to be in camelCase, like "article" or "orderItem"');
  const taken = new Set<string>(options.timestamps === true ? ['createdAt', 'updatedAt'] : []);
  if (options.softDeletes === true) taken.add('deletedAt');
  if (options.version === true) taken.add('version');
  const primaries = Object.entries(fields).filter(([, part]) => part.kind === 'field' && part.spec.primary === true);
  if (primaries.length > 1)
    throw new ModelInvalidError(name, `it has ${primaries.length} primary keys (${primaries.map(([key]) => key).join(', ')}); mark one field as primary`);
  if (options.key !== undefined && primaries.length > 0)
    throw new ModelInvalidError(name, 'it has both a primary field and a "key" of several parts; leave one out');
  assertKey(name, fields, options);
  if (primaries.length === 0 && options.key === undefined) taken.add('id');
  for (const [key, part] of Object.entries(fields)) {
    if (part.kind === 'belongsTo') taken.add(`${key}Id`);
  }
  const assertName = (key: string): void => {
    if (!NAME.test(key)) throw new ModelInvalidError(name, `the name of "${key}" has to be in camelCase`);
    if (RESERVED.has(key)) throw new ModelInvalidError(name, `"${key}" has a meaning of its own and cannot be a field; choose another name`);
  };
  for (const [key, part] of Object.entries(fields)) {
    if (part.kind === 'field') assertField(name, key, part.spec, options);
    if (part.kind === 'embedded') assertEmbedded(name, key, part, options, assertName);
  }
  for (const key of Object.keys(fields)) {
    assertName(key);
    if (taken.has(key)) throw new ModelInvalidError(name, `"${key}" is already there by itself; choose another name, or leave it out`);
  }
}
