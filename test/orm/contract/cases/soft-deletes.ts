/** Soft deletes, of entities and of rows. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Chapter, Tag } from '../models/library.ts';
import { add, expectRefusal } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

export const softDeletes = defineFeature('Soft deletes', {
  'keep the row, and hide it from both roads': async ({ orm, kernel }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    expect(await titlesOf(orm.query(Book))).toEqual(['Second', 'Third']);
    await orm.unitOfWork(async (unit) => {
      expect(await unit.find(Book, book)).toBeUndefined();
      expect(await unit.find(Book, { title: 'First' })).toBeUndefined();
      expect((await unit.list(Book)).length).toBe(2);
    });
    expect((await orm.query(Book).onlyTrashed().get()).deletedAt).toEqual(new Date(kernel.clock.now()));
  },
  'are undone by restore': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    await orm.unitOfWork(async (unit) => unit.restore(await unit.get(Book, book, { withTrashed: true })));
    expect((await orm.query(Book).withTrashed().where({ id: book }).get()).deletedAt).toBeNull();
    expect((await titlesOf(orm.query(Book))).length).toBe(3);
  },
  'are passed by when a delete is forced': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Chapter).where({}).delete());
    await orm.unitOfWork(async (unit) => unit.forceRemove(await unit.get(Book, book)));
    expect(await orm.query(Book).withTrashed().count()).toBe(2);
  },
  'of many rows return how many there were': async ({ orm }) => {
    await createLibrary(orm);
    await orm.unitOfWork((unit) => unit.query(Chapter).where({}).delete());
    expect(await orm.unitOfWork((unit) => unit.query(Book).where({ pages: 200 }).delete())).toBe(2);
    expect(await orm.unitOfWork((unit) => unit.query(Book).where({ pages: 200 }).delete())).toBe(0);
    expect(await orm.unitOfWork((unit) => unit.query(Book).where({ title: 'Third' }).restore())).toBe(1);
    expect(await orm.unitOfWork((unit) => unit.query(Book).where({}).forceDelete())).toBe(2);
    expect(await titlesOf(orm.query(Book).onlyTrashed())).toEqual(['Second']);
    expect(await orm.unitOfWork((unit) => unit.query(Book).withTrashed().where({}).forceDelete())).toBe(1);
  },
  'hide rows from lists, counts and conditions of relations': async ({ orm }) => {
    const { ann, book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    expect(await orm.query(Author).where({ id: ann }).with('books').withCount('books').get()).toMatchObject({ books: [{ title: 'Second' }], booksCount: 1 });
    expect(
      await orm
        .query(Author)
        .where({ books: { title: 'First' } })
        .count(),
    ).toBe(0);
    expect((await orm.query(Tag).where({ name: 'css' }).with('books').get()).books).toEqual([]);
  },
  'keep unique values taken': async ({ orm }) => {
    const { ann, book } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, book)));
    await expectRefusal(add(orm, Book, { title: 'New', isbn: '1', author: ann }), 'UNIQUE_VIOLATION', { status: 409, errors: [{ in: 'body', path: '/isbn' }] });
  },
  'are refused where a model has none': async ({ orm }) => {
    await add(orm, Tag, { name: 'a' });
    expect(() => orm.query(Tag).withTrashed()).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
    await expectRefusal(
      orm.unitOfWork((unit) => unit.query(Tag).where({}).restore()),
      'QUERY_INVALID',
    );
  },
});
