/** Models whose many-to-many relations have data in their pairs, and pairs without any. */
import { defineModel, field, type InferModel, manyToMany } from '@oxidite/orm';
import * as z from 'zod';
import { createShopFactory } from './shop.ts';

export const Item = defineModel('item', { name: field.string(), orders: manyToMany(() => Order, 'items'), labels: manyToMany(() => Label) });
export type Item = InferModel<typeof Item>;

export const Label = defineModel('label', { name: field.string() }, { id: 'uuid' });
export type Label = InferModel<typeof Label>;

export const Order = defineModel('order', {
  number: field.string(),
  items: manyToMany(() => Item, {
    table: 'order_lines',
    pivot: {
      quantity: field.integer({ min: 1 }),
      price: field.decimal({ precision: 8, scale: 2 }).default('0.00'),
      note: field.string({ maxLength: 20 }).nullable(),
      gift: field.boolean().default(false),
      kind: field.enum(['sale', 'loan']).default('sale').column('line_kind'),
      extra: field.json(z.object({ size: z.number() })).nullable(),
      addedAt: field.datetime().default(() => new Date(1_000)),
    },
  }),
  labels: manyToMany(() => Label, { pivot: { weight: field.integer().default(0) } }),
});
export type Order = InferModel<typeof Order>;

export const createOrders = createShopFactory([Order]);
