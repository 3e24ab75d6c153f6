/** JSON values: what comes back, and what is refused. */
import type { InferRow } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature, onMysql } from '../contract-case.ts';
import { Member, Sample } from '../models/sample.ts';
import { add, expectBoth, expectInvalid, expectRefusal } from './expectations.ts';

const ann = { email: 'ann@example.com', nick: 'ann' };
const VALUES = [
  {},
  [],
  { a: { b: [1, { c: null }] } },
  [null, true, 'x'],
  'text',
  '',
  0,
  -1.5,
  1e21,
  1e-7,
  true,
  false,
  { 'ключ "\\': '😀' },
  ['2026-01-01T00:00:00Z'],
  { __key: 1 },
];

/** A value with this many levels. */
const nest = (levels: number): Json => (levels === 0 ? 'end' : levels % 2 === 0 ? [nest(levels - 1)] : { next: nest(levels - 1) });

type Json = NonNullable<InferRow<typeof Sample>['data']>;

const NUL = { text: 'a\0b' };

export const json = defineFeature('JSON', {
  'keeps any value': async ({ orm }) => {
    for (const data of VALUES) await expectBoth(orm, Sample, await add(orm, Sample, { data }), { data });
  },
  'keeps large numbers as JavaScript has them': async ({ orm }) => {
    for (const data of [Number.MAX_SAFE_INTEGER, 2 ** 53, 2 ** 62, 0.1, 1.7976931348623157e308, 5e-324, '9007199254740993'])
      await expectBoth(orm, Sample, await add(orm, Sample, { data }), { data });
  },
  'keeps the character U+0000 in its texts': {
    async run({ orm }) {
      await expectBoth(orm, Sample, await add(orm, Sample, { data: NUL }), { data: NUL });
    },
    differs: {
      postgresql: {
        reason: 'the character U+0000 in a JSON value is refused with status 422',
        refused: true,
        async run({ orm }) {
          await expectInvalid(add(orm, Sample, { data: NUL }), '/data');
          expect(await orm.query(Sample).count()).toBe(0);
        },
      },
    },
  },
  'refuses one half of a character of two in its texts and names': async ({ orm }) => {
    for (const data of ['\ud83d', ['a', { b: '\udc00' }], { '\ud800': 1 }]) await expectInvalid(add(orm, Sample, { data }), '/data');
    expect(await orm.query(Sample).count()).toBe(0);
  },
  'keeps a deep value': {
    async run({ orm }) {
      await expectBoth(orm, Sample, await add(orm, Sample, { data: nest(60) }), { data: nest(60) });
    },
    differs: onMysql({
      reason: 'MariaDB refuses JSON of more than 31 levels, with status 422',
      async run({ orm }) {
        await expectBoth(orm, Sample, await add(orm, Sample, { data: nest(31) }), { data: nest(31) });
        await expectRefusal(add(orm, Sample, { data: nest(32) }), 'CHECK_VIOLATION', { status: 422, model: 'sample', errors: [{ in: 'body', path: '/data' }] });
      },
    }),
  },
  'keeps a large value': async ({ orm }) => {
    const data = Array.from({ length: 5_000 }, (_, index) => ({ index, text: `value ${index}` }));
    await expectBoth(orm, Sample, await add(orm, Sample, { data }), { data });
  },
  'takes null for a missing value': async ({ orm }) => {
    await add(orm, Sample, { data: null });
    expect(await orm.query(Sample).where({ data: null }).count()).toBe(1);
    expect(
      await orm
        .query(Sample)
        .where({ data: { isNull: false } })
        .count(),
    ).toBe(0);
  },
  'checks the schema of its field, and points into the value': async ({ orm }) => {
    await expectInvalid(add(orm, Member, { ...ann, address: { city: '', tags: [] } }), '/address/city');
    await expectInvalid(add(orm, Member, { ...ann, address: { city: 'x', tags: [1] } } as never), '/address/tags/0');
    await expectInvalid(add(orm, Sample, { data: (() => 1) as never }), '/data');
  },
  'notices a change inside of a value': async ({ orm }) => {
    const id = await add(orm, Member, { ...ann, address: { city: 'Oslo', tags: ['a'] } });
    await orm.unitOfWork(async (unit) => {
      const { address } = await unit.get(Member, id);
      address?.tags.push('b');
    });
    await expectBoth(orm, Member, id, { address: { city: 'Oslo', tags: ['a', 'b'] } });
  },
  'is compared only with null': async ({ orm }) => {
    await expectRefusal(
      orm
        .query(Sample)
        .where({ data: { a: 1 } } as never)
        .all(),
      'QUERY_INVALID',
    );
    await expectRefusal(
      orm
        .query(Sample)
        .where({ data: { eq: 'x' } } as never)
        .all(),
      'QUERY_INVALID',
    );
  },
});
