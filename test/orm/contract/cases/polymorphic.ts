/** Relations to one of several models. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Cover, Folder, Note } from '../models/library.ts';
import { add, expectInvalid, expectRefusal } from './expectations.ts';
import { createLibrary, type Library } from './library.ts';

/** Writes a note about a book, and one about an author. */
async function setUp(orm: Orm): Promise<Library> {
  const library = await createLibrary(orm);
  await orm.unitOfWork(async (unit) => {
    unit.create(Note, { text: 'of a book', about: await unit.get(Book, library.book) });
    unit.create(Note, { text: 'of an author', about: { author: library.ann } });
  });
  return library;
}

const texts = async (orm: Orm, where: Parameters<ReturnType<typeof orm.query<typeof Note>>['where']>[0]): Promise<string[]> =>
  (await orm.query(Note).where(where).all()).map(({ text }) => text).toSorted();

export const polymorphic = defineFeature('Relations to one of several models', {
  'take entities and keys of each of the models': async ({ orm }) => {
    const { ann, book } = await setUp(orm);
    const notes = await orm.query(Note).orderBy({ text: 'asc' }).all();
    expect(notes.map(({ aboutBookId, aboutAuthorId }) => [aboutBookId, aboutAuthorId])).toEqual([
      [book, null],
      [null, ann],
    ]);
  },
  'are loaded with their type': async ({ orm }) => {
    await setUp(orm);
    const notes = await orm.query(Note).with('about').orderBy({ text: 'asc' }).all();
    expect(notes.map(({ about }) => (about.type === 'book' ? `book ${about.title}` : `author ${about.name}`))).toEqual(['book First', 'author ann']);
    await orm.unitOfWork(async (unit) => {
      const [first] = await unit.list(Note, { text: 'of a book' }, { with: ['about'] });
      expect(first?.about).toBe(await unit.get(Book, { title: 'First' }));
    });
  },
  'are asked for by entity, key and conditions': async ({ orm }) => {
    const { ann, book } = await setUp(orm);
    expect(await texts(orm, { about: { book } })).toEqual(['of a book']);
    expect(await texts(orm, { about: { author: { name: 'ann' } } })).toEqual(['of an author']);
    expect(await texts(orm, { about: { book: { title: 'none' }, author: ann } })).toEqual(['of an author']);
    expect(await texts(orm, { not: { about: { author: { name: 'ann' } } } })).toEqual(['of a book']);
    await orm.unitOfWork(async (unit) => expect(await texts(unit, { about: await unit.get(Author, ann) })).toEqual(['of an author']));
  },
  'are seen from the other sides': async ({ orm }) => {
    const { ann } = await setUp(orm);
    expect(await orm.query(Author).where({ id: ann }).with('notes').withCount('notes').get()).toMatchObject({
      notes: [{ text: 'of an author' }],
      notesCount: 1,
    });
    expect(
      await orm
        .query(Book)
        .where({ notes: { text: { contains: 'book' } } })
        .count(),
    ).toBe(1);
  },
  'lead to another model when they are changed': async ({ orm }) => {
    const { ann } = await setUp(orm);
    await orm.unitOfWork(async (unit) => void (await unit.get(Note, { text: 'of a book' })).assign({ about: { author: ann } }));
    expect(
      await orm
        .query(Note)
        .where({ about: { author: ann } })
        .count(),
    ).toBe(2);
    expect((await orm.query(Note).where({ text: 'of a book' }).get()).aboutBookId).toBeNull();
  },
  'are required unless they are nullable': async ({ orm }) => {
    await expectInvalid(add(orm, Note, { text: 'x' } as never), '/about');
    const id = await add(orm, Cover, { path: 'a.png' });
    expect(await orm.query(Cover).where({ id }).with('of').get()).toMatchObject({ of: null });
    expect(await orm.query(Cover).where({ of: null }).count()).toBe(1);
  },
  'refuse what is none of the models, or does not exist': async ({ orm }) => {
    const { ann } = await setUp(orm);
    await expect(add(orm, Note, { text: 'x', about: { folder: ann } } as never)).rejects.toMatchObject({
      status: 422,
      errors: [expect.objectContaining({ path: '/about' })],
    });
    await expectRefusal(add(orm, Note, { text: 'x', about: { book: ann } }), 'FOREIGN_KEY_VIOLATION', {
      status: 409,
      errors: [{ in: 'body', path: '/about', message: 'does not exist' }],
    });
  },
  'that are unique refuse a second one': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    await add(orm, Cover, { path: 'a.png', of: { book } });
    await expectRefusal(add(orm, Cover, { path: 'b.png', of: { book } }), 'UNIQUE_VIOLATION', {
      status: 409,
      errors: [expect.objectContaining({ path: '/of' })],
    });
    expect(await orm.query(Book).where({ id: book }).with('cover').get()).toMatchObject({ cover: { path: 'a.png' } });
  },
  'go with their entity, or are set to null, as they say': async ({ orm }) => {
    const { book } = await setUp(orm);
    const folder = await add(orm, Folder, { name: 'x' });
    await add(orm, Cover, { path: 'a.png', of: { folder } });
    await orm.unitOfWork(async (unit) => {
      unit.forceRemove(await unit.get(Book, book));
      unit.remove(await unit.get(Folder, folder));
    });
    expect(await texts(orm, {})).toEqual(['of an author']);
    expect(await orm.query(Cover).get()).toMatchObject({ ofFolderId: null });
  },
  'are written in bulk': async ({ orm }) => {
    const { ann, book } = await createLibrary(orm);
    await orm.unitOfWork((unit) =>
      unit.insertMany(Note, [
        { text: '1', about: { book } },
        { text: '2', about: { author: ann } },
      ]),
    );
    expect(
      await orm.unitOfWork((unit) =>
        unit
          .query(Note)
          .where({ about: { book } })
          .update({ about: { author: ann } }),
      ),
    ).toBe(1);
    expect(await texts(orm, { about: { author: ann } })).toEqual(['1', '2']);
  },
});
