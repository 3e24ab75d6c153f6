/**
 * A limit and an offset for the rows of each owner, when the rows of many owners are read at once: rows are numbered within
 * their owner, in the order of the query. Source: SQL:2003, window functions.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import { QueryInvalidError } from '../errors.ts';
import type { ModelLayout, RelationLayout } from '../model/model-layout.ts';
import type { ShapeWriter } from './condition.ts';
import type { AnyDatabase, AnySelect, SlotValue } from './query-compiler.ts';
import type { QueryState } from './query-state.ts';

/** Which rows of each owner are wanted, by their places in its order, which begin with 1. */
export interface OwnedPlaces {
  /** The slot of the place behind which they begin. */
  readonly after: number | undefined;
  /** The slot of the last place. */
  readonly last: number | undefined;
}

/**
 * Checks whether related rows can be limited as a query says.
 * @throws {QueryInvalidError} when the relation leads to one row, or the rows are to be locked.
 */
export function assertPlaces(layout: ModelLayout, { limit, offset, lock }: QueryState, { kind, name }: RelationLayout): void {
  if (limit === undefined && offset === undefined) return;
  if (kind === 'belongsTo' || kind === 'hasOne')
    throw new QueryInvalidError(layout.name, `it is loaded by "${name}", a relation to one, so it cannot have a limit or an offset`);
  if (lock !== undefined)
    throw new QueryInvalidError(layout.name, `it is loaded by "${name}" with a limit or an offset for each row, so its rows cannot be locked as well`);
}

/** Reads the limit and the offset of each owner. */
export function parsePlaces({ limit, offset = 0 }: QueryState, writer: ShapeWriter): OwnedPlaces | undefined {
  if (limit === undefined && offset === 0) return undefined;
  writer.shape += `/places:${offset === 0 ? '' : 'f'}${limit === undefined ? '' : 'l'}`;
  return {
    after: offset === 0 ? undefined : writer.slot(offset),
    last: limit === undefined ? undefined : writer.slot(limit + offset),
  };
}

/** Returns the statement that keeps, of the rows that another one selects in an order, those at these places of their owner. */
export function pickPlaces(
  kysely: Kysely<AnyDatabase>,
  select: AnySelect,
  { owner, places, valueOf }: { readonly owner: RawBuilder<unknown>; readonly places: OwnedPlaces; readonly valueOf: SlotValue },
): AnySelect {
  const { orderBy } = select.toOperationNode();
  const order = orderBy === undefined ? sql`` : sql` ${{ toOperationNode: () => orderBy }}`;
  const place = sql<number>`row_number() over (partition by ${owner}${order})`;
  const ranked = select.clearOrderBy().select(place.as('place')).as('ranked');
  const found = sql.ref('ranked.place');
  let picked: AnySelect = kysely.selectFrom(ranked).selectAll();
  if (places.after !== undefined) picked = picked.where(sql<boolean>`${found} > ${valueOf(places.after)}`);
  if (places.last !== undefined) picked = picked.where(sql<boolean>`${found} <= ${valueOf(places.last)}`);
  return picked.orderBy(found);
}
