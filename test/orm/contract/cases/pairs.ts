/** Pairs of many-to-many relations: attached, detached and synchronized. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Tag } from '../models/library.ts';
import { expectRefusal, NO_FOREIGN_KEYS } from './expectations.ts';
import { createLibrary } from './library.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

const tagsOf = async (orm: Orm): Promise<string[]> =>
  (await orm.query(Book).where({ title: 'First' }).with('tags').get()).tags.map(({ name }) => name).toSorted();

export const pairs = defineFeature('Pairs', {
  'are attached and detached without loading, from either side': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book);
      unit.detach(entity, 'tags', await unit.get(Tag, { name: 'js' }));
      unit.attach(unit.create(Tag, { name: 'new' }), 'books', entity);
    });
    expect(await tagsOf(orm)).toEqual(['css', 'new']);
  },
  'are there once, however often they are attached': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    for (let turn = 0; turn < 2; turn++)
      await orm.unitOfWork(async (unit) => {
        const [entity, tag] = [await unit.get(Book, book), await unit.get(Tag, { name: 'js' })];
        unit.attach(entity, 'tags', tag, tag);
        unit.attach(entity, 'tags', tag);
      });
    expect(await tagsOf(orm)).toEqual(['css', 'js']);
    expect((await orm.query(Book).where({ id: book }).withCount('tags').get()).tagsCount).toBe(2);
  },
  'count what was said last': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const [entity, js, css] = [await unit.get(Book, book), await unit.get(Tag, { name: 'js' }), await unit.get(Tag, { name: 'css' })];
      unit.detach(entity, 'tags', js);
      unit.attach(entity, 'tags', js);
      unit.attach(entity, 'tags', css);
      unit.detach(entity, 'tags', css);
    });
    expect(await tagsOf(orm)).toEqual(['js']);
  },
  'of what does not exist are refused, with the name of the relation': {
    async run({ orm }) {
      const { book } = await createLibrary(orm);
      await expectRefusal(
        orm.unitOfWork(async (unit) => unit.attach(await unit.get(Book, book), 'tags', NOBODY)),
        'FOREIGN_KEY_VIOLATION',
        { status: 409, errors: [{ in: 'body', path: '/tags', message: 'does not exist' }] },
      );
      expect(await tagsOf(orm)).toEqual(['css', 'js']);
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { book } = await createLibrary(orm);
          await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Book, book), 'tags', NOBODY));
          expect(await tagsOf(orm)).toEqual(['css', 'js']);
        },
      },
    },
  },
  'that are not there are detached without a word': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.detach(await unit.get(Book, book), 'tags', NOBODY));
    expect(await tagsOf(orm)).toEqual(['css', 'js']);
  },
  'are synchronized by keys and entities': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    const { id: css } = await orm.query(Tag).where({ name: 'css' }).get();
    const result = await orm.unitOfWork(async (unit) => unit.sync(await unit.get(Book, book), 'tags', [css, unit.create(Tag, { name: 'new' })]));
    expect([result.attached.length, result.updated, result.detached.length]).toEqual([1, [], 1]);
    expect(await tagsOf(orm)).toEqual(['css', 'new']);
  },
  'of a model with itself have a direction': async ({ orm }) => {
    const { bob, eve } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Author, eve), 'follows', bob));
    const author = await orm.query(Author).where({ id: bob }).with('follows', 'followers').get();
    expect([author.follows.map(({ name }) => name), author.followers.map(({ name }) => name).toSorted()]).toEqual([['ann'], ['ann', 'eve']]);
  },
});
