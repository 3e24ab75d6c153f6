/** All rows, without holding more than a chunk of them. */
import { expect } from 'vitest';
import { type ContractContext, defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Sample } from '../models/sample.ts';
import { expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

/** Words that are there several times, and null. */
const WORDS = ['b', null, 'a', 'b', null, 'c', 'a', 'b'];

const write = ({ orm }: ContractContext, words: readonly (string | null)[] = WORDS): Promise<unknown> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(
      Sample,
      words.map((word, whole) => ({
        word,
        whole,
        price: `${whole % 3}.5`,
        at: new Date(whole % 2),
        big: BigInt(whole % 4),
        flag: whole % 2 === 0,
        day: `2026-01-0${(whole % 3) + 1}`,
      })),
    ),
  );

export const streams = defineFeature('Streams', {
  'give every row once, in chunks of any size': async (context) => {
    await write(context);
    for (const chunk of [1, 3, 8, 100]) {
      const seen: unknown[] = [];
      for await (const { whole } of context.orm.query(Sample).orderBy({ word: 'desc' }).stream({ chunk })) seen.push(whole);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen).toHaveLength(WORDS.length);
    }
  },
  'end at the limit, and chunks have their size': async (context) => {
    await write(context);
    const sizes: number[] = [];
    for await (const rows of context.orm.query(Sample).orderBy({ whole: 'asc' }).limit(7).chunks(3)) sizes.push(rows.length);
    expect(sizes).toEqual([3, 3, 1]);
  },
  'load what is related for each chunk': async ({ orm }) => {
    await createLibrary(orm);
    const seen: unknown[] = [];
    for await (const book of orm.query(Book).with('author', 'tags').orderBy({ title: 'asc' }).stream({ chunk: 2 }))
      seen.push([book.title, book.author.name, book.tags.length]);
    expect(seen).toEqual([
      ['First', 'ann', 2],
      ['Second', 'ann', 1],
      ['Third', 'bob', 0],
    ]);
  },
  'may be left early, and rows changed meanwhile': async (context) => {
    await write(context);
    await context.orm.unitOfWork(async (unit) => {
      for await (const { id, whole } of unit.query(Sample).orderBy({ whole: 'asc' }).stream({ chunk: 2 })) {
        if (whole === 5) break;
        await unit.query(Sample).where({ id }).update({ text: 'seen' });
      }
    });
    expect(await context.orm.query(Sample).where({ text: 'seen' }).count()).toBe(5);
  },
  'refuse an offset, and chunks without rows': async ({ orm }) => {
    await expectRefusal(orm.query(Sample).offset(1).stream().next(), 'QUERY_INVALID');
    await expectRefusal(orm.query(Sample).chunks(0).next(), 'QUERY_INVALID');
  },
});
