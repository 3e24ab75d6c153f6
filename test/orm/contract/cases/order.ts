/** The order of rows. */
import type { OrderBy } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Sample } from '../models/sample.ts';
import { add, expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

const write = (orm: Parameters<typeof add>[0], words: readonly (string | null)[]): Promise<unknown> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(
      Sample,
      words.map((word, whole) => ({ word, whole })),
    ),
  );

export const order = defineFeature('Order', {
  'puts null before all values, and behind them when it is descending': async ({ orm }) => {
    await write(orm, ['b', null, 'a']);
    const words = async (direction: 'asc' | 'desc'): Promise<unknown> => (await orm.query(Sample).orderBy({ word: direction }).all()).map(({ word }) => word);
    expect([await words('asc'), await words('desc')]).toEqual([
      [null, 'a', 'b'],
      ['b', 'a', null],
    ]);
    const entities = await orm.unitOfWork(async (unit) => (await unit.list(Sample, {}, { orderBy: { word: 'asc' } })).map(({ word }) => word));
    expect(entities).toEqual([null, 'a', 'b']);
  },
  'is that of the bytes of texts': async ({ orm }) => {
    await write(orm, ['b', 'B', 'a', 'A', 'ä', 'Z', '1', 'aa', '']);
    expect((await orm.query(Sample).orderBy({ word: 'asc' }).all()).map(({ word }) => word)).toEqual(['', '1', 'A', 'B', 'Z', 'a', 'aa', 'b', 'ä']);
  },
  'is that of numbers, decimals, moments and days': async ({ orm }) => {
    const rows = [
      { whole: 10, big: 2n ** 60n, price: '10', at: new Date(10), day: '2026-10-01' },
      { whole: 9, big: 2n ** 60n - 1n, price: '9.5', at: new Date(9), day: '2026-09-30' },
      { whole: -1, big: -1n, price: '-1', at: new Date(-1), day: '1999-01-01' },
    ];
    await orm.unitOfWork((unit) => unit.insertMany(Sample, rows));
    for (const name of ['whole', 'big', 'price', 'at', 'day'] as const)
      expect(
        (
          await orm
            .query(Sample)
            .orderBy({ [name]: 'asc' })
            .all()
        ).map(({ whole }) => whole),
        name,
      ).toEqual([-1, 9, 10]);
  },
  'puts false before true': async ({ orm }) => {
    for (const flag of [true, null, false]) await add(orm, Sample, { flag });
    expect((await orm.query(Sample).orderBy({ flag: 'asc' }).all()).map(({ flag }) => flag)).toEqual([null, false, true]);
  },
  'goes by several fields, of which earlier ones weigh more': async ({ orm }) => {
    await createLibrary(orm);
    const titles = async (...orders: readonly OrderBy<typeof Book>[]): Promise<string[]> =>
      (
        await orm
          .query(Book)
          .orderBy(...orders)
          .all()
      ).map(({ title }) => title);
    expect(await titles({ pages: 'desc', title: 'desc' })).toEqual(['Third', 'Second', 'First']);
    expect(await titles({ pages: 'desc' }, { title: 'asc' })).toEqual(['Second', 'Third', 'First']);
    expect(await titles({ author: { name: 'desc' } }, { title: 'asc' })).toEqual(['Third', 'First', 'Second']);
  },
  'refuses unknown names and directions, and relations to many': async ({ orm }) => {
    for (const by of [{ colour: 'asc' }, { title: 'up' }, { title: 1 }, { tags: { name: 'asc' } }])
      await expectRefusal(
        orm
          .query(Book)
          .orderBy(by as never)
          .all(),
        'QUERY_INVALID',
      );
  },
});
