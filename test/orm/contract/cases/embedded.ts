/** Several fields under one name, without a table of their own. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Customer } from '../models/embedded.ts';
import { add, expectBoth, expectInvalid, expectRefusal } from './expectations.ts';

const ann = { name: 'ann', address: { street: 'Way 1', city: 'Ulm', place: { door: 'left' } } };
const billing = { iban: 'DE1', bank: 'one', limit: '10.50' };

const namesOf = async (orm: Orm, where: Parameters<ReturnType<typeof orm.query<typeof Customer>>['where']>[0]): Promise<string[]> =>
  (await orm.query(Customer).where(where).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

const write = (orm: Orm): Promise<readonly string[]> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(Customer, [
      { ...ann, billing },
      { name: 'bob', address: { street: 'Way 2', city: 'Bonn', place: { level: 3, door: null } }, card: { number: '7', from: '2026-01-02' } },
    ]),
  );

export const embedded = defineFeature('Embedded values', {
  'are read as objects, with defaults and null': async ({ orm }) => {
    const id = await add(orm, Customer, ann);
    await expectBoth(orm, Customer, id, { billing: null, card: null });
    expect((await orm.query(Customer).get()).address).toEqual({ street: 'Way 1', city: 'Ulm', country: 'DE', place: { level: 0, door: 'left' } });
    await orm.unitOfWork(async (unit) => expect((await unit.get(Customer, id)).address.place.door).toBe('left'));
  },
  'keep the types of their fields, and secrets': async ({ orm, stored }) => {
    const id = await add(orm, Customer, { ...ann, billing, card: { number: '7', from: '2026-01-02' } });
    expect(await orm.query(Customer).where({ id }).get()).toMatchObject({ billing, card: { number: '7', from: '2026-01-02' } });
    expect(JSON.stringify(await stored.read('customers'))).not.toContain('DE1');
  },
  'are changed field by field, as a whole, and to null': async ({ orm }) => {
    const id = await add(orm, Customer, { ...ann, billing });
    await orm.unitOfWork(async (unit) => {
      const customer = await unit.get(Customer, id);
      customer.address.city = 'Bonn';
      customer.address.place.level = 2;
      customer.billing = null;
      customer.card = { number: '8', from: '2026-01-03' };
    });
    expect(await orm.query(Customer).get()).toMatchObject({
      address: { street: 'Way 1', city: 'Bonn', place: { level: 2, door: 'left' } },
      billing: null,
      card: { number: '8' },
      version: 2,
    });
    await orm.unitOfWork(async (unit) => {
      const customer = await unit.get(Customer, id);
      customer.assign({ address: { city: 'Kiel' } });
      expect(customer.address.street).toBe('Way 1');
      customer.address = { street: 'Way 9', city: 'Jena', country: 'DE', place: { level: 0, door: null } };
    });
    expect((await orm.query(Customer).get()).address).toEqual({ street: 'Way 9', city: 'Jena', country: 'DE', place: { level: 0, door: null } });
  },
  'are asked for by their fields, and by null': async ({ orm }) => {
    await write(orm);
    expect(await namesOf(orm, { address: { city: 'Ulm' } })).toEqual(['ann']);
    expect(await namesOf(orm, { address: { place: { level: { gt: 0 } } } })).toEqual(['bob']);
    expect(await namesOf(orm, { address: { place: { door: null } } })).toEqual(['bob']);
    expect(await namesOf(orm, { billing: null })).toEqual(['bob']);
    expect(await namesOf(orm, { not: { billing: null } })).toEqual(['ann']);
    expect(await namesOf(orm, { or: [{ billing: { bank: 'one' } }, { card: { number: '7' } }] })).toEqual(['ann', 'bob']);
    expect(await namesOf(orm, { not: { billing: { bank: 'one' } } })).toEqual([]);
    expect(await namesOf(orm, { not: { address: { city: 'Ulm' } } })).toEqual(['bob']);
  },
  'are sorted, selected and added up by their paths': async ({ orm }) => {
    await write(orm);
    expect(
      (
        await orm
          .query(Customer)
          .orderBy({ address: { city: 'asc' } })
          .all()
      ).map(({ name }) => name),
    ).toEqual(['bob', 'ann']);
    expect(await orm.query(Customer).where({ name: 'bob' }).select('address.city', 'card').get()).toEqual({
      address: { city: 'Bonn' },
      card: { number: '7', from: '2026-01-02' },
    });
    expect([
      await orm.query(Customer).sum('address.place.level'),
      await orm.query(Customer).max('address.city'),
      await orm.query(Customer).sum('billing.limit'),
    ]).toEqual([3, 'Ulm', '10.50']);
  },
  'are written to many rows at once, and what is not given stays': async ({ orm }) => {
    await write(orm);
    await orm.unitOfWork(async (unit) => {
      expect(
        await unit
          .query(Customer)
          .where({ address: { country: 'DE' } })
          .update({ address: { country: 'FR' }, billing: null }),
      ).toBe(2);
      expect(await unit.query(Customer).where({ name: 'bob' }).increment('address.place.level', 4)).toBe(1);
    });
    expect(
      (await orm.query(Customer).orderBy({ name: 'asc' }).all()).map((row) => [row.address.city, row.address.country, row.address.place.level, row.billing]),
    ).toEqual([
      ['Ulm', 'FR', 0, null],
      ['Bonn', 'FR', 7, null],
    ]);
  },
  'keep the rules of their fields, and point into the value': async ({ orm }) => {
    await expectInvalid(add(orm, Customer, { ...ann, address: { ...ann.address, street: '' } }), '/address/street');
    await expectInvalid(add(orm, Customer, { ...ann, address: { ...ann.address, place: { level: -1, door: null } } }), '/address/place/level');
    await expectInvalid(add(orm, Customer, { ...ann, billing: { ...billing, bank: 'x' } }), '/billing/bank');
    await expectInvalid(
      orm.unitOfWork((unit) => unit.insertMany(Customer, [{ ...ann, address: { ...ann.address, city: 5 } } as never])),
      '/0/address/city',
    );
    expect(await orm.query(Customer).count()).toBe(0);
  },
  'that are required cannot be missing': async ({ orm }) => {
    const { address: _, ...rest } = ann;
    await expect(add(orm, Customer, rest as never)).rejects.toMatchObject({ status: 422 });
    await expect(add(orm, Customer, { ...rest, address: null } as never)).rejects.toMatchObject({ status: 422 });
    expect(await orm.query(Customer).count()).toBe(0);
  },
  'are unique where a field or a path is, and null is there often': async ({ orm }) => {
    await write(orm);
    await expectRefusal(add(orm, Customer, { ...ann, name: 'cid', card: { number: '7', from: '2026-01-02' } }), 'UNIQUE_VIOLATION', {
      status: 409,
      errors: [{ in: 'body', path: '/card/number' }],
    });
    await expectRefusal(add(orm, Customer, ann), 'UNIQUE_VIOLATION', { status: 409, errors: [{ path: '/name' }, { path: '/address/city' }] });
    for (const name of ['dan', 'eve']) await add(orm, Customer, { ...ann, name });
    expect(await orm.query(Customer).where({ card: null }).count()).toBe(3);
  },
  'tell the rows of upserts by their paths': async ({ orm }) => {
    const [id] = await write(orm);
    await orm.unitOfWork((unit) =>
      unit.upsert(Customer, [{ name: 'ann', address: { street: 'New', city: 'Ulm', place: { door: null } } }], {
        by: ['name', 'address.city'],
        update: ['address.street'],
      }),
    );
    expect(await orm.query(Customer).where({ name: 'ann' }).get()).toMatchObject({ id, address: { street: 'New', place: { door: 'left' } }, version: 2 });
  },
  'are told to hooks by their paths': async ({ orm, tap }) => {
    const id = await add(orm, Customer, ann);
    const told: string[] = [];
    await tap({ committed: ({ changes }) => told.push(...changes.flatMap(({ fields }) => fields)) });
    await orm.unitOfWork(async (unit) => void ((await unit.get(Customer, id)).address.city = 'Bonn'));
    expect(told).toContain('address.city');
    expect(told).not.toContain('address.street');
  },
});
