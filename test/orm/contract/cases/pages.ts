/** Pages, by number and by cursor. */
import type { OrderBy } from '@oxidite/orm';
import { expect } from 'vitest';
import { type ContractContext, defineFeature } from '../contract-case.ts';
import { Author, Book } from '../models/library.ts';
import { Sample } from '../models/sample.ts';
import { expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

type Orders = OrderBy<typeof Sample>;

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

/** Reads all pages to the end and back, and expects every row exactly once, each way. */
async function expectWalk({ orm }: ContractContext, orderBy: Orders, limit: number): Promise<void> {
  const query = orm.query(Sample).orderBy(orderBy);
  const wanted = (await query.orderBy({ id: 'asc' }).all()).map(({ whole }) => whole);
  const forward: unknown[] = [];
  let page = await query.paginateByCursor({ limit });
  expect(page.previous).toBeNull();
  let pages = 1;
  for (forward.push(...page.items.map(({ whole }) => whole)); page.next !== null; pages++) {
    page = await query.paginateByCursor({ limit, after: page.next });
    forward.push(...page.items.map(({ whole }) => whole));
  }
  expect(forward).toEqual(wanted);
  expect(pages).toBe(Math.ceil(wanted.length / limit));
  const backward = page.items.map(({ whole }) => whole);
  while (page.previous !== null) {
    page = await query.paginateByCursor({ limit, before: page.previous });
    backward.unshift(...page.items.map(({ whole }) => whole));
  }
  expect(backward).toEqual(wanted);
}

export const pages = defineFeature('Pages', {
  'have a part and the whole length': async ({ orm }) => {
    await createLibrary(orm);
    const page = await orm.query(Book).orderBy({ title: 'asc' }).paginate({ limit: 2, offset: 1 });
    expect([page.items.map(({ title }) => title), page.total, page.limit, page.offset]).toEqual([['Second', 'Third'], 3, 2, 1]);
    expect(await orm.query(Author).where({ name: 'none' }).paginate()).toEqual({ items: [], total: 0, limit: 20, offset: 0 });
  },
  'do not overlap where rows are equal in the order': async (context) => {
    await write(context);
    const seen = new Set<string>();
    for (let offset = 0; offset < WORDS.length; offset += 3)
      for (const { id } of (await context.orm.query(Sample).orderBy({ word: 'asc' }).paginate({ limit: 3, offset })).items) seen.add(id);
    expect(seen.size).toBe(WORDS.length);
  },
  'by cursor give every row once, both ways, with equal values and null': async (context) => {
    await write(context);
    for (const limit of [1, 3, 8, 20]) {
      await expectWalk(context, { word: 'asc' }, limit);
      await expectWalk(context, { word: 'desc' }, limit);
    }
  },
  'by cursor go by every type that can be sorted': async (context) => {
    await write(context);
    for (const name of ['whole', 'price', 'at', 'big', 'flag', 'day', 'id']) {
      await expectWalk(context, { [name]: 'asc' }, 3);
      await expectWalk(context, { [name]: 'desc' }, 3);
    }
  },
  'by cursor go by several fields in different directions': async (context) => {
    await write(context);
    await expectWalk(context, { word: 'desc', price: 'asc' }, 3);
    await expectWalk(context, { flag: 'asc', word: 'asc', day: 'desc' }, 2);
  },
  'by cursor go by relations, also where there is none': async ({ orm }) => {
    await createLibrary(orm);
    const query = orm.query(Author).orderBy({ country: { name: 'desc' } }, { name: 'asc' });
    const first = await query.paginateByCursor({ limit: 2 });
    const second = await query.paginateByCursor({ limit: 2, after: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual(['eve', 'ann', 'bob']);
  },
  'by cursor are not shifted by rows that come and go': async (context) => {
    await write(context, ['b', 'd', 'f', 'h']);
    const query = context.orm.query(Sample).orderBy({ word: 'asc' });
    const first = await query.paginateByCursor({ limit: 2 });
    await context.orm.unitOfWork(async (unit) => {
      await unit.query(Sample).where({ word: 'd' }).delete();
      unit.create(Sample, { word: 'a' });
    });
    expect((await query.paginateByCursor({ limit: 2, after: first.next ?? '' })).items.map(({ word }) => word)).toEqual(['f', 'h']);
  },
  'by cursor have texts of any language and sign in their cursors': async (context) => {
    await write(context, ['日本', '😀', "it's", '', ' ', '"', '\\', 'ä', 'a']);
    await expectWalk(context, { word: 'asc' }, 1);
  },
  'by cursor of nothing have no cursors': async ({ orm }) => {
    expect(await orm.query(Sample).paginateByCursor()).toEqual({ items: [], next: null, previous: null, limit: 20 });
  },
  'by cursor refuse cursors that are changed, or of another list': async (context) => {
    await write(context);
    const { orm } = context;
    const { next } = await orm.query(Sample).orderBy({ word: 'asc' }).paginateByCursor({ limit: 1 });
    const invalid = (work: Promise<unknown>): Promise<void> =>
      expectRefusal(work, 'CURSOR_INVALID', { status: 422, errors: [{ in: 'query', path: '/after' }] });
    await invalid(
      orm
        .query(Sample)
        .orderBy({ word: 'desc' })
        .paginateByCursor({ after: next ?? '' }),
    );
    await invalid(
      orm
        .query(Sample)
        .orderBy({ word: 'asc' })
        .paginateByCursor({ after: `x${next}` }),
    );
    await invalid(orm.query(Sample).paginateByCursor({ after: '' }));
    await invalid(
      orm
        .query(Author)
        .orderBy({ name: 'asc' })
        .paginateByCursor({ after: next ?? '' }),
    );
  },
});
