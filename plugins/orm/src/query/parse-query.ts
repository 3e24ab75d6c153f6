/** Reads what a query asks for: names become columns and relations, values numbered slots, and the rest the shape of the query. */
import type { SqlDriver } from '../drivers/driver.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { Condition, ShapeWriter } from './condition.ts';
import { relationOf } from './find-names.ts';
import { toSortTerms } from './parse-order.ts';
import { parseDefaultScopes, parseWhere } from './parse-where.ts';
import { type OwnedPlaces, parsePlaces } from './owned-places.ts';
import type { OwnerFilter, QueryState, SortTerm } from './query-state.ts';
import { toReadingOrder, toSeekCondition } from './seek.ts';
import { toSearchTerms } from './search-terms.ts';

/** What is asked of the rows: the rows, their number, whether there is one, or what is made of their values. */
export type QueryMode = 'aggregate' | 'count' | 'exists' | 'rows';

/** At most this many rows: the slot of a bound number, or a number that is written. */
export type RowLimit = { readonly slot: number } | { readonly rows: number };

/** The owners whose rows are read. */
export interface ParsedOwner {
  readonly relation: RelationLayout;
  /** Those of their keys. */
  readonly slots: readonly number[];
  /** Which rows of each owner; `undefined`: all. */
  readonly places: OwnedPlaces | undefined;
}

/** A query whose names are resolved. */
export interface ParsedQuery {
  readonly conditions: readonly Condition[];
  readonly sorts: readonly SortTerm[];
  readonly joined: readonly RelationLayout[];
  /** Relations that are counted, and the default scopes of what is counted. */
  readonly counted: readonly { readonly relation: RelationLayout; readonly scopes: readonly Condition[] }[];
  /** The text of a search, and whether the best rows come first. */
  readonly search: { readonly slot: number; readonly isSorted: boolean } | undefined;
  readonly owner: ParsedOwner | undefined;
  readonly limit: RowLimit | undefined;
  readonly offset: number | undefined;
}

/**
 * Reads a query: resolves its names, numbers its values, and writes its shape.
 * @throws {QueryInvalidError} when it asks for what the model does not have.
 */
export function parseQuery(driver: SqlDriver, layout: ModelLayout, state: QueryState, mode: QueryMode, writer: ShapeWriter): ParsedQuery {
  const conditions = state.wheres.map((where) => parseWhere(layout, where, writer, driver));
  if (layout.defaultScopes.length > 0) conditions.push(...parseDefaultScopes(layout, writer, driver, state.unscoped));
  if (layout.softDeletes) writer.shape += `/${state.trashed}`;
  const owner = state.owner === undefined ? undefined : parseOwner(state.owner, state, writer);
  const search =
    state.search === undefined
      ? undefined
      : parseSearch(driver, state.search, mode === 'rows' && state.orders.length === 0 && state.seek === undefined, writer);
  if (search === 'nothing') conditions.push({ kind: 'any', items: [] });
  const base = { conditions, owner, search: search === 'nothing' ? undefined : search };
  if (mode === 'aggregate') writer.shape += `/${state.aggregate?.kind}:${state.aggregate?.column.name}`;
  if (mode !== 'rows') return { ...base, sorts: [], joined: [], counted: [], limit: undefined, offset: undefined };
  const { seek } = state;
  const isSeeking = seek !== undefined && seek !== 'first';
  const sorts = toReadingOrder(toSortTerms(layout, state), isSeeking && seek.side === 'before');
  for (const { path, column, direction } of sorts) writer.shape += `/o:${path.map(({ name }) => name).join('.')}.${column.name} ${direction}`;
  if (seek !== undefined) writer.shape += '/parts';
  if (isSeeking) conditions.push(toSeekCondition(layout, sorts, seek, writer, driver));
  const joined = state.joined.map((name) => relationOf(layout, name));
  const counted = state.counted.map((name) => {
    const relation = relationOf(layout, name);
    return { relation, scopes: parseDefaultScopes(relation.target, writer, driver) };
  });
  if (state.lock !== undefined) writer.shape += `/lock:${state.lock.mode}:${state.lock.skipLocked}:${state.lock.noWait}`;
  writer.shape += `/s:${state.selected?.join() ?? (state.hidden ? '*h' : '*')}/j:${state.joined.join()}/c:${state.counted.join()}/k:${state.loads.map(({ relation }) => relation.name).join()}`;
  const isWhole = owner === undefined; // else the limit and the offset are those of each owner
  const limit = isWhole && state.limit !== undefined ? parseLimit(state.limit, driver, writer) : undefined;
  const offset = isWhole && state.offset !== undefined ? writer.slot(state.offset) : undefined;
  if (offset !== undefined) writer.shape += '/f';
  return { ...base, sorts, joined, counted, limit, offset };
}

/** Numbers that applications choose are written where that is better; those that their users make up would be too many shapes. */
function parseLimit(rows: number, { traits }: SqlDriver, writer: ShapeWriter): RowLimit {
  const isUsual = rows <= 10 || (rows <= 101 && rows % 5 <= 1); // pages ask for one row more
  if (traits.plansByLimit && isUsual) {
    writer.shape += `/l${rows}`;
    return { rows };
  }
  writer.shape += '/l';
  return { slot: writer.slot(rows) };
}

/** Lists of keys are filled up to a power of two, so that few shapes arise. */
function parseOwner({ relation, keys }: OwnerFilter, state: QueryState, writer: ShapeWriter): ParsedOwner {
  const size = 2 ** Math.ceil(Math.log2(Math.max(keys.length, 1)));
  const slots = Array.from({ length: size }, (_, index) => writer.slot(keys[Math.min(index, keys.length - 1)]));
  writer.shape += `/owner:${relation.source.name}.${relation.name}:${size}`;
  return { relation, slots, places: parsePlaces(state, writer) };
}

function parseSearch(driver: SqlDriver, text: string, isSorted: boolean, writer: ShapeWriter): { slot: number; isSorted: boolean } | 'nothing' {
  const bound = driver.search.toText(toSearchTerms(text));
  writer.shape += `/search:${bound === undefined ? 'nothing' : isSorted}`;
  return bound === undefined ? 'nothing' : { slot: writer.slot(bound), isSorted };
}
