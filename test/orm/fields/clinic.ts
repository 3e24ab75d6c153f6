/** Models with embedded values. */
import { belongsTo, defineCast, defineModel, field, hasMany, type InferModel, morphMany, morphTo } from '@oxidite/orm';
import * as z from 'zod';

/** A value of the application's own type. */
export class Point {
  readonly x: number;
  readonly y: number;

  constructor(x: number, y: number) {
    this.x = x;
    this.y = y;
  }
}

const point = defineCast({
  schema: z.instanceof(Point),
  fromStored: (text: string) => {
    const [x = 0, y = 0] = text.split(',').map(Number);
    return new Point(x, y);
  },
  toStored: ({ x, y }: Point) => `${x},${y}`,
});

export const City = defineModel('city', { name: field.string().unique(), patients: hasMany(() => Patient, 'home') });

export const Patient = defineModel(
  'patient',
  {
    name: field.string(),
    address: field.embedded({
      street: field.string(),
      city: field.string().index(),
      zip: field.string({ maxLength: 10 }),
      country: field.enum(['DE', 'FR']).default('DE'),
      place: field.embedded({ at: field.string().cast(point), level: field.integer({ min: 0 }).nullable() }).nullable(),
    }),
    billing: field
      .embedded({
        iban: field.string().encrypted(),
        number: field.bigint().unique(),
        note: field.text().nullable(),
        token: field.string().hidden().default('t'),
      })
      .nullable(),
    stay: field
      .embedded({
        since: field.datetime(),
        price: field.decimal().default('1.50'),
        facts: field.json(z.object({ tags: z.array(z.string()) })).default({ tags: [] }),
        isPrivate: field.boolean().default(false),
      })
      .column('st')
      .nullable(),
    home: belongsTo(() => City).nullable(),
    remarks: morphMany(() => Remark, 'subject'),
  },
  { timestamps: true, search: ['name', 'address.street'], indexes: [['address.zip', 'name']] },
);
export type Patient = InferModel<typeof Patient>;

export const Remark = defineModel('remark', {
  subject: morphTo(() => [Patient, City]),
  mark: field.embedded({ stars: field.integer(), by: field.string().default('nobody') }),
});
