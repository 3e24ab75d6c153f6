/** A shop to look at. */
import { defineSeeder } from '@oxidite/orm';
import { Category } from '../app/models/category.ts';
import { Customer } from '../app/models/customer.ts';
import { Order } from '../app/models/order.ts';
import { Product } from '../app/models/product.ts';
import { Review } from '../app/models/review.ts';
import { productsFactory } from '../factories/products.ts';

const GARDEN_PRODUCTS = 30;

/** The key of an open order, for the README. */
const SAMPLE_ORDER = '0191f2a4-0000-7000-8000-000000000001';

/** Name, price, stock. */
const PRODUCTS = [
  ['Oak table', '240.00', 3],
  ['Oak chair', '80.00', 8],
  ['Pine table', '120.00', 2],
  ['Glass lamp', '45.50', 1],
  ['Paper lamp', '19.90', 0],
] as const;

export const demo = defineSeeder('demo', async (_, { orm }) => {
  if (await orm.query(Product).exists()) return; // seeders may run again
  const home = orm.create(Category, { name: 'Home' });
  const furniture = orm.create(Category, { name: 'Furniture', parent: home });
  const lamps = orm.create(Category, { name: 'Lamps', parent: home });
  const garden = orm.create(Category, { name: 'Garden' });
  const products = PRODUCTS.map(([name, price, stock]) =>
    orm.create(Product, {
      name,
      slug: name.toLowerCase().replace(' ', '-'),
      about: `${name}, made by hand.`,
      price,
      stock,
      category: name.endsWith('lamp') ? lamps : furniture,
    }),
  );
  for (const subject of products.slice(0, 2)) orm.create(Review, { stars: 5, text: 'Sturdy, and good to look at.', subject });
  const lines = products.filter(({ slug }) => slug === 'oak-chair').map((to) => ({ to, pivot: { quantity: 1, price: to.price } }));
  const customer = orm.create(Customer, { name: 'Ada', email: 'ada@example.com' });
  orm.create(Order, { id: SAMPLE_ORDER, customer, address: '12 Engine Road', products: lines });
  await orm.factory(productsFactory).for('category', garden).createMany(GARDEN_PRODUCTS);
});
