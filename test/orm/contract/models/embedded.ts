/** A model with embedded values: a plain one, one in another, and ones that may be null. */
import { defineModel, field, type InferModel } from '@oxidite/orm';

const address = {
  street: field.string({ minLength: 1 }),
  city: field.string().index(),
  country: field.enum(['DE', 'FR']).default('DE'),
  place: field.embedded({ level: field.integer({ min: 0 }).default(0), door: field.string().nullable() }),
};

export const Customer = defineModel(
  'customer',
  {
    name: field.string(),
    address: field.embedded(address),
    billing: field
      .embedded({ iban: field.string().encrypted(), bank: field.string({ minLength: 2 }), limit: field.decimal({ precision: 8, scale: 2 }).nullable() })
      .nullable(),
    card: field.embedded({ number: field.string().unique(), from: field.date() }).nullable(),
  },
  { id: 'uuid', version: true, uniques: [['name', 'address.city']] },
);
export type Customer = InferModel<typeof Customer>;
