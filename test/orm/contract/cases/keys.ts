/** Keys: UUIDs, counters, and keys of the application. */
import { expect } from 'vitest';
import { defineFeature, type Difference } from '../contract-case.ts';
import { Author, Country } from '../models/library.ts';
import { Entry, Slip } from '../models/relational.ts';
import { Floor, Sample, Stub } from '../models/sample.ts';
import { add, expectRefusal, refusesModels } from './expectations.ts';

const UUID_7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

const NO_COUNTER: Difference = {
  reason: "documents are not counted: a model without a key of its own or `{ id: 'uuid' }` is refused when the connection is opened",
  refused: true,
  run: (context) => refusesModels(context, [Entry], 'entry', /write \{ id: 'uuid' \}/),
};

export const keys = defineFeature('Keys', {
  'of UUIDs are of version 7, and sorted by time': async ({ orm, kernel }) => {
    const ids: string[] = [];
    for (let index = 0; index < 4; index++) {
      ids.push(await add(orm, Sample, { whole: index }));
      await kernel.clock.advance(2);
    }
    for (const id of ids) expect(id).toMatch(UUID_7);
    expect((await orm.query(Sample).orderBy({ id: 'asc' }).all()).map((row) => row.whole)).toEqual([0, 1, 2, 3]);
  },
  'of UUIDs may be given': async ({ orm }) => {
    const id = '0191f2a4-0000-7000-8000-000000000001';
    expect(await add(orm, Sample, { id })).toBe(id);
    expect(await orm.query(Sample).where({ id }).exists()).toBe(true);
    expect(await orm.unitOfWork((unit) => unit.insertMany(Sample, [{ id: id.replace(/1$/, '2') }]))).toEqual([id.replace(/1$/, '2')]);
  },
  'of UUIDs are known in either case': async ({ orm }) => {
    const [first, second] = ['0191f2a4-0000-7000-8000-00000000abcd', '0191f2a4-0000-7000-8000-00000000abce'];
    await orm.unitOfWork(async (unit) => {
      const entity = unit.create(Sample, { id: first.toUpperCase(), whole: 1 });
      await unit.flush();
      expect(entity.id).toBe(first);
      expect(await unit.get(Sample, first)).toBe(entity);
      expect(await unit.get(Sample, first.toUpperCase())).toBe(entity);
      expect(await unit.insertMany(Sample, [{ id: second.toUpperCase(), whole: 2 }])).toEqual([second]);
    });
    await orm.unitOfWork(async (unit) => {
      for (const key of [second, second.toUpperCase()]) expect((await unit.get(Sample, key)).whole).toBe(2);
      expect(await unit.list(Sample, { id: { in: [first.toUpperCase(), second] } })).toHaveLength(2);
      await unit.upsert(Sample, [{ id: second.toUpperCase(), whole: 3 }], { by: ['id'] });
    });
    await expectRefusal(add(orm, Sample, { id: first.toUpperCase() }), 'UNIQUE_VIOLATION', { status: 409 });
    expect(await orm.query(Sample).orderBy({ id: 'asc' }).all()).toMatchObject([
      { id: first, whole: 1 },
      { id: second, whole: 3 },
    ]);
  },
  'that count are known after the flush': {
    async run({ orm }) {
      await orm.unitOfWork(async (unit) => {
        const [first, second] = [unit.create(Entry, { text: 'a' }), unit.create(Entry, { text: 'b' })];
        await unit.flush();
        expect(Number.isSafeInteger(first.id) && first.id > 0).toBe(true);
        expect(second.id).toBeGreaterThan(first.id);
        expect(await unit.get(Entry, first.id)).toBe(first);
      });
    },
    differs: { mongodb: NO_COUNTER },
  },
  'that count come back in the order of the rows that are written at once': {
    async run({ orm }) {
      const texts = Array.from({ length: 50 }, (_, index) => `entry ${index}`);
      const ids = await orm.unitOfWork((unit) =>
        unit.insertMany(
          Entry,
          texts.map((text) => ({ text })),
        ),
      );
      const rows = new Map((await orm.query(Entry).all()).map(({ id, text }) => [id, text]));
      expect(ids.map((id) => rows.get(id))).toEqual(texts);
    },
    differs: { mongodb: NO_COUNTER },
  },
  'that count may be given, and go on': {
    async run({ orm }) {
      await orm.unitOfWork(async (unit) => {
        const highest = (await unit.query(Entry).max('id')) ?? 0;
        unit.create(Entry, { id: highest + 1_000, text: 'given' });
        await unit.flush();
        expect(
          (
            await unit
              .query(Entry)
              .where({ id: highest + 1_000 })
              .get()
          ).text,
        ).toBe('given');
      });
    },
    differs: { mongodb: NO_COUNTER },
  },
  'that count may be all that a row has': {
    async run({ orm }) {
      await orm.unitOfWork(async (unit) => {
        const entity = unit.create(Slip, {});
        await unit.flush();
        const ids = [entity.id, ...(await unit.insertMany(Slip, [{}])), ...(await unit.insertMany(Slip, [{}, { id: entity.id + 1_000 }, {}]))];
        expect((await unit.query(Slip).orderBy({ id: 'asc' }).all()).map(({ id }) => id)).toEqual(ids.toSorted((one, other) => one - other));
        await unit.upsert(Slip, [{}, { id: entity.id }, {}], { by: ['id'] });
        expect(await unit.query(Slip).count()).toBe(7);
      });
    },
    differs: { mongodb: NO_COUNTER },
  },
  'that were deleted are not given again': {
    async run({ orm }) {
      const ids = await orm.unitOfWork((unit) => unit.insertMany(Entry, [{ text: 'a' }, { text: 'b' }]));
      await orm.unitOfWork((unit) => unit.query(Entry).where({}).delete());
      const [next] = await orm.unitOfWork((unit) => unit.insertMany(Entry, [{ text: 'c' }]));
      expect(next).toBeGreaterThan(Math.max(...ids));
    },
    differs: { mongodb: NO_COUNTER },
  },
  'of UUIDs may be all that a row has': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      const entity = unit.create(Stub, {});
      await unit.flush();
      const ids = [entity.id, ...(await unit.insertMany(Stub, [{}, {}]))];
      expect((await unit.query(Stub).all()).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      await unit.upsert(Stub, [{ id: entity.id }, {}], { by: ['id'] });
      expect(await unit.query(Stub).count()).toBe(4);
    });
  },
  'of the application are its own': async ({ orm }) => {
    await orm.unitOfWork((unit) => void unit.create(Country, { code: 'NO', name: 'Norway' }));
    await orm.unitOfWork(async (unit) => {
      expect((await unit.get(Country, 'NO')).name).toBe('Norway');
      expect(await unit.find(Country, 'no')).toBeUndefined();
    });
    expect(await orm.unitOfWork((unit) => unit.insertMany(Country, [{ code: 'SE', name: 'Sweden' }]))).toEqual(['SE']);
  },
  'of the application that are taken are refused': async ({ orm }) => {
    const create = (name: string): Promise<unknown> => orm.unitOfWork((unit) => void unit.create(Country, { code: 'NO', name }));
    await create('Norway');
    await expectRefusal(create('Narnia'), 'UNIQUE_VIOLATION', { status: 409, errors: [{ in: 'body', path: '/code', message: 'has already been taken' }] });
    expect((await orm.query(Country).get()).name).toBe('Norway');
  },
  'of the application are referred to': async ({ orm }) => {
    await orm.unitOfWork((unit) => void unit.create(Author, { name: 'ann', country: unit.create(Country, { code: 'NO', name: 'Norway' }) }));
    expect(await orm.query(Author).where({ country: 'NO' }).with('country').get()).toMatchObject({ countryId: 'NO', country: { name: 'Norway' } });
  },
  'of another type are refused, and do not convert': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      for (const key of [5, true, Number.NaN]) await expectRefusal(unit.find(Sample, key), 'QUERY_INVALID');
      await expectRefusal(unit.find(Floor, '1'), 'QUERY_INVALID');
      await expect(unit.get(Sample, undefined as never)).rejects.toThrow();
      await expect(unit.get(Sample, null as never)).rejects.toThrow();
      expect(await unit.find(Sample, 'no uuid')).toBeUndefined();
    });
  },
});
