/** Sums, averages and extremes. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book } from '../models/library.ts';
import { Member, Sample } from '../models/sample.ts';
import { add, expectRefusal } from './expectations.ts';

const PRICES = ['0.10', '0.20', '12345678.90', '-3.05'];

const books = (orm: Parameters<typeof add>[0]): Promise<unknown> =>
  orm.unitOfWork(async (unit) => {
    const author = unit.create(Author, { name: 'ann' });
    await unit.flush();
    await unit.insertMany(
      Book,
      PRICES.map((price, index) => ({ title: `Book ${index}`, price, pages: (index + 1) * 10, author: author.id })),
    );
  });

export const aggregates = defineFeature('Aggregates', {
  'of no rows are 0 or null': async ({ orm }) => {
    const query = orm.query(Sample);
    expect([await query.sum('whole'), await query.sum('big'), await query.sum('price')]).toEqual([0, 0n, '0.0000']);
    for (const value of [await query.avg('whole'), await query.min('whole'), await query.max('price'), await query.min('at'), await query.max('word')])
      expect(value).toBeNull();
    await add(orm, Sample, {});
    expect([await query.sum('whole'), await query.max('whole')]).toEqual([0, null]);
  },
  'of decimals are exact': async ({ orm }) => {
    await books(orm);
    expect(await orm.query(Book).sum('price')).toBe('12345676.15');
    expect(
      await orm
        .query(Book)
        .where({ pages: { lt: 25 } })
        .sum('price'),
    ).toBe('0.30');
    expect([await orm.query(Book).min('price'), await orm.query(Book).max('price')]).toEqual(['-3.05', '12345678.90']);
    expect(
      Number(
        await orm
          .query(Book)
          .where({ pages: { lt: 25 } })
          .avg('price'),
      ),
    ).toBeCloseTo(0.15, 10);
  },
  'of whole numbers are numbers': async ({ orm }) => {
    await books(orm);
    expect([
      await orm.query(Book).sum('pages'),
      await orm.query(Book).avg('pages'),
      await orm.query(Book).min('pages'),
      await orm.query(Book).max('pages'),
    ]).toEqual([100, 25, 10, 40]);
  },
  'of numbers of 64 bits lose nothing': async ({ orm }) => {
    for (const big of [2n ** 62n, 2n ** 61n, 1n]) await add(orm, Sample, { big });
    expect([await orm.query(Sample).sum('big'), await orm.query(Sample).max('big')]).toEqual([2n ** 62n + 2n ** 61n + 1n, 2n ** 62n]);
  },
  'of texts, moments and days are values of the field': async ({ orm }) => {
    await add(orm, Sample, { word: 'b', at: new Date(5), day: '2026-01-02' });
    await add(orm, Sample, { word: 'a', at: new Date(7), day: '2026-01-01' });
    expect([await orm.query(Sample).min('word'), await orm.query(Sample).max('at'), await orm.query(Sample).min('day')]).toEqual([
      'a',
      new Date(7),
      '2026-01-01',
    ]);
  },
  'leave out null, and what conditions leave out': async ({ orm }) => {
    await orm.unitOfWork((unit) => unit.insertMany(Sample, [{ whole: 4 }, { whole: null }, { whole: 2 }]));
    expect([
      await orm.query(Sample).avg('whole'),
      await orm
        .query(Sample)
        .where({ whole: { gt: 2 } })
        .sum('whole'),
      await orm.query(Sample).count(),
    ]).toEqual([3, 4, 3]);
  },
  'go through relations, whatever limit and order are': async ({ orm }) => {
    await books(orm);
    expect(
      await orm
        .query(Book)
        .where({ author: { name: 'ann' } })
        .orderBy({ author: { name: 'asc' } })
        .limit(1)
        .sum('pages'),
    ).toBe(100);
    expect(
      await orm
        .query(Book)
        .where({ author: { name: 'bob' } })
        .sum('pages'),
    ).toBe(0);
  },
  'leave out what is softly deleted': async ({ orm }) => {
    await books(orm);
    await orm.unitOfWork((unit) => unit.query(Book).where({ pages: 40 }).delete());
    expect([await orm.query(Book).sum('pages'), await orm.query(Book).withTrashed().sum('pages')]).toEqual([60, 100]);
  },
  'are refused of fields that have none': async ({ orm }) => {
    for (const ask of [
      () => orm.query(Sample).sum('word' as never),
      () => orm.query(Sample).avg('at' as never),
      () => orm.query(Sample).min('flag' as never),
      () => orm.query(Member).max('address' as never),
      () => orm.query(Sample).sum('colour' as never),
    ])
      await expectRefusal(ask, 'QUERY_INVALID');
  },
});
