/** Changes of many rows at once, without entities. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book } from '../models/library.ts';
import { Sample } from '../models/sample.ts';
import { Account } from '../models/shop.ts';
import { add, expectInvalid, expectRefusal } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

export const changes = defineFeature('Changes of many rows', {
  'write what is given, and return how many rows there were': async ({ orm }) => {
    await createLibrary(orm);
    const change = (where: object, data: object): Promise<number> => orm.unitOfWork((unit) => unit.query(Book).where(where).update(data));
    expect(await change({ state: 'published' }, { pages: 7, price: '1.5' })).toBe(2);
    expect(await change({ title: 'none' }, { pages: 8 })).toBe(0);
    expect((await orm.query(Book).orderBy({ title: 'asc' }).all()).map(({ pages, price }) => [pages, price])).toEqual([
      [7, '1.50'],
      [7, '1.50'],
      [200, '0.30'],
    ]);
  },
  'count rows that had the value already': async ({ orm }) => {
    await createLibrary(orm);
    expect(await orm.unitOfWork((unit) => unit.query(Book).where({ pages: 200 }).update({ pages: 200 }))).toBe(2);
  },
  'go by conditions on relations, also back to the same table': async ({ orm }) => {
    await createLibrary(orm);
    expect(
      await orm.unitOfWork((unit) =>
        unit
          .query(Book)
          .where({ author: { name: 'ann' } })
          .update({ pages: 1 }),
      ),
    ).toBe(2);
    expect(
      await orm.unitOfWork((unit) =>
        unit
          .query(Book)
          .where({ author: { books: { title: 'First' } } })
          .update({ pages: 2 }),
      ),
    ).toBe(2);
    expect(
      await orm.unitOfWork((unit) =>
        unit
          .query(Book)
          .where({ tags: { name: 'css' } })
          .delete(),
      ),
    ).toBe(1);
    expect(await titlesOf(orm.query(Book))).toEqual(['Second', 'Third']);
  },
  'set relations, and null': async ({ orm }) => {
    const { bob } = await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Book).where({ title: 'First' }).update({ author: bob, editor: null, isbn: null }));
    expect(await orm.query(Book).where({ title: 'First' }).get()).toMatchObject({ authorId: bob, editorId: null, isbn: null });
  },
  'need where(), no limit, and a unit of work': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      for (const query of [unit.query(Book), unit.query(Book).where({}).limit(1), unit.query(Book).where({}).offset(1)]) {
        await expectRefusal(query.update({ pages: 1 }), 'QUERY_INVALID');
        await expectRefusal(query.delete(), 'QUERY_INVALID');
      }
    });
    await expectRefusal(orm.query(Book).where({}).delete(), 'NO_UNIT_OF_WORK');
  },
  'report what the database refuses, and change nothing': async ({ orm }) => {
    await createLibrary(orm);
    await expectRefusal(
      orm.unitOfWork((unit) =>
        unit
          .query(Author)
          .where({ name: { in: ['ann', 'bob'] } })
          .update({ name: 'same' }),
      ),
      'UNIQUE_VIOLATION',
      { status: 409, errors: [{ in: 'body', path: '/name' }] },
    );
    expect((await orm.query(Author).orderBy({ name: 'asc' }).all()).map(({ name }) => name)).toEqual(['ann', 'bob', 'eve']);
  },
  'add to numbers, and keep null': async ({ orm }) => {
    await orm.unitOfWork((unit) => unit.insertMany(Sample, [{ whole: 1, big: 2n ** 60n, price: '1.5' }, {}]));
    const query = <Result>(work: (samples: ReturnType<typeof orm.query<typeof Sample>>) => Promise<Result>): Promise<Result> =>
      orm.unitOfWork((unit) => work(unit.query(Sample).where({})));
    expect(await query((samples) => samples.increment('whole', 4))).toBe(2);
    await query((samples) => samples.decrement('whole'));
    await query((samples) => samples.increment('big', 1n));
    await query((samples) => samples.decrement('price', '0.25'));
    expect((await orm.query(Sample).orderBy({ whole: 'asc' }).all()).map(({ whole, big, price }) => [whole, big, price])).toEqual([
      [null, null, null],
      [4, 2n ** 60n + 1n, '1.2500'],
    ]);
  },
  'that add keep the bounds of a field': async ({ orm }) => {
    await orm.unitOfWork((unit) =>
      unit.insertMany(Account, [
        { owner: 'ann', balance: 5 },
        { owner: 'bob', balance: 1 },
      ]),
    );
    await expectInvalid(
      orm.unitOfWork((unit) => unit.query(Account).where({}).decrement('balance', 2)),
      '/balance',
    );
    expect(await orm.query(Account).sum('balance')).toBe(6);
  },
  'that add lose nothing when many do it at once': async ({ orm }) => {
    await add(orm, Account, { owner: 'ann' });
    await Promise.all(Array.from({ length: 8 }, () => orm.unitOfWork((unit) => unit.query(Account).where({ owner: 'ann' }).increment('balance', 5))));
    expect((await orm.query(Account).get()).balance).toBe(40);
  },
  'take a row only once, however many want it': async ({ orm }) => {
    await add(orm, Sample, { word: 'free' });
    const taken = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        orm.unitOfWork((unit) =>
          unit
            .query(Sample)
            .where({ word: 'free' })
            .update({ word: `taken by ${index}` }),
        ),
      ),
    );
    expect(taken.reduce((sum, count) => sum + count, 0)).toBe(1);
  },
});
