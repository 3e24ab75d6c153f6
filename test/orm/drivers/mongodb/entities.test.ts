import { orm as ormPlugin } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withDatabase } from '../../support/mongodb-database.ts';
import { Author, Book, createLibrary, type Library, Profile, Tag } from './library.ts';

let library: Library;
beforeEach(async () => {
  library = await createLibrary();
});
afterEach(() => library.stop());

/** Adds an author with a book. */
async function addBook(title = 'One'): Promise<{ author: string; book: string }> {
  return library.orm.unitOfWork(async (unit) => {
    const author = unit.create(Author, { name: `author of ${title}` });
    const book = unit.create(Book, { title, author, pages: 1 });
    await unit.flush();
    return { author: author.id, book: book.id };
  });
}

describe('an entity on MongoDB', () => {
  it('is created with its defaults, changed, removed softly and restored', async () => {
    const { orm } = library;
    const { book } = await addBook();
    expect(await orm.query(Book).where({ id: book }).get()).toMatchObject({ title: 'One', mood: 'good', flag: false, version: 1, price: null });
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book);
      entity.assign({ pages: 7, price: '3.5', place: { shelf: 'A', row: null, since: { day: '2026-01-01' } } });
      await unit.flush();
      expect(entity).toMatchObject({ pages: 7, version: 2, place: { shelf: 'A', row: null, since: { day: '2026-01-01' } } });
      unit.remove(entity);
    });
    expect(await orm.query(Book).count()).toBe(0);
    await orm.unitOfWork(async (unit) => {
      expect(await unit.find(Book, book)).toBeUndefined();
      const entity = await unit.get(Book, book, { withTrashed: true });
      expect(entity).toMatchObject({ price: '3.50', version: 3 });
      unit.restore(entity);
      await unit.flush();
      unit.forceRemove(entity);
    });
    expect(await orm.query(Book).withTrashed().count()).toBe(0);
  });

  it('has its relations, from either side', async () => {
    const { orm } = library;
    await orm.unitOfWork((unit) => {
      const ann = unit.create(Author, { name: 'ann' });
      const bob = unit.create(Author, { name: 'bob', mentor: ann });
      unit.create(Profile, { bio: 'writes', author: ann });
      const red = unit.create(Tag, { name: 'red' });
      unit.create(Book, { title: 'One', author: ann, editor: bob, tags: [red], buyers: [{ to: bob, pivot: { copies: 3 } }] });
      unit.create(Book, { title: 'Two', author: ann, tags: [red, unit.create(Tag, { name: 'blue' })] });
    });
    await orm.unitOfWork(async (unit) => {
      const [ann, bob] = await unit.list(Author, {}, { orderBy: { name: 'asc' }, with: ['books', 'profile', 'pupils', 'mentor'] });
      expect(
        ann?.books
          .getItems()
          .map(({ title }) => title)
          .toSorted(),
      ).toEqual(['One', 'Two']);
      expect(ann?.profile?.bio).toBe('writes');
      expect(bob?.mentor).toBe(ann);
      const one = await unit.get(Book, { title: 'One' });
      await one.load('tags', 'editor', 'buyers');
      expect(one.tags.getItems().map(({ name }) => name)).toEqual(['red']);
      expect(one.buyers.getItems()).toEqual([bob]);
      const red = await unit.get(Tag, 'red');
      await unit.populate(red, 'books');
      expect(red.books.getItems()).toHaveLength(2);
      red.books.remove(one);
      one.tags.add(unit.create(Tag, { name: 'green' }));
    });
    expect(await orm.query(Book).with('tags', 'buyers').orderBy({ title: 'asc' }).all()).toMatchObject([
      { title: 'One', tags: [{ name: 'green' }], buyers: [{ name: 'bob', pivot: { copies: 3, note: null } }] },
      { title: 'Two', tags: [{ name: 'blue' }, { name: 'red' }] },
    ]);
  });

  it('is attached to others, detached and synced, and a pair is there once', async () => {
    const { orm } = library;
    const { book, author } = await addBook();
    await orm.unitOfWork(async (unit) => {
      for (const name of ['red', 'blue', 'green']) unit.create(Tag, { name });
      const entity = await unit.get(Book, book);
      unit.attach(entity, 'tags', 'red', 'blue');
      unit.attach(entity, 'tags', 'red');
      unit.attach(entity, 'buyers', { to: author, pivot: { copies: 2, note: 'gift' } });
    });
    await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Tag, 'red'), 'books', book));
    expect(await orm.query(Book).with('tags').withCount('tags').get()).toMatchObject({ tagsCount: 2 });
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book, { with: ['tags'] });
      expect(await unit.sync(entity, 'tags', ['red', 'green'])).toEqual({ attached: ['green'], updated: [], detached: ['blue'] });
      expect(
        entity.tags
          .getItems()
          .map(({ name }) => name)
          .toSorted(),
      ).toEqual(['green', 'red']);
      unit.detach(entity, 'tags', 'red');
      expect(await unit.sync(entity, 'buyers', [{ to: author, pivot: { copies: 5 } }])).toEqual({ attached: [], updated: [author], detached: [] });
      expect(await unit.sync(entity, 'buyers', [author])).toEqual({ attached: [], updated: [], detached: [] });
    });
    expect(await orm.query(Book).with('tags', 'buyers').get()).toMatchObject({ tags: [{ name: 'green' }], buyers: [{ pivot: { copies: 5, note: 'gift' } }] });
    await orm.unitOfWork(async (unit) => unit.forceRemove(await unit.get(Book, book)));
    await withDatabase(urlOf(), async (db) => {
      expect(await db.collection('book_tags').countDocuments()).toBe(0);
      expect(await db.collection('book_buyers').countDocuments()).toBe(0);
    });
  });

  it('is not written when somebody else has changed it', async () => {
    const { orm } = library;
    const { book } = await addBook();
    const conflict = { code: 'OXI_ORM_ENTITY_CONFLICT', status: 409 };
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book);
      await orm.unitOfWork(async (other) => void (await other.get(Book, book)).assign({ pages: 5 }));
      entity.assign({ pages: 6 });
      await expect(unit.flush()).rejects.toMatchObject(conflict);
    });
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book);
      await orm.unitOfWork((other) => other.query(Book).where({ id: book }).update({ pages: 8 }));
      unit.forceRemove(entity);
      await expect(unit.flush()).rejects.toMatchObject(conflict);
    });
    expect(await orm.query(Book).get()).toMatchObject({ pages: 8, version: 3 });
  });

  it('is refused with the field that is taken, on all roads', async () => {
    const { orm } = library;
    const { author } = await addBook();
    const taken = (path: string): object => ({
      code: 'OXI_ORM_UNIQUE_VIOLATION',
      status: 409,
      errors: [{ in: 'body', path, message: 'has already been taken' }],
    });
    const name = 'author of One';
    await orm.unitOfWork(async (unit) => {
      unit.create(Author, { name });
      await expect(unit.flush()).rejects.toMatchObject(taken('/name'));
      await expect(unit.insertMany(Author, [{ name: 'other' }, { name }])).rejects.toMatchObject(taken('/name'));
      await expect(unit.insertMany(Author, [{ id: author, name: 'same key' }])).rejects.toMatchObject(taken('/id'));
      await unit.insertMany(Author, [{ name: 'a', email: null }, { name: 'b' }, { name: 'c', email: 'c@example.com' }]);
      await expect(unit.query(Author).where({ name: 'b' }).update({ email: 'c@example.com' })).rejects.toMatchObject(taken('/email'));
      const entity = await unit.get(Author, { name: 'a' });
      entity.assign({ email: 'c@example.com' });
      await expect(unit.flush()).rejects.toMatchObject(taken('/email'));
      unit.create(Book, { title: 'One', author });
      await expect(unit.flush()).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION', errors: [{ path: '/title' }, { path: '/author' }] });
    });
    expect(await orm.query(Author).where({ name: 'other' }).count()).toBe(0);
  });

  it('is checked by the rules of its model, and the hooks are told of it', async () => {
    const told: string[] = [];
    const watcher = definePlugin({
      name: 'watcher',
      version: '1.0.0',
      setup(kernel) {
        kernel.tap('orm:creating', ({ change }) => void told.push(`creating ${change.model}`));
        kernel.tap('orm:updated', ({ change }) => void told.push(`updated ${change.model}`));
        kernel.tap('orm:committed', ({ changes }) => void told.push(`committed ${changes.map(({ kind, model }) => `${kind} ${model}`).join()}`));
      },
    });
    await library.stop();
    library = await createLibrary({ plugins: [watcher()] });
    const { orm } = library;
    const { book } = await addBook();
    await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ pages: 2 }));
    await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Book, book), 'tags', unit.create(Tag, { name: 'red' })));
    expect(told).toEqual([
      'creating author',
      'creating book',
      'committed create author,create book',
      'updated book',
      'committed update book',
      'creating tag',
      'updated book',
      'committed create tag,update book',
    ]);
    await expect(orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ pages: -1 }))).rejects.toMatchObject({
      code: 'OXI_ORM_INVALID_ENTITY',
      errors: [{ path: '/pages' }],
    });
  });
});

describe('many documents at once', () => {
  it('are inserted, changed, counted up and deleted without entities', async () => {
    const { orm } = library;
    const { author } = await addBook();
    await orm.unitOfWork(async (unit) => {
      const keys = await unit.insertMany(
        Book,
        Array.from({ length: 30 }, (_, index) => ({ title: `T${index}`, author, pages: index % 2 === 0 ? index + 1 : null, price: '1.10' })),
      );
      expect(new Set(keys).size).toBe(30);
      await unit.upsert(
        Tag,
        [
          { name: 'red', weight: 1 },
          { name: 'blue', weight: 2 },
        ],
        { by: ['name'] },
      );
      await unit.upsert(Tag, [{ name: 'red', weight: 9 }, { name: 'green' }], { by: ['name'] });
      await unit.upsert(Book, [{ title: 'T1', author, pages: 77 }], { by: ['title', 'author'] });
      await unit.upsert(Book, [{ title: 'T1', author, pages: 78 }], { by: ['title', 'author'], update: [] });
    });
    expect(await orm.query(Tag).orderBy({ name: 'asc' }).all()).toEqual([
      { name: 'blue', weight: 2 },
      { name: 'green', weight: null },
      { name: 'red', weight: 9 },
    ]);
    expect(await orm.query(Book).where({ title: 'T1' }).get()).toMatchObject({ pages: 77, version: 2 });
    await orm.unitOfWork(async (unit) => {
      expect(await unit.query(Book).where({ price: '1.1' }).increment('price', '0.05')).toBe(30);
      expect(
        await unit
          .query(Book)
          .where({ author: { name: { startsWith: 'author' } } })
          .decrement('pages', 1),
      ).toBe(31);
      expect(await unit.query(Book).where({ tags: 'none' }).update({ flag: true })).toBe(0);
      await expect(unit.query(Book).where({}).increment('pages', 10_000)).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY' });
    });
    expect(
      await orm
        .query(Book)
        .where({ title: { in: ['T2', 'T3'] } })
        .orderBy({ title: 'asc' })
        .all(),
    ).toMatchObject([
      { pages: 2, price: '1.15', version: 3 },
      { pages: null, price: '1.15', version: 3 },
    ]);
    await orm.unitOfWork(async (unit) => {
      unit.attach(await unit.get(Book, { title: 'T4' }), 'tags', 'red');
      await unit.flush();
      expect(await unit.query(Book).where({ tags: 'red' }).delete()).toBe(1);
      expect(await unit.query(Book).where({ title: 'T4' }).restore()).toBe(1);
      expect(await unit.query(Book).where({ tags: 'red' }).forceDelete()).toBe(1);
      expect(await unit.query(Book).where({}).forceDelete()).toBe(30);
    });
    await withDatabase(urlOf(), async (db) => expect(await db.collection('book_tags').countDocuments()).toBe(0));
  });
});

describe('a model that MongoDB cannot keep', () => {
  it('is refused when the connection is opened, with what to write instead', async () => {
    const { belongsTo, defineModel, field, morphTo } = await import('@oxidite/orm');
    const { createTestKernel } = await import('@oxidite/plugin-sdk/testing');
    const boot = (model: object): Promise<unknown> =>
      createTestKernel({ plugins: [ormPlugin({ driver: 'mongodb', url: urlOf(), models: [model as typeof Tag] })] });
    for (const [model, problem] of [
      [defineModel('counted', { name: field.string() }), /\{ id: 'uuid' \}/],
      [defineModel('pair', { a: field.string(), b: field.string() }, { key: ['a', 'b'] }), /one key/],
      [defineModel('big', { number: field.bigint().primary() }), /of the type bigint/],
      [defineModel('searched', { text: field.text() }, { id: 'uuid', search: ['text'] }), /contains/],
      [defineModel('odd', { text: field.text().column('a.b') }, { id: 'uuid' }), /\.column\(\)/],
      [defineModel('cascade', { tag: belongsTo(() => Tag).onDelete('cascade') }, { id: 'uuid' }), /orm:deleting/],
      [defineModel('morph', { subject: morphTo(() => [Tag, Author]) }, { id: 'uuid' }), /nullable belongsTo/],
    ] as const)
      await expect(boot(model), model.name).rejects.toThrow(problem);
  });
});

function urlOf(): string {
  return 'url' in library.database ? library.database.url : '';
}
