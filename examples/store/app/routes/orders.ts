/** Orders: an order is opened, filled, and bought. Whoever knows its key may see it. */
import { conflict, created, defineRoutes } from '@oxidite/http';
import type { Orm } from '@oxidite/orm';
import * as z from 'zod';
import { Lines, toPairs } from '../lines.ts';
import { Customer } from '../models/customer.ts';
import { Order } from '../models/order.ts';
import { Product } from '../models/product.ts';
import { Review } from '../models/review.ts';
import { toTotal } from '../money.ts';
import { listLines, sell } from '../sell.ts';

const NewOrder = Order.create.pick({ address: true }).extend({ customer: Customer.create, lines: Lines });
const OrderView = Order.read
  .pick({ id: true, state: true })
  .extend({ total: z.string(), lines: z.array(Product.read.pick({ slug: true, name: true, price: true }).extend({ quantity: z.int() })) })
  .meta({ id: 'Order' });
const LineChanges = z.object({ attached: z.array(z.int()), updated: z.array(z.int()), detached: z.array(z.int()) }).meta({ id: 'LineChanges' });
const params = z.object({ id: z.uuid() });

export const orders = defineRoutes('/orders', { tags: ['Orders'] }, (routes) => {
  routes.post('/', { name: 'orders.create', summary: 'Open an order', body: NewOrder, response: { 201: OrderView } }, async ({ body }, { orm }) => {
    const customer = (await orm.find(Customer, { email: body.customer.email })) ?? orm.create(Customer, body.customer);
    const order = orm.create(Order, { customer, address: body.address, products: await toPairs(orm, body.lines) });
    await orm.flush(); // what is shown is read with a query, which sees what is written
    return created(await showOrder(orm, order.id));
  });

  routes.get('/:id', { name: 'orders.get', summary: 'Show an order', params, response: { 200: OrderView } }, ({ params }, { orm }) =>
    showOrder(orm, params.id),
  );

  routes.put(
    '/:id/lines',
    { name: 'orders.fill', summary: 'Make the lines of an open order exactly these', params, body: z.object({ lines: Lines }), response: { 200: LineChanges } },
    ({ params, body }, { orm }) =>
      orm.transaction(async () => {
        const order = await orm.get(Order, params.id, { lock: 'update' }); // nobody buys it meanwhile
        if (order.state !== 'open') throw conflict('This order is paid already.');
        return orm.sync(order, 'products', await toPairs(orm, body.lines)); // writes what differs, and says what that was
      }),
  );

  routes.post(
    '/:id/buy',
    { name: 'orders.buy', summary: 'Buy what is in an order', params, response: { 200: OrderView } },
    async ({ params }, { orm, clock }) => {
      await sell(orm, params.id, new Date(clock.now()));
      return showOrder(orm, params.id);
    },
  );

  routes.post('/:id/reviews', { name: 'orders.review', summary: 'Say how an order went', params, body: Review.create }, async ({ params, body }, { orm }) => {
    orm.create(Review, { ...body, subject: await orm.get(Order, params.id) });
  });
});

async function showOrder(orm: Orm, id: string): Promise<z.input<typeof OrderView>> {
  const [{ state }, lines] = await Promise.all([orm.query(Order).where({ id }).get(), listLines(orm, id)]);
  return { id, state, total: toTotal(lines.map(({ pivot }) => pivot)), lines: lines.map(({ slug, name, pivot }) => ({ slug, name, ...pivot })) };
}
