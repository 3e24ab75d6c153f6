/** Conditions: what each comparison finds, and what null is to it. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Sample } from '../models/sample.ts';
import { add, expectRefusal } from './expectations.ts';
import { type Condition, findWords, finds, writeWords } from './found-words.ts';

const WORDS = ['a', 'b', null, 'c'];

export const conditions = defineFeature('Conditions', {
  'compare with a value, eq and ne': finds(
    WORDS,
    [{ word: 'a' }, ['a']],
    [{ word: { eq: 'a' } }, ['a']],
    [{ word: { ne: 'a' } }, ['b', 'c']],
    [{ word: 'none' }, []],
  ),
  'compare with null': finds(
    WORDS,
    [{ word: null }, [null]],
    [{ word: { eq: null } }, [null]],
    [{ word: { ne: null } }, ['a', 'b', 'c']],
    [{ word: { isNull: true } }, [null]],
    [{ word: { isNull: false } }, ['a', 'b', 'c']],
  ),
  'compare by greater and less, and null is neither': finds(
    WORDS,
    [{ word: { gt: 'a' } }, ['b', 'c']],
    [{ word: { gte: 'a', lt: 'c' } }, ['a', 'b']],
    [{ word: { lte: 'b' } }, ['a', 'b']],
    [{ whole: { gt: 0, lt: 3 } }, ['b', null]],
  ),
  'take lists, also empty ones and those with values twice': finds(
    WORDS,
    [{ word: { in: ['a', 'c', 'none', 'a'] } }, ['a', 'c']],
    [{ word: { in: [] } }, []],
    [{ word: { notIn: ['a'] } }, ['b', 'c']],
    [{ word: { notIn: [] } }, WORDS],
    [{ not: { word: { in: [] } } }, WORDS],
  ),
  'take lists of thousands of values': async (context) => {
    await writeWords(context, WORDS);
    const many = Array.from({ length: 5_000 }, (_, index) => `word ${index}`);
    expect(await findWords(context, { word: { in: [...many, 'b'] } })).toEqual(['b']);
    expect(await findWords(context, { word: { notIn: many } })).toEqual(['a', 'b', 'c']);
  },
  'leave out null with not, as with ne': finds(
    WORDS,
    [{ not: { word: 'a' } }, ['b', 'c']],
    [{ not: { word: { gt: 'a' } } }, ['a']],
    [{ not: { word: null } }, ['a', 'b', 'c']],
    [{ not: { not: { word: 'a' } } }, ['a']],
    [{ not: { word: { contains: 'a' } } }, ['b', 'c']],
  ),
  'are joined by and, or and not, as deep as is wanted': finds(
    WORDS,
    [{ and: [{ word: { ne: 'a' } }, { word: { ne: 'b' } }] }, ['c']],
    [{ or: [{ word: 'a' }, { word: null }] }, ['a', null]],
    [{ or: [{ and: [{ word: 'a' }, { whole: 1 }] }, { not: { or: [{ word: 'a' }, { word: 'b' }] } }] }, ['c']],
    [{ word: { gt: 'a' }, or: [{ whole: 3 }, { whole: 0 }] }, ['c']],
    [{ or: [] }, []],
    [{ and: [] }, WORDS],
    [{}, WORDS],
    [{ not: {} }, []],
  ),
  'keep to all comparisons of one field': finds(
    ['a', 'ab', 'abc', null],
    [{ word: { startsWith: 'a', endsWith: 'b', ne: 'x' } }, ['ab']],
    [{ word: { gt: 'b', lt: 'a' } }, []],
  ),
  'compare whole numbers with fractions and beyond': async (context) => {
    await writeWords(context, ['a', 'b', 'c']);
    for (const [condition, found] of [
      [{ whole: { gt: 0.5 } }, ['b', 'c']],
      [{ whole: { lte: 1.5 } }, ['a', 'b']],
      [{ whole: 0.5 }, []],
      [{ whole: { lt: 1e300 } }, ['a', 'b', 'c']],
      [{ whole: { in: [1, 1.5] } }, ['b']],
    ] as const)
      expect(await findWords(context, condition), JSON.stringify(condition)).toEqual(found);
  },
  'compare numbers of 64 bits exactly': async ({ orm }) => {
    for (const big of [2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n]) await add(orm, Sample, { big });
    expect(
      await orm
        .query(Sample)
        .where({ big: 2n ** 53n + 1n })
        .count(),
    ).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ big: { gt: 2n ** 53n } })
        .count(),
    ).toBe(2);
    expect(
      await orm
        .query(Sample)
        .where({ big: { in: [2n ** 63n - 1n, 0n] } })
        .count(),
    ).toBe(1);
  },
  'compare decimals as numbers, however they are written': async ({ orm }) => {
    for (const price of ['9.5', '10', '-1', '0.0001']) await add(orm, Sample, { price });
    const prices = async (condition: Condition): Promise<unknown> =>
      (await orm.query(Sample).where(condition).orderBy({ price: 'asc' }).all()).map(({ price }) => price);
    expect(await prices({ price: { gt: '9' } })).toEqual(['9.5000', '10.0000']);
    expect(await prices({ price: '9.50' })).toEqual(['9.5000']);
    expect(await prices({ price: { in: ['10.0', '-1'] } })).toEqual(['-1.0000', '10.0000']);
    expect(await prices({ price: { lt: '0.0002' } })).toEqual(['-1.0000', '0.0001']);
  },
  'compare moments and days': async ({ orm }) => {
    await add(orm, Sample, { at: new Date(1_000), day: '2026-01-31' });
    await add(orm, Sample, { at: new Date(1_001), day: '2026-02-01' });
    expect(
      await orm
        .query(Sample)
        .where({ at: { gt: new Date(1_000) } })
        .count(),
    ).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ at: new Date(1_000) })
        .count(),
    ).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ day: { gte: '2026-01-31', lt: '2026-02-01' } })
        .count(),
    ).toBe(1);
    expect(await orm.query(Sample).where({ day: '2026-02-30' }).count()).toBe(0);
  },
  'compare true and false': async ({ orm }) => {
    for (const flag of [true, false, null]) await add(orm, Sample, { flag });
    expect(await orm.query(Sample).where({ flag: true }).count()).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ flag: { ne: true } })
        .count(),
    ).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ flag: { in: [true, false] } })
        .count(),
    ).toBe(2);
  },
  'refuse what would match everything, or is no comparison': async ({ orm }) => {
    for (const where of [
      { word: undefined },
      { word: { eq: undefined } },
      { word: {} },
      { colour: 'x' },
      { word: { $ne: 'x' } },
      { or: { word: 'x' } },
      null,
      'word = 1',
    ])
      await expectRefusal(
        orm
          .query(Sample)
          .where(where as never)
          .all(),
        'QUERY_INVALID',
        { model: 'sample' },
      );
  },
  'refuse values of another type': async ({ orm }) => {
    for (const where of [
      { word: 5 },
      { whole: '5' },
      { whole: Number.NaN },
      { whole: { gt: Infinity } },
      { flag: 1 },
      { at: '2026-01-01' },
      { at: new Date(Number.NaN) },
      { big: 1.5 },
      { word: ['a'] },
      { word: { in: 'abc' } },
      { whole: { contains: '1' } },
    ])
      await expectRefusal(
        orm
          .query(Sample)
          .where(where as never)
          .all(),
        'QUERY_INVALID',
        { model: 'sample' },
      );
  },
});
