/** What only the staff may do: products, where orders go, and what is sold. */
import { created, defineRoutes } from '@oxidite/http';
import { AuditEntry } from '@oxidite/orm';
import * as z from 'zod';
import { Category } from '../models/category.ts';
import { Order } from '../models/order.ts';
import { Product } from '../models/product.ts';
import { Sale } from '../models/sale.ts';
import { staff } from '../staff.ts';

const NewProduct = Product.create.extend({ category: z.string() });
const Change = AuditEntry.read.pick({ moment: true, kind: true, changes: true, actor: true });
const Label = z.object({ name: z.string(), address: z.string() });
const Report = z.object({ revenue: z.string(), best: z.array(z.object({ product: z.string(), sold: z.int() })) });

export const backOffice = defineRoutes('/back-office', { tags: ['Back office'], guards: [staff] }, (routes) => {
  routes.post(
    '/products',
    { name: 'products.create', summary: 'Add a product', body: NewProduct, response: { 201: Product.read } },
    async ({ body }, { orm }) => {
      const category = (await orm.find(Category, { name: body.category })) ?? orm.create(Category, { name: body.category });
      return created(orm.create(Product, { ...body, category }));
    },
  );

  // Who sends the version he has seen is told when somebody else was faster.
  routes.patch(
    '/products/:slug',
    { name: 'products.update', summary: 'Change a product', body: Product.update, response: { 200: Product.read } },
    async ({ params, body }, { orm }) => (await orm.get(Product, params)).assign(body),
  );

  routes.delete('/products/:slug', { name: 'products.delete', summary: 'Take a product out of the shop' }, async ({ params }, { orm }) => {
    orm.remove(await orm.get(Product, params)); // softly: orders keep it
  });

  routes.post('/products/:slug/restore', { name: 'products.restore', summary: 'Put a product back into the shop' }, async ({ params }, { orm }) => {
    orm.restore(await orm.get(Product, params, { withTrashed: true }));
  });

  routes.get(
    '/products/:slug/history',
    { name: 'products.history', summary: 'Show who changed a product', response: { 200: z.array(Change) } },
    async ({ params }, { orm }) => {
      const { id } = await orm.query(Product).where(params).withTrashed().get();
      return orm
        .query(AuditEntry)
        .where({ model: 'product', key: String(id) })
        .orderBy({ moment: 'desc', id: 'desc' })
        .all();
    },
  );

  routes.get(
    '/orders/:id/label',
    { name: 'orders.label', summary: 'Show where an order goes', params: z.object({ id: z.uuid() }), response: { 200: Label } },
    async ({ params }, { orm }) => {
      const { customer, address } = await orm.query(Order).where(params).with('customer').get();
      return { name: customer.name, address };
    },
  );

  routes.get('/sales', { name: 'sales.report', summary: 'Show what was sold', response: { 200: Report } }, async (_, { orm }) => {
    const sales = orm.on('analytics').kysely; // for what models cannot say, there is SQL
    const best = await sales
      .selectFrom('sales')
      .select(({ fn }) => ['product', fn.sum<number>('quantity').as('sold')])
      .groupBy('product')
      .orderBy('sold', 'desc')
      .orderBy('product')
      .limit(10)
      .execute();
    return { revenue: await orm.query(Sale).sum('amount'), best: best.map(({ product, sold }) => ({ product: String(product), sold })) };
  });
});
