/** What is sold. A product that is taken out of the shop stays in the orders it is in. */
import { belongsTo, defineModel, field, type InferModel, manyToMany, morphMany } from '@oxidite/orm';
import { Category } from './category.ts';
import { Order } from './order.ts';
import { Review } from './review.ts';

export const Product = defineModel(
  'product',
  {
    name: field.string({ minLength: 1, maxLength: 120 }),
    slug: field.string({ maxLength: 120, pattern: /^[a-z0-9-]+$/ }).unique(),
    about: field.text().default(''),
    price: field.decimal({ precision: 10, scale: 2 }), // a text: no digit is lost
    stock: field.integer({ min: 0 }),
    category: belongsTo(() => Category),
    orders: manyToMany(() => Order, 'products'),
    reviews: morphMany(() => Review, 'subject'),
  },
  {
    timestamps: true,
    softDeletes: true,
    version: true,
    search: ['name', 'about'],
    scopes: { available: { stock: { gt: 0 } }, cheaperThan: (price: string) => ({ price: { lt: price } }) },
  },
);

export type Product = InferModel<typeof Product>;
