/** The schemas of a list that is sent in parts: of the request's query, and of the answer. */
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
