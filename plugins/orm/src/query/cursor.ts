/**
 * Cursors: where a page begins, as an opaque text. It holds what a row has in the order of the query and its key, and a
 * fingerprint of the order, so that a cursor of another list is an error instead of a wrong page.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { CursorInvalidError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { SeekStart, SortTerm } from './query-state.ts';

/** Longer ones are not read: values of a text's length do not fit into a URL. */
const MAX_LENGTH = 8_192;
const FINGERPRINT_LENGTH = 8;

/** A part of a list, and the cursors of the parts beside it. */
export interface CursorPageOf<Row> {
  readonly items: Row[];
  /** What `after` is for the next part; `null` when there is none. */
  readonly next: string | null;
  /** What `before` is for the previous part; `null` when there is none. */
  readonly previous: string | null;
  readonly limit: number;
}

/** Which part of a list is wanted: that behind a cursor, that before one, or without either the first. */
export interface CursorRequest {
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Default: 20. */
  readonly limit?: number | undefined;
}

/** Which part of a list a client wants: `?limit=20&after=…` or `&before=…`. At most 100 rows. */
export const CursorQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(MAX_LENGTH).optional(),
  before: z.string().max(MAX_LENGTH).optional(),
});

/** The schema of what `paginateByCursor` returns: `response: { 200: CursorPage(Article.read) }`. */
export function CursorPage<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodNullable<z.ZodString>; previous: z.ZodNullable<z.ZodString>; limit: z.ZodInt }> {
  return z.object({ items: z.array(item), next: z.string().nullable(), previous: z.string().nullable(), limit: z.int() });
}

/** Writes the cursor of a row. */
export function writeCursor(layout: ModelLayout, terms: readonly SortTerm[], values: readonly unknown[]): string {
  const packed = [fingerprint(layout, terms), ...values.map((value) => (typeof value === 'bigint' ? { n: String(value) } : value))];
  return Buffer.from(JSON.stringify(packed)).toString('base64url');
}

/**
 * Reads a cursor; its values are checked when the query is.
 * @throws {CursorInvalidError} when it was not written for a query of this order.
 */
export function readCursor(layout: ModelLayout, terms: readonly SortTerm[], side: SeekStart['side'], cursor: string): SeekStart {
  const packed = unpack(cursor);
  if (packed === undefined || packed[0] !== fingerprint(layout, terms) || packed.length !== terms.length + 1) throw new CursorInvalidError(layout.name, side);
  return { side, values: packed.slice(1).map(fromPacked) };
}

function unpack(cursor: string): readonly unknown[] | undefined {
  if (typeof cursor !== 'string' || cursor.length > MAX_LENGTH || !/^[\w-]+$/.test(cursor)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined; // it was not written here
  }
}

/** Anything that is no value of a column stays what it is, and is refused by the query. */
function fromPacked(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('n' in value)) return value;
  return typeof value.n === 'string' && /^-?\d{1,19}$/.test(value.n) ? BigInt(value.n) : undefined;
}

function fingerprint({ name }: ModelLayout, terms: readonly SortTerm[]): string {
  const text = terms.map(({ path, column, direction }) => `${path.map((relation) => `${relation.name}.`).join('')}${column.name} ${direction}`).join();
  return createHash('sha256').update(`${name}:${text}`).digest('base64url').slice(0, FINGERPRINT_LENGTH);
}
