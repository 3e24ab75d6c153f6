/** Puts the data an application gives into managed entities: keys become references, missing values become defaults. */
import type { Collection } from '@mikro-orm/core';
import { helper } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import { EntityConflictError, EntityInvalidError, EntityStaleError, type FieldIssue, QueryInvalidError, UniqueViolationError } from '../errors.ts';
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { MorphLayout } from '../model/morph-layout.ts';
import { toSettledValue } from '../model/uuid-text.ts';
import { keyOfEntity } from './composite-keys.ts';
import { toDefault } from './default-value.ts';
import { writeEmbedded } from './embedded-accessors.ts';
import type { LinkChange } from './flush-links.ts';
import { toPointer } from './flush-rules.ts';
import { findKeyProblem } from './key-problem.ts';
import { type ManyToManyLayout, type StoredPair, toGivenPair, toStoredPairs } from './pivot-values.ts';
import { toPropertyName } from './property-names.ts';
import { hasEmbedded, spreadEmbedded } from './spread-embedded.ts';
import { createUuidV7 } from './uuid-v7.ts';

type Values = Readonly<Record<string, unknown>>;

/** An entity that was created, and the pairs to write besides it. */
export interface WrittenEntity {
  readonly entity: object;
  readonly links: readonly LinkChange[];
}

/** Creates a managed entity from data. */
export function createEntity(database: Database, em: SqlEntityManager, layout: ModelLayout, given: Values): WrittenEntity {
  assertKnown(layout, given);
  const data = toWhole(layout, given);
  if (layout.versioned && data['version'] !== undefined)
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: '/version', message: 'is counted by itself' }]);
  const values: Record<string, unknown> = {};
  const odd: [string, unknown][] = []; // MikroORM would make a boolean of anything, and the rules would not see what was given
  for (const column of layout.columns.values()) {
    if (column.relation !== undefined) continue;
    const property = toPropertyName(column);
    const value = data[property] === undefined ? toDefault(column) : data[property];
    if (value !== undefined) values[property] = toSettledValue(column.spec, value);
    if (column.spec.type === 'boolean' && value !== undefined && typeof value !== 'boolean') odd.push([property, value]);
  }
  if (layout.keySource === 'uuid') values[layout.key.name] ??= createUuidV7(database.clock, database.random);
  if (layout.versioned) values['version'] = 1;
  if (layout.timestamps) {
    const now = database.clock.now();
    values['createdAt'] ??= new Date(now);
    values['updatedAt'] ??= new Date(now);
  }
  const pairs: { relation: ManyToManyLayout; targets: object[]; stored: StoredPair[] }[] = [];
  for (const relation of layout.relations.values()) {
    const value = data[relation.name];
    if (value !== undefined) {
      const related = toRelated(database, em, layout, relation, value);
      values[relation.name] = related;
      if (hasFields(relation) && Array.isArray(related)) pairs.push({ relation, targets: related, stored: toStored(database, relation, value) });
    } else if (relation.kind === 'belongsTo' && relation.column.spec.nullable === true) values[relation.name] = null;
  }
  const subjects = [...layout.morphs.values()].flatMap((morph) => {
    const value = data[morph.name];
    return value === undefined || value === null ? [] : [[morph.name, toMorph(database, em, layout, { morph, value })] as const];
  });
  assertNew(database, em, layout, values);
  const entity: object = em.create(database.classOf(layout), values as never); // the layout says what the class has
  for (const [name, value] of [...odd, ...subjects]) (entity as Record<string, unknown>)[name] = value;
  return { entity, links: pairs.flatMap(({ relation, targets, stored }) => toLinks(relation, entity, targets, stored)) };
}

/**
 * MikroORM would take the entity that the unit of work has of this key for the new one, and write nothing of it.
 * @throws {UniqueViolationError} when it has one, also one that is to be removed by the next flush.
 * @throws {EntityInvalidError} when it has only a reference.
 */
function assertNew(database: Database, em: SqlEntityManager, layout: ModelLayout, values: Values): void {
  const key = Object.values(keyOfEntity(layout, values));
  if (key.some((part) => part === undefined || part === null)) return;
  const known = em.getUnitOfWork().getById(database.classOf(layout), key.length > 1 ? key : key[0]);
  if (known === undefined) return;
  const toIssues = (message: string): FieldIssue[] => layout.keys.map(({ name, relation }) => ({ in: 'body', path: toPointer([relation ?? name]), message }));
  if (helper(known).__initialized) throw new UniqueViolationError(layout.name, toIssues('has already been taken'), undefined);
  throw new EntityInvalidError(layout.name, toIssues('is that of an entity which is only referred to; create it before what refers to it'));
}

/** Changes a managed entity; values that are `undefined` change nothing. Returns the pairs to write besides. */
export function assignEntity(database: Database, em: SqlEntityManager, entity: object, data: Values): LinkChange[] {
  const layout = database.layoutOfEntity(entity);
  if (layout === undefined) throw new EntityStaleError('object');
  assertKnown(layout, data);
  if (layout.versioned && data['version'] !== undefined) assertVersion(layout, entity, data['version']); // before anything is changed
  const target = entity as Record<string, unknown>; // an entity's fields have the names of its layout
  const links: LinkChange[] = [];
  for (const [name, value] of Object.entries(data)) {
    if (value === undefined) continue;
    const relation = layout.relations.get(name);
    const morph = layout.morphs.get(name);
    const embedded = layout.embedded.get(name);
    const column = layout.columns.get(name);
    if (name === 'version' && layout.versioned) continue;
    if (embedded !== undefined) writeEmbedded(entity, layout, embedded, value, true);
    else if (morph !== undefined) target[name] = value === null ? null : toMorph(database, em, layout, { morph, value });
    else if (relation === undefined) target[name] = column === undefined ? value : toSettledValue(column.spec, value);
    else if (relation.kind === 'belongsTo' || relation.kind === 'hasOne') target[name] = toRelated(database, em, layout, relation, value);
    else {
      const targets = toRelated(database, em, layout, relation, value) as object[];
      if (hasFields(relation)) links.push(...toLinks(relation, entity, targets, toStored(database, relation, value)));
      const collection = target[name] as Collection<object>; // the relation is one to many
      const isLoaded = collection.isInitialized();
      collection.set(targets);
      if (!isLoaded) collection.setDirty(); // an empty list looks like no change to one that was not loaded
    }
  }
  return links;
}

/**
 * Compares the version that somebody saw with that of an entity.
 * @throws {EntityConflictError} when they differ.
 */
export function assertVersion(layout: ModelLayout, entity: object, seen: unknown): void {
  if (!layout.versioned) throw new QueryInvalidError(layout.name, 'it does not count versions; declare it with { version: true }');
  if (typeof seen !== 'number') throw new EntityInvalidError(layout.name, [{ in: 'body', path: '/version', message: 'has to be a whole number' }]);
  const { version } = entity as { readonly version?: number };
  if (version !== seen) throw new EntityConflictError(layout.name, seen, version);
}

/** A relation whose other end is given. */
export interface GivenRelation {
  /** The model that has it. */
  readonly model: string;
  readonly name: string;
  readonly target: ModelLayout;
}

/**
 * Returns the managed entity that a value stands for: itself, or a reference by its key.
 * @throws {EntityInvalidError} when it is no key that an entity could have.
 */
export function toEntity(database: Database, em: SqlEntityManager, { model, name, target }: GivenRelation, value: unknown): object | undefined {
  const key = typeof value === 'object' && value !== null ? (value as Values)[target.key.name] : value;
  if (typeof value === 'object' && value !== null && database.layoutOfEntity(value) === target) {
    const owner = helper(value).__em;
    if (owner === undefined || owner === em || key === undefined) return value;
  }
  if (key === undefined || key === null) return undefined;
  const problem = findKeyProblem(database.driver, target, key);
  if (problem !== undefined) throw new EntityInvalidError(model, [{ in: 'body', path: `/${name}`, message: problem }]);
  return em.getReference(database.classOf(target), toSettledValue(target.key.spec, key) as never); // its type is that of the target's key
}

/** Tells whether the database has a row for an entity, as far as this unit of work knows. */
export function isStored(entity: object): boolean {
  return helper(entity).__originalEntityData !== undefined;
}

function toRelated(database: Database, em: SqlEntityManager, layout: ModelLayout, relation: RelationLayout, value: unknown): object | object[] | null {
  if (relation.kind === 'hasMany' || relation.kind === 'manyToMany') {
    if (!Array.isArray(value)) throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${relation.name}`, message: 'has to be a list' }]);
    return value.map((item: unknown) => toOne(database, em, layout, relation, relation.kind === 'manyToMany' ? toGivenPair(relation, item).to : item));
  }
  return value === null ? null : toOne(database, em, layout, relation, value);
}

function toOne(database: Database, em: SqlEntityManager, layout: ModelLayout, relation: RelationLayout, value: unknown): object {
  const entity = toEntity(database, em, { model: layout.name, name: relation.name, target: relation.target }, value);
  if (entity === undefined)
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${relation.name}`, message: `has to be a ${relation.target.name} or its key` }]);
  return entity;
}

function hasFields(relation: RelationLayout): relation is ManyToManyLayout {
  return relation.kind === 'manyToMany' && relation.pivot.fields.length > 0;
}

function toStored(database: Database, relation: ManyToManyLayout, list: unknown): StoredPair[] {
  return toStoredPairs(
    database,
    relation,
    (list as readonly unknown[]).map((item) => toGivenPair(relation, item)), // toRelated has checked that it is a list
  );
}

function toLinks(relation: ManyToManyLayout, source: object, targets: readonly object[], stored: readonly StoredPair[]): LinkChange[] {
  return targets.map((target, index) => ({ action: 'attach', relation, source, target, pair: stored[index] }));
}

function isArm(relation: RelationLayout): boolean {
  return relation.kind === 'belongsTo' && relation.morph !== undefined;
}

/** Returns the entity that a value stands for in a relation to one of several models: a managed entity, or `{ product: key }`. */
function toMorph(
  database: Database,
  em: SqlEntityManager,
  layout: ModelLayout,
  { morph, value }: { readonly morph: MorphLayout; readonly value: unknown },
): object {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const type = typeof value === 'object' && value !== null ? (database.layoutOfEntity(value)?.name ?? (names.length === 1 ? names[0] : undefined)) : undefined;
  const arm = type === undefined ? undefined : morph.arms.get(type);
  const given = arm !== undefined && database.layoutOfEntity(value as object) === undefined ? (value as Values)[arm.target.name] : value;
  const entity = arm === undefined ? undefined : toEntity(database, em, { model: layout.name, name: morph.name, target: arm.target }, given);
  if (entity !== undefined) return entity;
  const kinds = [...morph.arms.keys()];
  const message = `has to be one of ${kinds.join(', ')}: an entity, or its key like { ${kinds[0] ?? ''}: … }`;
  throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${morph.name}`, message }]);
}

function isOwnField(column: ColumnLayout | undefined): boolean {
  return column !== undefined && column.relation === undefined && column.path === undefined;
}

/** Takes the embedded values of a new entity apart. */
function toWhole(layout: ModelLayout, data: Values): Values {
  const issues: FieldIssue[] = [];
  const report = (path: readonly string[], message: string): void => void issues.push({ in: 'body', path: toPointer(path), message });
  const whole = spreadEmbedded(layout, data, { isWhole: () => true, report });
  if (issues.length > 0) throw new EntityInvalidError(layout.name, issues);
  return whole;
}

/** Types stop unknown names; data that comes from elsewhere must not set what the model does not have. */
function assertKnown(layout: ModelLayout, data: Values): void {
  for (const name of Object.keys(data)) {
    const relation = layout.relations.get(name);
    if (layout.morphs.has(name) || hasEmbedded(layout, name) || (relation !== undefined && !isArm(relation)) || isOwnField(layout.columns.get(name))) continue;
    throw new EntityInvalidError(layout.name, [{ in: 'body', path: `/${name}`, message: `is not a field of ${layout.name}` }]);
  }
}
