/** Puts the data an application gives into managed entities: keys become references, missing values become defaults. */
import type { Collection } from '@mikro-orm/core';
import { helper } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import { EntityInvalidError, EntityStaleError } from '../errors.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import { toDefault } from './default-value.ts';
import { createUuidV7 } from './uuid-v7.ts';

type Values = Readonly<Record<string, unknown>>;

/** Creates a managed entity from data. */
export function createEntity(database: Database, em: SqlEntityManager, layout: ModelLayout, data: Values): object {
  assertKnown(layout, data);
  const values: Record<string, unknown> = {};
  for (const column of layout.columns.values()) {
    if (column.relation !== undefined) continue;
    const value = data[column.name] === undefined ? toDefault(column.spec) : data[column.name];
    if (value !== undefined) values[column.name] = value;
  }
  if (layout.keySource === 'uuid') values[layout.key.name] ??= createUuidV7(database.clock, database.random);
  if (layout.timestamps) {
    const now = database.clock.now();
    values['createdAt'] ??= new Date(now);
    values['updatedAt'] ??= new Date(now);
  }
  for (const relation of layout.relations.values()) {
    const value = data[relation.name];
    if (value !== undefined) values[relation.name] = toRelated(database, em, layout, relation, value);
    else if (relation.kind === 'belongsTo' && relation.column.spec.nullable === true) values[relation.name] = null;
  }
  return em.create(database.classOf(layout), values as never); // the layout says what the class has
}

/** Changes a managed entity; values that are `undefined` change nothing. */
export function assignEntity(database: Database, em: SqlEntityManager, entity: object, data: Values): void {
  const layout = database.layoutOfEntity(entity);
  if (layout === undefined) throw new EntityStaleError('object');
  assertKnown(layout, data);
  const target = entity as Record<string, unknown>; // an entity's fields have the names of its layout
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const relation = layout.relations.get(name);
    if (relation === undefined) target[name] = value;
    else if (relation.kind === 'belongsTo' || relation.kind === 'hasOne') target[name] = toRelated(database, em, layout, relation, value);
    else (target[name] as Collection<object>).set(toRelated(database, em, layout, relation, value) as object[]);
  }
}

/** Returns the managed entity that a value stands for: itself, or a reference by its key. */
export function toEntity(database: Database, em: SqlEntityManager, target: ModelLayout, value: unknown): object | undefined {
  const key = typeof value === 'object' && value !== null ? (value as Values)[target.key.name] : value;
  if (typeof value === 'object' && value !== null && database.layoutOfEntity(value) === target) {
    const owner = helper(value).__em;
    if (owner === undefined || owner === em || key === undefined) return value;
  }
  if (key === undefined || key === null) return undefined;
  return em.getReference(database.classOf(target), key as never); // its type is that of the target's key, or flushing says so
}

/** Tells whether the database has a row for an entity, as far as this unit of work knows. */
export function isStored(entity: object): boolean {
  return helper(entity).__originalEntityData !== undefined;
}

function toRelated(database: Database, em: SqlEntityManager, layout: ModelLayout, relation: RelationLayout, value: unknown): object | object[] | null {
  if (relation.kind === 'hasMany' || relation.kind === 'manyToMany') {
    if (!Array.isArray(value)) throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${relation.name}`, message: 'has to be a list' }]);
    return value.map((item: unknown) => toOne(database, em, layout, relation, item));
  }
  return value === null ? null : toOne(database, em, layout, relation, value);
}

function toOne(database: Database, em: SqlEntityManager, layout: ModelLayout, relation: RelationLayout, value: unknown): object {
  const entity = toEntity(database, em, relation.target, value);
  if (entity === undefined)
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${relation.name}`, message: `has to be a ${relation.target.name} or its key` }]);
  return entity;
}

/** Types stop unknown names; data that comes from elsewhere must not set what the model does not have. */
function assertKnown(layout: ModelLayout, data: Values): void {
  for (const name of Object.keys(data)) {
    if (layout.relations.has(name) || (layout.columns.has(name) && layout.columns.get(name)?.relation === undefined)) continue;
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${name}`, message: `is not a field of ${layout.name}` }]);
  }
}
