/** The hooks of a flush, and what they are told. */
import type { Change } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book, Chapter, Tag } from '../models/library.ts';
import { Member, Sample } from '../models/sample.ts';
import { add, NO_SAVEPOINTS } from './expectations.ts';
import { createLibrary } from './library.ts';

const tell = ({ kind, model, soft }: Change): string => `${soft ? 'soft ' : ''}${kind} ${model}`;
const fail = (): never => {
  throw new Error('no');
};

export const hooks = defineFeature('Hooks', {
  'are called in their order': async ({ orm, tap }) => {
    const told: string[] = [];
    await tap({
      flushing: () => told.push('flushing'),
      creating: ({ change }) => told.push(`creating ${change.model}`),
      created: ({ change }) => told.push(`created ${change.model}`),
      flushed: () => told.push('flushed'),
      committed: () => told.push('committed'),
    });
    await add(orm, Tag, { name: 'a' });
    expect(told).toEqual(['flushing', 'creating tag', 'created tag', 'flushed', 'committed']);
  },
  'tell values before and after, and which fields changed': async ({ orm, tap }) => {
    const id = await add(orm, Sample, { word: 'a', whole: 1, price: '1', at: new Date(1), flag: false, data: { a: 1 } });
    const changes: Change[] = [];
    await tap({ committed: (event) => changes.push(...event.changes) });
    await orm.unitOfWork(async (unit) => void (await unit.get(Sample, id)).assign({ word: 'b', price: '2.0000', at: new Date(2), flag: true, data: { a: 2 } }));
    expect(changes).toMatchObject([
      {
        kind: 'update',
        model: 'sample',
        key: id,
        soft: false,
        before: { word: 'a', price: '1.0000', at: new Date(1), flag: false, data: { a: 1 } },
        after: { word: 'b', price: '2.0000', at: new Date(2), flag: true, data: { a: 2 } },
      },
    ]);
    expect([...(changes[0]?.fields ?? [])].toSorted()).toEqual(['at', 'data', 'flag', 'price', 'word']);
  },
  'do not tell the values of hidden fields': async ({ orm, tap }) => {
    const changes: Change[] = [];
    await tap({ committed: (event) => changes.push(...event.changes) });
    await add(orm, Member, { email: 'ann@example.com', nick: 'ann', secret: 'shh' });
    expect(changes[0]?.fields).toContain('secret');
    expect(changes[0]?.after).not.toHaveProperty('secret');
  },
  'tell creations, soft deletes, restores and deletes': async ({ orm, tap }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Chapter).where({ book }).delete());
    const told: string[] = [];
    await tap({ committed: ({ changes }) => told.push(...changes.map(tell)) });
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    await orm.unitOfWork(async (unit) => unit.restore(await unit.get(Book, book, { withTrashed: true })));
    await orm.unitOfWork(async (unit) => unit.forceRemove(await unit.get(Book, book)));
    expect(told).toEqual(['soft delete book', 'update book', 'delete book']);
  },
  'tell the pairs that change': async ({ orm, tap }) => {
    const { book } = await createLibrary(orm);
    const { id: js } = await orm.query(Tag).where({ name: 'js' }).get();
    const changes: Change[] = [];
    await tap({ committed: (event) => changes.push(...event.changes) });
    await orm.unitOfWork(async (unit) => unit.detach(await unit.get(Book, book), 'tags', js));
    expect(changes).toMatchObject([{ kind: 'update', model: 'book', key: book, fields: ['tags'], after: { tags: { attached: [], detached: [js] } } }]);
  },
  'may change entities and create others before they are written': async ({ orm, tap }) => {
    await tap({
      creating({ change, orm: unit }) {
        if (change.model !== 'tag') return;
        (change.entity as { name: string }).name += '!';
        unit.create(Sample, { word: 'by a tap' });
      },
    });
    await add(orm, Tag, { name: 'a' });
    expect([(await orm.query(Tag).get()).name, (await orm.query(Sample).get()).word]).toEqual(['a!', 'by a tap']);
  },
  'roll everything back when they throw': async ({ orm, tap }) => {
    await tap({ flushed: fail });
    await expect(add(orm, Tag, { name: 'a' })).rejects.toThrow();
    expect(await orm.query(Tag).count()).toBe(0);
  },
  'see what is written in the same transaction': async ({ orm, tap }) => {
    const counts: number[] = [];
    await tap({ flushed: async ({ orm: unit }) => counts.push(await unit.query(Tag).count()) });
    await add(orm, Tag, { name: 'a' });
    expect(counts).toEqual([1]);
  },
  'tell of a commit once, however often there was a flush': async ({ orm, tap }) => {
    const told: string[][] = [];
    await tap({ committed: ({ changes }) => told.push(changes.map(({ after }) => String(after['name']))) });
    await orm.unitOfWork(async (unit) => {
      await unit.transaction(async () => {
        unit.create(Tag, { name: 'a' });
        await unit.flush();
        unit.create(Tag, { name: 'c' });
      });
      await unit.transaction(() => void (unit.create(Tag, { name: 'b' }), fail())).catch(() => undefined);
    });
    expect(told).toEqual([['a', 'c']]);
  },
  'tell of a commit without what a savepoint has rolled back': {
    async run({ orm, tap }) {
      const told: string[][] = [];
      await tap({ committed: ({ changes }) => told.push(changes.map(({ after }) => String(after['name']))) });
      await orm.unitOfWork((unit) =>
        unit.transaction(async () => {
          unit.create(Tag, { name: 'a' });
          await unit.transaction(() => void (unit.create(Tag, { name: 'b' }), fail())).catch(() => undefined);
          unit.create(Tag, { name: 'c' });
        }),
      );
      expect(told).toEqual([['a', 'c']]);
    },
    differs: { mongodb: NO_SAVEPOINTS },
  },
  'are not told of writes of many rows': async ({ orm, tap }) => {
    const told: string[] = [];
    await tap({ committed: ({ changes }) => told.push(...changes.map(tell)) });
    await orm.unitOfWork(async (unit) => {
      await unit.insertMany(Tag, [{ name: 'a' }]);
      await unit.query(Tag).where({}).update({ name: 'b' });
    });
    expect(told).toEqual([]);
  },
  'cannot flush themselves': async ({ orm, tap }) => {
    await tap({ creating: ({ orm: unit }) => unit.flush() });
    await expect(add(orm, Tag, { name: 'a' })).rejects.toMatchObject({ code: 'OXI_HOOK_TAP', cause: { code: 'OXI_ORM_FLUSH_IN_TAP' } });
    expect(await orm.query(Tag).count()).toBe(0);
  },
});
