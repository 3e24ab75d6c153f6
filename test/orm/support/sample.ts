/** A model with a field of each type, for the suites of drivers. */
import { belongsTo, defineModel, field } from '@oxidite/orm';
import * as z from 'zod';

export const Owner = defineModel('owner', { name: field.string() });
export const Sample = defineModel(
  'sample',
  {
    name: field.string().unique(),
    text: field.text().default(''),
    count: field.integer().nullable(),
    big: field.bigint().nullable(),
    price: field.decimal({ precision: 30, scale: 4 }).nullable(),
    day: field.date().nullable(),
    at: field.datetime().nullable(),
    flag: field.boolean().default(false),
    mood: field.enum(['good', 'bad']).default('good'),
    token: field.uuid().nullable(),
    data: field.json(z.json()).nullable(),
    owner: belongsTo(() => Owner).nullable(),
  },
  { timestamps: true },
);
