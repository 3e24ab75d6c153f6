/** What was sold, for statistics: in a database of its own, which nobody who buys has to wait for. */
import { defineModel, field, type InferModel } from '@oxidite/orm';

export const Sale = defineModel(
  'sale',
  {
    product: field.string({ maxLength: 120 }).index(),
    quantity: field.integer({ min: 1 }),
    amount: field.decimal({ precision: 12, scale: 2 }),
    soldAt: field.datetime(),
  },
  { connection: 'analytics' },
);

export type Sale = InferModel<typeof Sale>;
