/**
 * Loads managed entities. Conditions are read by a query for keys, so that both roads understand them alike; the entities are
 * then loaded by their keys, through the identity map.
 */
import { type EntityClass, LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/sql';
import type { Database } from '../database.ts';
import type { AnyModel } from '../model/infer-model.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { toSettledValue } from '../model/uuid-text.ts';
import { findSide } from '../model/value-limits.ts';
import type { EntityLock } from '../query/lock.ts';
import { Query } from '../query/query.ts';
import type { QuerySource } from '../query/query-source.ts';
import { EMPTY_STATE } from '../query/query-state.ts';
import { splitScopes } from '../query/scopes.ts';
import { NO_VALUE, toStoredValue } from '../query/stored-value.ts';
import { findByKeys, toKeyText } from './composite-keys.ts';
import { SOFT_DELETES } from './create-entity-schemas.ts';
import { KeyedEntityManager } from './keyed-entity-manager.ts';

/** Where entities are loaded into. */
export interface LoadTarget {
  readonly database: Database;
  readonly source: QuerySource;
  readonly em: SqlEntityManager;
}

/** Which entities; relations are loaded by others. */
export interface LoadOptions {
  readonly orderBy?: unknown;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  readonly withTrashed?: boolean | undefined;
  readonly withoutScope?: readonly string[] | undefined;
  readonly lock?: EntityLock | undefined;
}

/** Loads the entities that meet conditions, in the order that is asked for. */
export async function loadByWhere(target: LoadTarget, layout: ModelLayout, where: unknown, options: LoadOptions): Promise<object[]> {
  const { orderBy = [], limit, offset, withTrashed = false, withoutScope = [], lock } = options;
  const orders = (Array.isArray(orderBy) ? orderBy : [orderBy]) as readonly Readonly<Record<string, unknown>>[]; // checked when the query is read
  const state = {
    ...EMPTY_STATE,
    wheres: [where],
    orders,
    selected: layout.keys.map(({ name }) => name),
    unscoped: splitScopes(layout, withoutScope).own,
    trashed: withTrashed ? ('with' as const) : ('without' as const),
  };
  let query = new Query<AnyModel, Readonly<Record<string, unknown>>>(target.source, layout, state);
  if (limit !== undefined) query = query.limit(limit);
  if (offset !== undefined) query = query.offset(offset);
  const rows = await (lock === undefined ? query : query.lock(lock.mode, lock)).all();
  const keys = layout.keys.length > 1 ? rows : rows.map((row) => row[layout.key.name]);
  return keys.length === 0 ? [] : fetchByKeys(target, layout, keys, options);
}

/**
 * Loads the entities of these keys, in their order; keys that do not exist are left out.
 * @throws {QueryInvalidError} when a key is of another type.
 */
export async function loadByKeys(target: LoadTarget, layout: ModelLayout, keys: readonly unknown[], options: LoadOptions): Promise<object[]> {
  if (layout.defaultScopes.length > 0) return loadByWhere(target, layout, { [layout.key.name]: { in: keys } }, options);
  return fetchByKeys(
    target,
    layout,
    keys.map((key) => toSettledValue(layout.key.spec, key)),
    options,
  );
}

/** Loads the entities of these keys, whatever their default scopes say, in their order; keys that do not exist are left out. */
export async function fetchByKeys(
  { database, em }: LoadTarget,
  layout: ModelLayout,
  keys: readonly unknown[],
  { withTrashed = false, lock }: LoadOptions,
): Promise<object[]> {
  const possible = keys.filter(
    (key) =>
      layout.keys.length > 1 ||
      (toStoredValue(layout, layout.key, key, database.driver) !== NO_VALUE &&
        (typeof key !== 'number' || Number.isSafeInteger(key)) &&
        findSide(layout.key.spec, key) === undefined),
  );
  if (possible.length === 0) return [];
  const entityClass = database.classOf(layout);
  // a locked row is read with its lock: a plain query of a transaction may show what it was when that began
  const mode = lock?.mode === 'share' ? (LockMode.PESSIMISTIC_READ as const) : (LockMode.PESSIMISTIC_WRITE as const);
  const options = {
    ...(lock === undefined ? {} : { refresh: true, lockMode: mode }),
    ...(layout.softDeletes ? { filters: { [SOFT_DELETES]: false } } : {}),
  };
  const isFound = (entity: object): boolean => withTrashed || !layout.softDeletes || (entity as { readonly deletedAt?: Date | null }).deletedAt === null;
  if (layout.keys.length > 1) {
    const rows = possible as Readonly<Record<string, unknown>>[]; // keys of several parts come from a query
    const byText = await findByKeys(em, entityClass, layout, { keys: rows, options });
    return rows.flatMap((row) => byText.get(toKeyText(layout, row)) ?? []).filter(isFound);
  }
  const { name } = layout.key;
  const found = await findAll(em, entityClass, { name, keys: possible, isPlain: lock === undefined, options });
  const entities = found.filter((entity) => entity !== null);
  const byKey = new Map<unknown, object>();
  for (const entity of entities) byKey.set((entity as Readonly<Record<string, unknown>>)[name], entity);
  return possible.flatMap((key) => byKey.get(key) ?? []).filter(isFound);
}

interface KeyedLoad {
  /** The name of the key. */
  readonly name: string;
  readonly keys: readonly unknown[];
  /** Whether nothing is locked. */
  readonly isPlain: boolean;
  readonly options: { readonly filters?: Readonly<Record<string, boolean>> };
}

async function findAll(
  em: SqlEntityManager,
  entityClass: EntityClass<object>,
  { name, keys, isPlain, options }: KeyedLoad,
): Promise<readonly (object | null)[]> {
  if (keys.length > 1) return em.find(entityClass, { [name]: { $in: keys } }, options);
  if (isPlain && em instanceof KeyedEntityManager) return [await em.findByKey(entityClass, keys[0], options.filters ?? {})];
  return [await em.findOne(entityClass, { [name]: keys[0] }, options)];
}
