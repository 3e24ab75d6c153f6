/** Rows that are inserted, or changed where they are there. */
import { expect } from 'vitest';
import { advanceUntil } from '../../support/advance-until.ts';
import { defineFeature, onMysql } from '../contract-case.ts';
import { Chapter, Country, Tag } from '../models/library.ts';
import { Member } from '../models/sample.ts';
import { add, AT_ONCE, expectInvalid, expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

const member = (nick: string): { email: string; nick: string } => ({ email: `${nick}@example.com`, nick });

export const upserts = defineFeature('Upserts', {
  'insert what is new and change what is there': async ({ orm }) => {
    const id = await add(orm, Member, { ...member('ann'), age: 20 });
    await orm.unitOfWork((unit) => unit.upsert(Member, [{ ...member('ann'), level: 7 }, member('bob')], { by: ['email'] }));
    const rows = await orm.query(Member).orderBy({ nick: 'asc' }).all();
    expect(rows.map(({ nick, level, age }) => [nick, level, age])).toEqual([
      ['ann', 7, 20],
      ['bob', 1, null],
    ]);
    expect(rows[0]?.id).toBe(id);
  },
  'keep the fields that are not given': async ({ orm }) => {
    await add(orm, Country, { code: 'NO', name: 'Norway' }).catch(() => undefined);
    await add(orm, Member, { ...member('ann'), age: 20, code: 'kept', site: 'https://example.com' });
    await orm.unitOfWork((unit) => unit.upsert(Member, [{ ...member('ann'), age: 21 }], { by: ['email'] }));
    expect(await orm.query(Member).get()).toMatchObject({ age: 21, code: 'kept', site: 'https://example.com' });
  },
  'change only what is named, or nothing': async ({ orm }) => {
    await add(orm, Member, { ...member('ann'), age: 20 });
    await orm.unitOfWork((unit) => unit.upsert(Member, [{ ...member('ann'), age: 30, level: 9 }], { by: ['email'], update: ['level'] }));
    expect(await orm.query(Member).get()).toMatchObject({ age: 20, level: 9 });
    await orm.unitOfWork((unit) => unit.upsert(Member, [{ ...member('ann'), age: 40 }, member('bob')], { by: ['email'], update: [] }));
    expect((await orm.query(Member).orderBy({ nick: 'asc' }).all()).map(({ age }) => age)).toEqual([20, null]);
  },
  'move updatedAt, not createdAt': async ({ orm, kernel }) => {
    await add(orm, Member, member('ann'));
    const created = new Date(kernel.clock.now());
    await kernel.clock.advance(2_000);
    await orm.unitOfWork((unit) => unit.upsert(Member, [{ ...member('ann'), age: 40 }], { by: ['email'] }));
    expect(await orm.query(Member).get()).toMatchObject({ createdAt: created, updatedAt: new Date(created.getTime() + 2_000) });
  },
  'tell rows by the key, and by several fields': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork((unit) =>
      unit.upsert(
        Chapter,
        [
          { book, position: 1, title: 'one' },
          { book, position: 9, title: 'nine' },
        ],
        { by: ['book', 'position'] },
      ),
    );
    expect((await orm.query(Chapter).orderBy({ position: 'asc' }).all()).map(({ title }) => title)).toEqual(['one', 'II', 'nine']);
    await orm.unitOfWork((unit) =>
      unit.upsert(
        Country,
        [
          { code: 'NO', name: 'Norge' },
          { code: 'DK', name: 'Danmark' },
        ],
        { by: ['code'] },
      ),
    );
    expect((await orm.query(Country).orderBy({ code: 'asc' }).all()).map(({ name }) => name)).toEqual(['Danmark', 'Norge', 'Sweden']);
  },
  'refuse rows that are the same, and what cannot tell rows': async ({ orm }) => {
    await expectInvalid(
      orm.unitOfWork((unit) => unit.upsert(Tag, [{ name: 'a' }, { name: 'a' }], { by: ['name'] })),
      '/1/name',
    );
    await expectRefusal(
      orm.unitOfWork((unit) => unit.upsert(Member, [member('ann')], { by: ['nick'] })),
      'QUERY_INVALID',
    );
  },
  'tell rows by nothing but what is named': {
    async run({ orm }) {
      await add(orm, Country, { code: 'NO', name: 'Norway' }).catch(() => undefined);
      await expectRefusal(
        orm.unitOfWork((unit) => unit.upsert(Country, [{ code: 'XX', name: 'Norway' }], { by: ['code'] })),
        'UNIQUE_VIOLATION',
        { status: 409, errors: [{ in: 'body', path: '/name' }] },
      );
    },
    differs: onMysql({
      reason: '`upsert` tells rows by every unique field, not only by those it names',
      async run({ orm }) {
        await orm.unitOfWork((unit) => void unit.create(Country, { code: 'NO', name: 'Norway' }));
        await orm.unitOfWork((unit) => unit.upsert(Country, [{ code: 'XX', name: 'Norway' }], { by: ['code'] }));
        expect(await orm.query(Country).all()).toEqual([{ code: 'NO', name: 'Norway' }]);
      },
    }),
  },
  'lose nothing when many do it at once': {
    async run({ orm }) {
      const names = Array.from({ length: 6 }, (_, index) => ({ name: `tag ${index}` }));
      await Promise.all([names, names.slice(2), names.slice(0, 4)].map((rows) => orm.unitOfWork((unit) => unit.upsert(Tag, rows, { by: ['name'] }))));
      expect(await orm.query(Tag).count()).toBe(6);
    },
    differs: {
      mongodb: {
        reason: AT_ONCE,
        async run({ orm, kernel }) {
          const names = Array.from({ length: 6 }, (_, index) => ({ name: `tag ${index}` }));
          const writing = [names, names.slice(2), names.slice(0, 4)].map((rows) =>
            orm.unitOfWork((unit) => unit.transaction(() => unit.upsert(Tag, rows, { by: ['name'] }), { attempts: 10 })),
          );
          await advanceUntil(kernel.clock, Promise.all(writing));
          expect(await orm.query(Tag).count()).toBe(6);
        },
      },
    },
  },
});
