/** What happens to rows that refer to one that is deleted. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature, type Difference } from '../contract-case.ts';
import { Author, Book, Chapter, Tag } from '../models/library.ts';
import { Jar, Shelf } from '../models/relational.ts';
import { add, expectRefusal, NO_FOREIGN_KEYS, refusesModels } from './expectations.ts';
import { createLibrary } from './library.ts';

const fillShelf = async (orm: Orm): Promise<string> => {
  const shelf = await add(orm, Shelf, { name: 'full' });
  await orm.unitOfWork((unit) =>
    unit.insertMany(Jar, [
      { name: 'a', shelf },
      { name: 'b', shelf },
    ]),
  );
  return shelf;
};

const NO_CASCADE: Difference = {
  reason: 'a model with `.onDelete()` is refused when the connection is opened',
  refused: true,
  run: (context) => refusesModels(context, [Jar, Shelf], 'jar', /onDelete/),
};

export const deletes = defineFeature('Deletes of what is referred to', {
  'are refused, unless the relation says otherwise': {
    async run({ orm }) {
      const { ann } = await createLibrary(orm);
      const failing = orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, ann)));
      await expectRefusal(failing, 'FOREIGN_KEY_VIOLATION', { status: 409 });
      expect(await orm.query(Author).where({ id: ann }).exists()).toBe(true);
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { ann } = await createLibrary(orm);
          await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, ann)));
          expect(await orm.query(Book).where({ author: ann }).count()).toBe(2);
        },
      },
    },
  },
  'are refused to statements about many rows, too': {
    async run({ orm }) {
      await createLibrary(orm);
      await expectRefusal(
        orm.unitOfWork((unit) =>
          unit
            .query(Author)
            .where({ name: { in: ['ann', 'eve'] } })
            .delete(),
        ),
        'FOREIGN_KEY_VIOLATION',
        { status: 409 },
      );
      expect(await orm.query(Author).count()).toBe(3);
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          await createLibrary(orm);
          expect(
            await orm.unitOfWork((unit) =>
              unit
                .query(Author)
                .where({ name: { in: ['ann', 'eve'] } })
                .delete(),
            ),
          ).toBe(2);
          expect([await orm.query(Author).count(), await orm.query(Book).count()]).toEqual([1, 3]);
        },
      },
    },
  },
  'set relations to null that may be null': {
    async run({ orm }) {
      const { book } = await createLibrary(orm);
      const cid = await add(orm, Author, { name: 'cid' });
      await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ editor: cid }));
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, cid)));
      expect((await orm.query(Book).where({ id: book }).get()).editorId).toBeNull();
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { book } = await createLibrary(orm);
          const cid = await add(orm, Author, { name: 'cid' });
          await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ editor: cid }));
          await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, cid)));
          expect((await orm.query(Book).where({ id: book }).get()).editorId).toBe(cid);
        },
      },
    },
  },
  'cascade where the relation says so': {
    async run({ orm }) {
      const shelf = await fillShelf(orm);
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Shelf, shelf)));
      expect(await orm.query(Jar).count()).toBe(0);
    },
    differs: { mongodb: NO_CASCADE },
  },
  'cascade after statements about many rows': {
    async run({ orm }) {
      await fillShelf(orm);
      await orm.unitOfWork((unit) => unit.query(Shelf).where({ name: 'full' }).delete());
      expect(await orm.query(Jar).count()).toBe(0);
    },
    differs: { mongodb: NO_CASCADE },
  },
  'take the pairs with them': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Chapter).where({ book }).delete());
    await orm.unitOfWork(async (unit) => unit.forceRemove(await unit.get(Book, book)));
    expect((await orm.query(Tag).withCount('books').orderBy({ name: 'asc' }).all()).map(({ booksCount }) => booksCount)).toEqual([0, 1]);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Tag, { name: 'js' })));
    expect((await orm.query(Book).where({ title: 'Second' }).with('tags').get()).tags).toEqual([]);
  },
  'keep what belongs to a softly deleted entity': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    expect(await orm.query(Chapter).count()).toBe(2);
    expect((await orm.query(Chapter).with('book').first())?.book.title).toBe('First');
  },
});
