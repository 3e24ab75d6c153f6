/** Who buys. */
import { defineModel, field, hasMany, type InferModel } from '@oxidite/orm';
import { Order } from './order.ts';

export const Customer = defineModel(
  'customer',
  {
    name: field.string({ minLength: 1, maxLength: 100 }),
    email: field.string({ format: 'email' }).unique(),
    orders: hasMany(() => Order, 'customer'),
  },
  { timestamps: true },
);

export type Customer = InferModel<typeof Customer>;
