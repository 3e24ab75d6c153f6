/** Reads the rows of a query in parts: pages between cursors, and all rows in chunks that do not fill the memory. */
import { ambientSignal } from '@oxidite/plugin-sdk';
import { CursorInvalidError, QueryInvalidError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import { type CursorPageOf, type CursorRequest, readCursor, writeCursor } from './cursor.ts';
import { toSortTerms } from './parse-order.ts';
import type { QueryState, SeekStart } from './query-state.ts';
import type { ReadRows } from './row-reader.ts';

/** Reads rows, with what is related to them. */
export type ReadPart = (state: QueryState) => Promise<ReadRows>;

/** A query to be read in parts. */
export interface PartedQuery {
  readonly layout: ModelLayout;
  readonly state: QueryState;
  readonly read: ReadPart;
}

/**
 * Reads the page that a request asks for.
 * @throws {CursorInvalidError} when a cursor is not one of this list.
 */
export async function readCursorPage(
  { layout, state, read }: PartedQuery,
  request: CursorRequest,
  limit: number,
): Promise<CursorPageOf<Record<string, unknown>>> {
  if (state.search !== undefined && state.orders.length === 0)
    throw new QueryInvalidError(layout.name, 'cursors do not go by relevance; add orderBy(), or use paginate()');
  const terms = toSortTerms(layout, { ...state, tied: true });
  const { after, before } = request;
  if (after !== undefined && before !== undefined) throw new CursorInvalidError(layout.name, 'before');
  const start =
    after !== undefined ? readCursor(layout, terms, 'after', after) : before !== undefined ? readCursor(layout, terms, 'before', before) : undefined;
  const rows = await read({ ...state, tied: true, seek: start ?? 'first', limit: limit + 1, offset: undefined });
  const count = Math.min(rows.items.length, limit);
  const hasMore = rows.items.length > limit;
  const cursorAt = (index: number): string => writeCursor(layout, terms, valuesAt(rows, index));
  const items = rows.items.slice(0, count);
  const [first, last] = [count > 0 ? cursorAt(0) : null, count > 0 ? cursorAt(count - 1) : null];
  if (before === undefined) return { items, next: hasMore ? last : null, previous: after === undefined ? null : first, limit };
  return { items: items.toReversed(), next: first, previous: hasMore ? last : null, limit };
}

/** Reads all rows, `size` at a time. Each chunk is read when it is wanted; nothing goes on behind the last one that was. */
export async function* readChunks({ layout, state, read }: PartedQuery, size: number): AsyncGenerator<Record<string, unknown>[], void, void> {
  if (state.offset !== undefined) throw new QueryInvalidError(layout.name, 'it is read in chunks, so it cannot have an offset');
  if (size === 0) throw new QueryInvalidError(layout.name, 'a chunk has at least one row');
  const signal = ambientSignal();
  let left = state.limit ?? Number.POSITIVE_INFINITY;
  let seek: QueryState['seek'] = 'first';
  while (left > 0) {
    signal?.throwIfAborted();
    const limit = Math.min(size, left);
    const rows: ReadRows = await read({ ...state, tied: true, seek, limit });
    const count = rows.items.length;
    if (count > 0) yield rows.items;
    if (count < limit) return;
    left -= count;
    seek = { side: 'after', values: valuesAt(rows, count - 1) } satisfies SeekStart;
  }
}

/** Reads all rows one by one, in chunks. */
export async function* readStream(query: PartedQuery, size: number): AsyncGenerator<Record<string, unknown>, void, void> {
  const signal = ambientSignal();
  for await (const rows of readChunks(query, size)) {
    for (const row of rows) {
      signal?.throwIfAborted();
      yield row;
    }
  }
}

function valuesAt({ extras }: ReadRows, index: number): unknown[] {
  const values: unknown[] = [];
  for (let column = extras.get('seek:0'); column !== undefined; column = extras.get(`seek:${values.length}`)) values.push(column[index]);
  return values;
}
