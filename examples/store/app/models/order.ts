/** An order: open as long as it is filled, then paid. Each of its lines is a pair with a product. */
import { belongsTo, defineModel, field, type InferModel, manyToMany, morphMany } from '@oxidite/orm';
import { Customer } from './customer.ts';
import { Product } from './product.ts';
import { Review } from './review.ts';

export const Order = defineModel(
  'order',
  {
    state: field.enum(['open', 'paid']).default('open'),
    customer: belongsTo(() => Customer),
    address: field.text({ minLength: 1, maxLength: 500 }).encrypted(), // a stolen file of the database does not tell where people live
    products: manyToMany(() => Product, { pivot: { quantity: field.integer({ min: 1 }), price: field.decimal({ precision: 10, scale: 2 }) } }),
    reviews: morphMany(() => Review, 'subject'),
  },
  { id: 'uuid', timestamps: true },
);

export type Order = InferModel<typeof Order>;
