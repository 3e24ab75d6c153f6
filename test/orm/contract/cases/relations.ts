/** Relations to one and to many: how they are written, loaded, counted and asked for. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Chapter, Folder, Profile, Tag } from '../models/library.ts';
import { add, expectInvalid, expectRefusal, NO_FOREIGN_KEYS } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

export const relations = defineFeature('Relations', {
  'are written as a graph of new entities, in one flush': async ({ orm }) => {
    await orm.unitOfWork((unit) => {
      const author = unit.create(Author, { name: 'ann' });
      const book = unit.create(Book, { title: 'One', author, tags: [unit.create(Tag, { name: 'new' })] });
      unit.create(Chapter, { book, position: 1, title: 'I' });
      unit.create(Profile, { author, url: 'https://example.com' });
    });
    const book = await orm.query(Book).with('author', 'chapters', 'tags').get();
    expect(book).toMatchObject({ author: { name: 'ann' }, chapters: [{ title: 'I' }], tags: [{ name: 'new' }] });
  },
  'take entities, keys, references and rows': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    const row = await orm.query(Author).where({ id: ann }).get();
    await orm.unitOfWork(async (unit) => {
      const author = await unit.get(Author, ann);
      for (const given of [author, ann, { id: ann }, row]) unit.create(Book, { title: 'Given', author: given });
    });
    expect(await orm.query(Book).where({ title: 'Given', author: ann }).count()).toBe(4);
  },
  'that are required cannot be missing': async ({ orm }) => {
    await expectInvalid(add(orm, Book, { title: 'x' } as never), '/author');
    await expectInvalid(add(orm, Book, { title: 'x', author: null } as never), '/author');
  },
  'to an entity that does not exist are refused, with the name of the relation': {
    async run({ orm }) {
      const failing = add(orm, Book, { title: 'x', author: NOBODY });
      await expectRefusal(failing, 'FOREIGN_KEY_VIOLATION', {
        status: 409,
        model: 'book',
        errors: [{ in: 'body', path: '/author', message: 'does not exist' }],
      });
      expect(await orm.query(Book).count()).toBe(0);
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const id = await add(orm, Book, { title: 'x', author: NOBODY });
          expect(await orm.query(Book).where({ id }).get()).toMatchObject({ authorId: NOBODY });
          expect(
            await orm
              .query(Book)
              .where({ author: { name: { isNull: false } } })
              .count(),
          ).toBe(0);
        },
      },
    },
  },
  'by a key that no entity can have are refused, with the name of the relation': async ({ orm }) => {
    for (const author of ['no uuid', '', 5, true, Number.NaN, ['x'], {}]) await expectInvalid(add(orm, Book, { title: 'x', author } as never), '/author');
    await expectInvalid(
      orm.unitOfWork((unit) => unit.insertMany(Book, [{ title: 'x', author: 'no uuid' }])),
      '/0/author',
    );
    const { book } = await createLibrary(orm);
    await expectInvalid(
      orm.unitOfWork(async (unit) => unit.attach(await unit.get(Book, book), 'tags', 'no uuid')),
      '/tags',
    );
    await expectInvalid(
      orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ editor: 'no uuid' })),
      '/editor',
    );
    expect(await orm.query(Book).count()).toBe(3);
  },
  'by a UUID are made in either case': async ({ orm }) => {
    const { ann, bob, book } = await createLibrary(orm);
    const id = await orm.unitOfWork(async (unit) => {
      const author = await unit.get(Author, ann);
      const created = unit.create(Book, { title: 'x', author: ann.toUpperCase() });
      await unit.flush();
      expect(created.author).toBe(author);
      await unit.insertMany(Book, [{ title: 'y', author: ann.toUpperCase() }]);
      const tag = unit.create(Tag, { name: 'new' });
      await unit.flush();
      unit.attach(created, 'tags', tag.id.toUpperCase());
      await unit.flush();
      expect(await unit.sync(created, 'tags', [tag.id.toUpperCase()])).toEqual({ attached: [], updated: [], detached: [] });
      unit.detach(await unit.get(Book, book), 'tags', tag.id.toUpperCase());
      created.assign({ editor: bob.toUpperCase() });
      return created.id;
    });
    expect(
      await orm
        .query(Book)
        .where({ author: ann.toUpperCase(), title: { in: ['x', 'y'] } })
        .count(),
    ).toBe(2);
    expect(await orm.query(Book).where({ id }).with('author', 'editor', 'tags').get()).toMatchObject({
      authorId: ann,
      author: { id: ann },
      editor: { id: bob },
      tags: [{ name: 'new' }],
    });
  },
  'that are not loaded have their key': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const book = await unit.get(Book, { title: 'First' });
      expect(book.author.id).toBe(ann);
      expect(() => book.tags.getItems()).toThrow();
      await book.load('author', 'tags');
      expect([book.author.name, book.tags.length]).toEqual(['ann', 2]);
    });
  },
  'are loaded with an entity, to one and to many': async ({ orm }) => {
    await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const author = await unit.get(Author, { name: 'ann' }, { with: ['books', 'profile', 'country', 'followers'] });
      expect(
        author.books
          .getItems()
          .map(({ title }) => title)
          .toSorted(),
      ).toEqual(['First', 'Second']);
      expect([author.profile?.url, author.country?.name, author.followers.length]).toEqual(['https://example.com/ann', 'Norway', 1]);
    });
  },
  'are loaded with rows, nested and refined': async ({ orm }) => {
    await createLibrary(orm);
    const authors = await orm
      .query(Author)
      .with('books', (books) =>
        books
          .where({ pages: { gt: 50 } })
          .orderBy({ title: 'desc' })
          .with('tags', (tags) => tags.orderBy({ name: 'asc' })),
      )
      .orderBy({ name: 'asc' })
      .all();
    expect(authors.map(({ name, books }) => [name, books.map(({ title, tags }) => `${title}: ${tags.map((tag) => tag.name).join()}`)])).toEqual([
      ['ann', ['Second: js', 'First: css,js']],
      ['bob', ['Third: ']],
      ['eve', []],
    ]);
  },
  'to many are limited for each row, and go on with what belongs to those that are left': async ({ orm }) => {
    await createLibrary(orm);
    const limited = await orm
      .query(Author)
      .with('books', (books) =>
        books
          .orderBy({ title: 'desc' })
          .limit(1)
          .with('tags', (tags) => tags.orderBy({ name: 'asc' }).limit(1)),
      )
      .orderBy({ name: 'asc' })
      .all();
    expect(limited.map(({ books }) => books.map(({ title, tags }) => [title, ...tags.map(({ name }) => name)]))).toEqual([[['Second', 'js']], [['Third']], []]);
    const rest = await orm
      .query(Book)
      .with('tags', (tags) => tags.orderBy({ name: 'asc' }).offset(1))
      .orderBy({ title: 'asc' })
      .all();
    expect(rest.map(({ tags }) => tags.map(({ name }) => name))).toEqual([['js'], [], []]);
    expect(
      (
        await orm
          .query(Author)
          .with('books', (books) => books.limit(0))
          .all()
      ).map(({ books }) => books),
    ).toEqual([[], [], []]);
  },
  'to many are limited in the order of their keys, where no other tells rows apart': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    await orm.unitOfWork((unit) =>
      unit.insertMany(
        Book,
        Array.from({ length: 20 }, () => ({ title: 'Same', pages: 300, author: ann })),
      ),
    );
    const books = async (from: number): Promise<string[]> =>
      (
        await orm
          .query(Author)
          .where({ id: ann })
          .with('books', (related) => related.orderBy({ pages: 'desc' }).offset(from).limit(10))
          .get()
      ).books.map(({ id }) => id);
    const found = [...(await books(0)), ...(await books(10))];
    expect(found).toEqual(found.toSorted());
    expect(new Set(found).size).toBe(20);
  },
  'to one cannot be limited': async ({ orm }) => {
    for (const query of [
      orm.query(Book).with('author', (authors) => authors.limit(1)),
      orm.query(Book).with('author', (authors) => authors.offset(1)),
      orm.query(Author).with('profile', (profiles) => profiles.limit(1)),
    ])
      await expectRefusal(query.all(), 'QUERY_INVALID', { message: expect.stringContaining('a relation to one') });
  },
  'to one are null where there is none': async ({ orm }) => {
    await createLibrary(orm);
    const authors = await orm.query(Author).with('profile', 'country').orderBy({ name: 'asc' }).all();
    expect(authors.map(({ profile, country }) => [profile?.url ?? null, country?.code ?? null])).toEqual([
      ['https://example.com/ann', 'NO'],
      [null, null],
      [null, 'SE'],
    ]);
  },
  'to many are counted, without what is removed': async ({ orm }) => {
    await createLibrary(orm);
    const counts = async (): Promise<unknown> =>
      (await orm.query(Author).withCount('books', 'followers').orderBy({ name: 'asc' }).all()).map((row) => [row.booksCount, row.followersCount]);
    expect(await counts()).toEqual([
      [2, 1],
      [1, 1],
      [0, 0],
    ]);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Book, { title: 'First' })));
    expect(await counts()).toEqual([
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
  },
  'are asked for by conditions through each kind of them': async ({ orm }) => {
    await createLibrary(orm);
    expect(await titlesOf(orm.query(Book).where({ author: { name: 'ann' } }))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).where({ author: { profile: { url: { contains: '/ann' } } } }))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).where({ author: { profile: null } }))).toEqual(['Third']);
    expect(await titlesOf(orm.query(Book).where({ editor: null }))).toEqual(['Second', 'Third']);
    expect(await titlesOf(orm.query(Book).where({ editor: { name: 'bob' } }))).toEqual(['First']);
    expect(await titlesOf(orm.query(Book).where({ not: { editor: { name: 'bob' } } }))).toEqual(['Second', 'Third']);
    expect(await titlesOf(orm.query(Book).where({ tags: { name: 'js' } }))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).where({ not: { tags: { name: 'css' } } }))).toEqual(['Second', 'Third']);
    expect(await titlesOf(orm.query(Book).where({ chapters: { title: 'II' } }))).toEqual(['First']);
    expect(await titlesOf(orm.query(Book).where({ author: { country: { code: 'NO' } }, tags: { books: { title: 'First' } } }))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).where({ author: { followers: { name: 'bob' } } }))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).where({ or: [{ tags: { name: 'css' } }, { author: { name: 'bob' } }] }))).toEqual(['First', 'Third']);
  },
  'keep a row once, however many related rows meet a condition': async ({ orm }) => {
    await createLibrary(orm);
    const query = orm.query(Book).where({ chapters: { position: { gt: 0 } }, tags: { name: { in: ['js', 'css'] } } });
    expect(await titlesOf(query)).toEqual(['First']);
    expect(await query.count()).toBe(1);
  },
  'are sorted by, also where there is none': async ({ orm }) => {
    await createLibrary(orm);
    const names = async (direction: 'asc' | 'desc'): Promise<string[]> =>
      (
        await orm
          .query(Author)
          .orderBy({ country: { name: direction } }, { name: 'asc' })
          .all()
      ).map(({ name }) => name);
    expect(await names('asc')).toEqual(['bob', 'ann', 'eve']);
    expect(await names('desc')).toEqual(['eve', 'ann', 'bob']);
  },
  'are changed, to one, and set to null': async ({ orm }) => {
    const { bob } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const book = await unit.get(Book, { title: 'First' });
      book.assign({ author: bob, editor: null });
    });
    expect(await orm.query(Book).where({ title: 'First' }).get()).toMatchObject({ authorId: bob, editorId: null });
  },
  'one to one refuse a second one': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    await expectRefusal(add(orm, Profile, { author: ann, url: 'https://example.com' }), 'UNIQUE_VIOLATION', {
      status: 409,
      errors: [{ in: 'body', path: '/author' }],
    });
  },
  'one to one refuse a missing entity of the other side': async ({ orm }) => {
    await expectInvalid(add(orm, Profile, { url: 'https://example.com' } as never), '/author');
  },
  'of a model with itself are written, loaded and asked for': async ({ orm }) => {
    await orm.unitOfWork((unit) => {
      const root = unit.create(Folder, { name: 'root' });
      const home = unit.create(Folder, { name: 'home', parent: root });
      unit.create(Folder, { name: 'ann', parent: home });
    });
    const found = await orm
      .query(Folder)
      .where({ parent: { parent: { name: 'root' } } })
      .with('parent')
      .get();
    expect([found.name, found.parent?.name]).toEqual(['ann', 'home']);
    const root = await orm
      .query(Folder)
      .where({ parent: null })
      .with('children', (children) => children.with('children'))
      .get();
    expect(root).toMatchObject({ name: 'root', children: [{ name: 'home', children: [{ name: 'ann' }] }] });
  },
  'are loaded for all entities that came together': async ({ orm }) => {
    await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const books = await unit.list(Book, {}, { orderBy: { title: 'asc' } });
      await books[0]?.load('author');
      expect(books.map(({ author }) => author.name)).toEqual(['ann', 'ann', 'bob']);
    });
  },
  'of a model with itself have two sides': async ({ orm }) => {
    const { ann, bob } = await createLibrary(orm);
    const author = await orm.query(Author).where({ id: ann }).with('follows', 'followers').get();
    expect([author.follows.map(({ id }) => id), author.followers.map(({ id }) => id)]).toEqual([[bob], [bob]]);
  },
});
