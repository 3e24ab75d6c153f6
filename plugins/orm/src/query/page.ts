/** A list that is sent in parts by number: what is asked for and returned, and the schemas of the request's query and of the answer. */
import * as z from 'zod';

/** Which part of a list a client wants: `?limit=20&offset=40`. At most 100 rows. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  offset: z.coerce.number().int().min(0).default(0),
});

/** The schema of what `paginate` returns: `response: { 200: Page(Article.read) }`. */
export function Page<Item extends z.ZodType>(item: Item): z.ZodObject<{ items: z.ZodArray<Item>; total: z.ZodInt; limit: z.ZodInt; offset: z.ZodInt }> {
  return z.object({ items: z.array(item), total: z.int(), limit: z.int(), offset: z.int() });
}

/** A part of a list, and how long the whole list is. */
export interface PageOf<Row> {
  readonly items: Row[];
  readonly total: number;
  readonly limit: number;
  readonly offset: number;
}

/** Which part of a list is wanted. */
export interface PageRequest {
  /** Default: 20. */
  readonly limit?: number | undefined;
  /** Default: 0. */
  readonly offset?: number | undefined;
}
