/** Models whose pairs have data, with versions, default scopes, secrets and casts. */
import { belongsTo, defineCast, defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import * as z from 'zod';

export const Item = defineModel('item', { name: field.string(), orders: manyToMany(() => Order, 'items') }, { id: 'uuid' });
export type Item = InferModel<typeof Item>;

export const Order = defineModel(
  'order',
  {
    number: field.string().unique(),
    items: manyToMany(() => Item, {
      pivot: {
        quantity: field.integer({ min: 1 }),
        price: field.decimal({ precision: 8, scale: 2 }).default('0.00'),
        remark: field.text().nullable(),
        gift: field.boolean().default(false),
        weight: field.bigint().nullable(),
        extra: field.json(z.object({ size: z.number() })).nullable(),
        addedAt: field.datetime().default(() => new Date(1_000)),
      },
    }),
  },
  { id: 'uuid' },
);
export type Order = InferModel<typeof Order>;

/** Its changes are counted. */
export const Account = defineModel(
  'account',
  { owner: field.string().unique(), balance: field.integer({ min: 0 }).default(0), credit: field.decimal({ precision: 12, scale: 2 }).default('0.00') },
  { id: 'uuid', version: true },
);
export type Account = InferModel<typeof Account>;

export const Ticket = defineModel(
  'ticket',
  { subject: field.string(), state: field.enum(['open', 'closed']).default('open'), board: belongsTo(() => Board).nullable() },
  { id: 'uuid', scopes: { open: { state: 'open' }, about: (text: string) => ({ subject: { contains: text } }) }, defaultScopes: ['open'] },
);
export type Ticket = InferModel<typeof Ticket>;

export const Board = defineModel('board', { name: field.string(), tickets: hasMany(() => Ticket, 'board'), pinned: manyToMany(() => Ticket) }, { id: 'uuid' });
export type Board = InferModel<typeof Board>;

/** What it says is nobody else's business. */
export const Letter = defineModel(
  'letter',
  {
    to: field.string(),
    subject: field.string({ maxLength: 20 }).encrypted(),
    body: field.text().nullable().encrypted(),
    facts: field
      .json(z.object({ words: z.array(z.string()) }))
      .nullable()
      .encrypted(),
  },
  { id: 'uuid' },
);
export type Letter = InferModel<typeof Letter>;

/** A color, which a table has as a text. */
export class Color {
  readonly hex: string;

  constructor(hex: string) {
    if (!/^#[\da-f]{3,6}$/i.test(hex)) throw new Error(`no color: ${hex}`);
    this.hex = hex.toLowerCase();
  }
}

const color = defineCast({ schema: z.instanceof(Color), fromStored: (hex: string) => new Color(hex), toStored: ({ hex }: Color) => hex });
const words = defineCast({
  schema: z.set(z.string()),
  fromStored: (list: string[]) => new Set(list),
  toStored: (set: Set<string>) => [...set].toSorted(),
});

export const Paint = defineModel(
  'paint',
  {
    name: field.string(),
    color: field.string({ maxLength: 7 }).cast(color),
    second: field.string().nullable().cast(color),
    words: field.json(z.array(z.string())).nullable().cast(words),
  },
  { id: 'uuid' },
);
export type Paint = InferModel<typeof Paint>;
