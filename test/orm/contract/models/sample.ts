/** Models about fields: one of each type, and their rules, defaults and names. */
import { defineModel, field, type InferModel } from '@oxidite/orm';
import * as z from 'zod';

/** A field of each type, all of which may be missing. */
export const Sample = defineModel(
  'sample',
  {
    word: field.string().nullable(),
    text: field.text().nullable(),
    whole: field.integer().nullable(),
    big: field.bigint().nullable(),
    price: field.decimal({ precision: 15, scale: 4 }).nullable(),
    flag: field.boolean().nullable(),
    at: field.datetime().nullable(),
    day: field.date().nullable(),
    mood: field.enum(['good', 'bad', "it's"]).nullable(),
    token: field.uuid().nullable(),
    data: field.json(z.json()).nullable(),
  },
  { id: 'uuid' },
);
export type Sample = InferModel<typeof Sample>;

/** Fields with rules, defaults, and columns of other names. */
export const Member = defineModel(
  'member',
  {
    email: field.string({ format: 'email' }).unique(),
    nick: field.string({ minLength: 2, maxLength: 10, pattern: /^[a-z]+$/ }),
    age: field.integer({ min: 18, max: 120 }).nullable(),
    site: field.string({ format: 'url' }).nullable(),
    level: field.integer().default(1),
    code: field.string().default(() => 'made'),
    secret: field.text().hidden().nullable(),
    renamed: field.string().column('other_name').default('x'),
    address: field.json(z.object({ city: z.string().min(1), tags: z.array(z.string()).default([]) })).nullable(),
  },
  { id: 'uuid', timestamps: true },
);
export type Member = InferModel<typeof Member>;

/** It has nothing but a key. */
export const Stub = defineModel('stub', {}, { id: 'uuid' });
export type Stub = InferModel<typeof Stub>;

/** Its key is a whole number of the application. */
export const Floor = defineModel('floor', { number: field.integer().primary(), name: field.string() });
export type Floor = InferModel<typeof Floor>;
