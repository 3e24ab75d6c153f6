/** What happens to rows that refer to one that is deleted. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Chapter, Tag } from '../models/library.ts';
import { add, expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

export const deletes = defineFeature('Deletes of what is referred to', {
  'are refused, unless the relation says otherwise': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    const failing = orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, ann)));
    await expectRefusal(failing, 'FOREIGN_KEY_VIOLATION', { status: 409 });
    expect(await orm.query(Author).where({ id: ann }).exists()).toBe(true);
  },
  'are refused to statements about many rows, too': async ({ orm }) => {
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
  'set relations to null that may be null': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    const cid = await add(orm, Author, { name: 'cid' });
    await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ editor: cid }));
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Author, cid)));
    expect((await orm.query(Book).where({ id: book }).get()).editorId).toBeNull();
  },
  'cascade where the relation says so': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.forceRemove(await unit.get(Book, book)));
    expect(await orm.query(Chapter).count()).toBe(0);
  },
  'cascade after statements about many rows': async ({ orm }) => {
    await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Book).where({ title: 'First' }).forceDelete());
    expect(await orm.query(Chapter).count()).toBe(0);
  },
  'take the pairs with them': async ({ orm }) => {
    const { book } = await createLibrary(orm);
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
