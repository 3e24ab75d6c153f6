/** The sale: all of an order or nothing, and never more than there is. */
import { conflict, unprocessable } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import { Order } from './models/order.ts';
import { Product } from './models/product.ts';
import { Sale } from './models/sale.ts';
import { toTotal } from './money.ts';

/** Takes the stock and marks the order as paid. @throws {HttpError} 409 when it is paid already, or something is sold out. */
export async function sell(orm: Orm, id: string, soldAt: Date): Promise<void> {
  await orm.transaction(async () => {
    const order = await orm.get(Order, id, { lock: 'update' }); // of two who pay the same order, one waits here and is told below
    if (order.state !== 'open') throw conflict('This order is paid already.');
    const lines = await listLines(orm, id);
    if (lines.length === 0) throw unprocessable('There is nothing in this order.');

    // Locked in one order, so that two sales never wait for each other.
    const products = await orm.list(Product, { id: { in: lines.map(({ id }) => id) } }, { lock: 'update', orderBy: { id: 'asc' } });
    const stock = new Map(products.map((product) => [product.id, product]));
    const missing = lines.filter(({ id, pivot }) => (stock.get(id)?.stock ?? 0) < pivot.quantity);
    if (missing.length > 0) {
      const errors = missing.map(({ id, slug }) => ({ in: 'body' as const, path: `/${slug}`, message: `only ${stock.get(id)?.stock ?? 0} left` }));
      throw conflict('Some of it is sold out.', { errors });
    }

    for (const { id, pivot } of lines) {
      const product = stock.get(id);
      product?.assign({ stock: product.stock - pivot.quantity });
    }
    order.assign({ state: 'paid' });

    // The other database hears of it only when all of this is certain; if it is away, the sale stands all the same.
    const sales = lines.map(({ slug, pivot }) => ({ product: slug, quantity: pivot.quantity, amount: toTotal([pivot]), soldAt }));
    orm.afterCommit(() => orm.unitOfWork((own) => own.insertMany(Sale, sales)));
  });
}

/** The lines of an order, those of products that are not in the shop any more too. */
export async function listLines(orm: Orm, id: string) {
  const { products } = await orm
    .query(Order)
    .where({ id })
    .with('products', (products) => products.withTrashed().orderBy({ slug: 'asc' }))
    .get();
  return products;
}
