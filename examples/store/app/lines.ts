/** The lines of orders: what clients send, and the pairs they become. */
import { unprocessable } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import * as z from 'zod';
import { Product } from './models/product.ts';

/** One line, as a client sends it. */
export const Line = z.object({ slug: z.string(), quantity: z.int().min(1).max(1_000) });

/** All of them. A product is named once. */
export const Lines = z
  .array(Line)
  .min(1)
  .max(50)
  .refine((lines) => new Set(lines.map(({ slug }) => slug)).size === lines.length, { error: 'names a product twice' });

/** Finds the products and makes pairs at the prices of today. @throws {HttpError} 422 when there is no such product. */
export async function toPairs(orm: Orm, lines: z.output<typeof Lines>) {
  const products = await orm
    .query(Product)
    .where({ slug: { in: lines.map(({ slug }) => slug) } })
    .select('id', 'slug', 'price')
    .all();
  const bySlug = new Map(products.map((product) => [product.slug, product]));
  return lines.map(({ slug, quantity }, index) => {
    const product = bySlug.get(slug);
    if (product === undefined) throw unprocessable('There is no such product.', [{ in: 'body', path: `/lines/${index}/slug`, message: 'not found' }]);
    return { to: product.id, pivot: { quantity, price: product.price } };
  });
}
