/** What a customer says of a product, or of how an order went. */
import { defineModel, field, type InferModel, morphTo } from '@oxidite/orm';
import { Order } from './order.ts';
import { Product } from './product.ts';

export const Review = defineModel(
  'review',
  {
    stars: field.integer({ min: 1, max: 5 }),
    text: field.text({ maxLength: 2_000 }).default(''),
    subject: morphTo(() => [Product, Order]).onDelete('cascade'),
  },
  { timestamps: true },
);

export type Review = InferModel<typeof Review>;
