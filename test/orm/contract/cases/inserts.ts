/** Inserts of many rows at once, without entities. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Member, Sample } from '../models/sample.ts';
import { add, expectRefusal, NO_FOREIGN_KEYS } from './expectations.ts';
import { createLibrary } from './library.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

const member = (nick: string): { email: string; nick: string } => ({ email: `${nick}@example.com`, nick });

export const inserts = defineFeature('Inserts of many rows', {
  'set keys, defaults and timestamps, and return the keys in order': async ({ orm, kernel }) => {
    const keys = await orm.unitOfWork((unit) => unit.insertMany(Member, ['ann', 'bob', 'eve'].map(member)));
    const rows = new Map((await orm.query(Member).all()).map((row) => [row.id, row]));
    expect(keys.map((key) => rows.get(key)?.nick)).toEqual(['ann', 'bob', 'eve']);
    for (const row of rows.values()) expect(row).toMatchObject({ level: 1, code: 'made', age: null, createdAt: new Date(kernel.clock.now()) });
  },
  'take no rows': async ({ orm }) => {
    expect(await orm.unitOfWork((unit) => unit.insertMany(Member, []))).toEqual([]);
  },
  'take rows that give different fields': async ({ orm }) => {
    await orm.unitOfWork((unit) => unit.insertMany(Member, [{ ...member('ann'), age: 20 }, { ...member('bob'), level: 5 }, member('eve')]));
    const rows = await orm.query(Member).orderBy({ nick: 'asc' }).all();
    expect(rows.map(({ age, level }) => [age, level])).toEqual([
      [20, 1],
      [null, 5],
      [null, 1],
    ]);
  },
  'take thousands of rows': async ({ orm }) => {
    const rows = Array.from({ length: 2_000 }, (_, whole) => ({ whole, word: `word ${whole}` }));
    const keys = await orm.unitOfWork((unit) => unit.insertMany(Sample, rows));
    expect([new Set(keys).size, await orm.query(Sample).count(), await orm.query(Sample).sum('whole')]).toEqual([2_000, 2_000, 1_999_000]);
  },
  'name the row and the field that break a rule, and write nothing': async ({ orm }) => {
    const failing = orm.unitOfWork((unit) => unit.insertMany(Member, [member('ann'), { ...member('B'), age: 1 }, member('eve')]));
    await expectRefusal(failing, 'INVALID_ENTITY', {
      status: 422,
      errors: expect.arrayContaining([expect.objectContaining({ path: '/1/nick' }), expect.objectContaining({ path: '/1/age' })]),
    });
    expect(await orm.query(Member).count()).toBe(0);
  },
  'write all rows or none': async ({ orm }) => {
    await add(orm, Member, member('eve'));
    await expectRefusal(
      orm.unitOfWork((unit) => unit.insertMany(Member, [member('ann'), member('eve')])),
      'UNIQUE_VIOLATION',
      { status: 409, errors: [{ in: 'body', path: '/email' }] },
    );
    expect(await orm.query(Member).count()).toBe(1);
  },
  'are part of the transaction': async ({ orm }) => {
    const failing = orm.unitOfWork((unit) =>
      unit.transaction(async () => {
        await unit.insertMany(Member, [member('ann')]);
        expect(await unit.query(Member).count()).toBe(1);
        throw new Error('no');
      }),
    );
    await expect(failing).rejects.toThrow('no');
    expect(await orm.query(Member).count()).toBe(0);
  },
  'take relations by key, and refuse those that do not exist': {
    async run({ orm }) {
      const { ann } = await createLibrary(orm);
      await orm.unitOfWork((unit) => unit.insertMany(Book, [{ title: 'New', author: ann }]));
      expect((await orm.query(Book).where({ title: 'New' }).with('author').get()).author.name).toBe('ann');
      await expectRefusal(
        orm.unitOfWork((unit) => unit.insertMany(Book, [{ title: 'x', author: NOBODY }])),
        'FOREIGN_KEY_VIOLATION',
        { status: 409 },
      );
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { ann } = await createLibrary(orm);
          await orm.unitOfWork((unit) =>
            unit.insertMany(Book, [
              { title: 'New', author: ann },
              { title: 'x', author: NOBODY },
            ]),
          );
          expect((await orm.query(Book).where({ title: 'New' }).with('author').get()).author.name).toBe('ann');
          expect(await orm.query(Book).where({ author: NOBODY }).count()).toBe(1);
        },
      },
    },
  },
  'need a unit of work': async ({ orm }) => {
    await expectRefusal(() => orm.insertMany(Member, [member('ann')]), 'NO_UNIT_OF_WORK');
  },
});
