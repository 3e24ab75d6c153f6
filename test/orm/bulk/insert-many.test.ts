import { type AnyModel, belongsTo, defineModel, field, orm as ormPlugin, type Orm, type RowData } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { addUser, Article, Comment, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases, type TestDatabase } from '../support/databases.ts';
import { Owner, Sample } from '../support/sample.ts';

/** SQLite has decimals of 15 digits. */
const Kinds = defineModel('kind', { ...Sample.fields, price: field.decimal({ precision: 15, scale: 4 }).nullable() });

const Member = defineModel(
  'member',
  {
    code: field.string().primary(),
    group: belongsTo(() => Owner),
    place: field.integer(),
    note: field.text().default(''),
    version: field.integer().default(1),
  },
  { timestamps: true, uniques: [['group', 'place']] },
);

/** The database makes all it has. */
const Slip = defineModel('slip', {});

describeOnDatabases((database) => {
  describe('orm.insertMany', () => {
    it('writes rows with defaults, keys and timestamps, and returns the keys in order', async () => {
      await using blog = await createBlog(database);
      const author = await addUser(blog.orm, 'ann');
      const keys = await blog.orm.unitOfWork((unit) =>
        unit.insertMany(
          Article,
          Array.from({ length: 1_203 }, (_, index) => ({ title: `t${index}`, slug: `s${index}`, body: "'?$1", author, views: index })),
        ),
      );
      expect(new Set(keys).size).toBe(1_203);
      const rows = await blog.orm.query(Article).all();
      const bySlug = new Map(rows.map((row) => [row.slug, row.id]));
      expect(keys.every((key, index) => bySlug.get(`s${index}`) === key)).toBe(true);
      const now = new Date(blog.clock.now());
      expect(rows[0]).toMatchObject({ status: 'draft', body: "'?$1", authorId: author, editorId: null, createdAt: now, updatedAt: now });
      await blog.orm.unitOfWork(async (unit) => expect((await unit.get(Article, keys[5] ?? 0)).slug).toBe('s5'));
    });

    it('makes UUIDs, and takes keys that are given', async () => {
      await using blog = await createBlog(database);
      const author = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork(async (unit) => {
        const keys = await unit.insertMany(Tag, [{ name: 'a' }, { id: 70, name: 'b' }, { id: 71, name: 'c' }, { name: 'd' }]);
        expect(keys.slice(1, 3)).toEqual([70, 71]);
        expect(
          await unit
            .query(Tag)
            .where({ id: keys[3] ?? 0 })
            .get(),
        ).toMatchObject({ name: 'd' });
        const [article] = await unit.insertMany(Article, [{ title: 't', slug: 's', body: '', author: { id: author } }]);
        const [first, second] = await unit.insertMany(Comment, [
          { body: 'one', author, article: article ?? 0 },
          { body: 'two', author, article: article ?? 0 },
        ]);
        expect([first, second].every((key) => /^[\da-f-]{36}$/.test(key ?? ''))).toBe(true);
        expect(
          await unit
            .query(Comment)
            .where({ id: first ?? '' })
            .get(),
        ).toMatchObject({ body: 'one' });
        expect(await unit.insertMany(Tag, [])).toEqual([]);
      });
    });

    it('writes rows of which only the database knows something', async () => {
      await using own = await createOwn(database, [Slip]);
      await own.orm.unitOfWork(async (unit) => {
        const keys = [...(await unit.insertMany(Slip, [{}])), ...(await unit.insertMany(Slip, [{}, {}])), ...(await unit.insertMany(Slip, [{ id: 70 }, {}]))];
        expect(keys[3]).toBe(70);
        await unit.upsert(Slip, [{}, {}], { by: ['id'] });
        const rows = await unit.query(Slip).all();
        expect(new Set(rows.map(({ id }) => id)).size).toBe(7);
        expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(keys));
      });
    });

    it('keeps values of every type', async () => {
      await using own = await createOwn(database, [Kinds]);
      const data = {
        name: 'a',
        text: '\\ \' " ` ; --',
        count: -(2 ** 53 - 1),
        big: 2n ** 63n - 1n,
        price: '12345678901.5000',
        day: '2024-02-29',
        at: new Date('2026-01-01T00:00:00.123Z'),
        flag: true,
        mood: 'bad' as const,
        token: '0195b1c0-0000-7000-8000-000000000001',
        data: { list: [1, 'x', null] },
      };
      await own.orm.unitOfWork((unit) => unit.insertMany(Kinds, [data, { name: 'b' }]));
      expect(await own.orm.query(Kinds).where({ name: 'a' }).get()).toMatchObject(data);
      expect(await own.orm.query(Kinds).where({ name: 'b' }).get()).toMatchObject({
        text: '',
        count: null,
        flag: false,
        mood: 'good',
        data: null,
        ownerId: null,
      });
    });

    it('checks all rules before anything is written, and names the row', async () => {
      await using blog = await createBlog(database);
      const author = await addUser(blog.orm, 'ann');
      const good = { title: 't', slug: 's', body: '', author };
      const bad = [
        good,
        { ...good, slug: 't', title: '' },
        { ...good, slug: 'u', views: -1, author: null },
        { ...good, slug: 'v', colour: 'red', tags: [1] },
        { slug: 'w', body: '', author: 'ann' },
      ];
      await expect(blog.orm.unitOfWork((unit) => unit.insertMany(Article, bad as never))).rejects.toMatchObject({
        code: 'OXI_ORM_INVALID_ENTITY',
        status: 422,
        errors: [
          { path: '/1/title' },
          { path: '/2/views' },
          { path: '/2/author', message: 'is required' },
          { path: '/3/colour', message: 'is not a field of article' },
          { path: '/3/tags' },
          { path: '/4/author', message: 'has to be a user or its key' },
          { path: '/4/title', message: 'is required' },
        ],
      });
      expect(await blog.orm.query(Article).count()).toBe(0);
    });

    it('reports a few of very many errors', async () => {
      await using blog = await createBlog(database);
      const error: unknown = await blog.orm
        .unitOfWork((unit) =>
          unit.insertMany(
            Tag,
            Array.from({ length: 5_000 }, () => ({ name: 1 as never })),
          ),
        )
        .catch((caught: unknown) => caught);
      expect((error as { errors: unknown[] }).errors.length).toBe(100);
    });

    it('writes all rows or none, and says what the database refuses', async () => {
      await using blog = await createBlog(database);
      const author = await addUser(blog.orm, 'ann');
      const rows = Array.from({ length: 1_500 }, (_, index) => ({ title: 't', slug: `s${index % 1_499}`, body: '', author }));
      await expect(blog.orm.unitOfWork((unit) => unit.insertMany(Article, rows))).rejects.toMatchObject({
        code: 'OXI_ORM_UNIQUE_VIOLATION',
        status: 409,
        errors: [{ path: '/slug' }],
      });
      await expect(blog.orm.unitOfWork((unit) => unit.insertMany(Article, [{ title: 't', slug: 's', body: '', author: 999 }]))).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
      });
      await blog.orm.unitOfWork(async (unit) => {
        const work = unit.transaction(async (inner) => void (await inner.insertMany(Article, rows).catch(() => undefined)));
        await expect(work).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_FAILED' });
      });
      expect(await blog.orm.query(Article).count()).toBe(0);
    });

    it('is part of the transaction', async () => {
      await using blog = await createBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const work = unit.transaction(async (inner) => {
          const [key] = await inner.insertMany(Tag, [{ name: 'a' }]);
          expect(
            await inner
              .query(Tag)
              .where({ id: key ?? 0 })
              .exists(),
          ).toBe(true);
          throw new Error('no');
        });
        await expect(work).rejects.toThrow('no');
      });
      expect(await blog.orm.query(Tag).count()).toBe(0);
    });

    it('needs a unit of work, and is typed', async () => {
      await using blog = await createBlog(database);
      await expect(blog.orm.insertMany(Tag, [{ name: 'a' }])).rejects.toMatchObject({ code: 'OXI_ORM_NO_UNIT_OF_WORK' });
      await expect(blog.orm.upsert(Tag, [{ name: 'a' }], { by: ['name'] })).rejects.toMatchObject({ code: 'OXI_ORM_NO_UNIT_OF_WORK' });
      expectTypeOf<RowData<typeof Article>>().not.toHaveProperty('tags');
      expectTypeOf<RowData<typeof Article>['author']>().toEqualTypeOf<number | { readonly id: number }>();
      await blog.orm.unitOfWork(async (unit) => expectTypeOf(await unit.insertMany(Comment, [])).toEqualTypeOf<string[]>());
    });
  });

  describe('orm.upsert', () => {
    it('inserts what is new and changes what is there', async () => {
      await using blog = await createBlog(database);
      const { orm } = blog;
      await orm.unitOfWork((unit) => unit.insertMany(User, [{ username: 'ann', email: 'ann@example.com', passwordHash: 'x', bio: 'old' }]));
      const [before] = await orm.query(User).all();
      await blog.clock.advance({ seconds: 1 });
      await orm.unitOfWork((unit) =>
        unit.upsert(
          User,
          [
            { username: 'ann', email: 'new@example.com', passwordHash: 'y', bio: 'new' },
            { username: 'bob', email: 'bob@example.com', passwordHash: 'x' },
          ],
          { by: ['username'], update: ['email'] },
        ),
      );
      const rows = await orm.query(User).withHidden().orderBy({ username: 'asc' }).all();
      expect(rows).toMatchObject([
        { id: before?.id, username: 'ann', email: 'new@example.com', passwordHash: 'x', bio: 'old', createdAt: before?.createdAt },
        { username: 'bob', email: 'bob@example.com', bio: null },
      ]);
      expect((rows[0]?.updatedAt.getTime() ?? 0) - (before?.updatedAt.getTime() ?? 0)).toBe(1_000);
    });

    it('changes all that was given, or nothing, as it is asked', async () => {
      await using own = await createOwn(database, [Member]);
      const { orm } = own;
      await orm.unitOfWork(async (unit) => {
        const [group = 0] = await unit.insertMany(Owner, [{ name: 'g' }]);
        await unit.upsert(Member, [{ code: 'a', group, place: 1, note: 'one' }], { by: ['code'] });
        await unit.upsert(Member, [{ code: 'a', group, place: 2, note: 'two' }], { by: ['code'] });
        expect(await unit.query(Member).get()).toMatchObject({ code: 'a', place: 2, note: 'two' });
        await unit.upsert(Member, [{ code: 'b', group, place: 2, note: 'three' }], { by: ['group', 'place'], update: ['note'] });
        expect(await unit.query(Member).get()).toMatchObject({ code: 'a', place: 2, note: 'three' });
        await unit.upsert(Member, [{ code: 'a', group, place: 9 }], { by: ['code'], update: [] });
        expect(await unit.query(Member).get()).toMatchObject({ code: 'a', place: 2, note: 'three' });
        expect(await unit.query(Member).count()).toBe(1);
      });
    });

    it('takes rows of which some bring the key that counts up', async () => {
      await using blog = await createBlog(database);
      const { orm } = blog;
      await orm.unitOfWork((unit) => unit.upsert(Tag, [{ id: 70, name: 'a' }, { name: 'b' }, { name: 'c' }], { by: ['id'] }));
      await orm.unitOfWork((unit) => unit.upsert(Tag, [{ name: 'd' }, { id: 70, name: 'e' }], { by: ['id'] }));
      expect((await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name)).toEqual(['b', 'c', 'd', 'e']);
      expect(await orm.query(Tag).where({ id: 70 }).get()).toMatchObject({ name: 'e' });
    });

    it('writes many rows', async () => {
      await using blog = await createBlog(database);
      const rows = Array.from({ length: 2_000 }, (_, index) => ({ name: `t${index}` }));
      await blog.orm.unitOfWork((unit) => unit.upsert(Tag, rows.slice(500), { by: ['name'] }));
      await blog.orm.unitOfWork((unit) => unit.upsert(Tag, rows, { by: ['name'] }));
      expect(await blog.orm.query(Tag).count()).toBe(2_000);
    });

    it('loses nothing when many do it at once', async () => {
      await using blog = await createBlog(database);
      const work = (): Promise<void> => blog.orm.unitOfWork((unit) => unit.upsert(Tag, [{ name: 'a' }], { by: ['name'] }));
      await Promise.all(Array.from({ length: 8 }, work));
      expect(await blog.orm.query(Tag).count()).toBe(1);
    });

    it('refuses what cannot tell rows, unknown names, and rows that are the same', async () => {
      await using blog = await createBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const article = { title: 't', slug: 's', body: '', author: 1 };
        await expect(unit.upsert(Article, [article], { by: ['title'] })).rejects.toThrow(/not unique; there are: \[id\], \[slug\]/);
        await expect(unit.upsert(Article, [article], { by: [] })).rejects.toThrow(/not unique/);
        await expect(unit.upsert(Article, [article], { by: ['slug) do nothing --' as never] })).rejects.toThrow(/neither a field/);
        await expect(unit.upsert(Article, [article], { by: ['slug'], update: ['id'] })).rejects.toThrow(/its key, which does not change/);
        await expect(unit.upsert(Article, [article], { by: ['slug'], update: ['tags' as never] })).rejects.toThrow(/neither a field/);
        await expect(unit.upsert(Article, [article, article], { by: ['slug'] })).rejects.toMatchObject({ status: 422, errors: [{ path: '/1/slug' }] });
        await expect(unit.upsert(Article, [{ ...article, title: '' }], { by: ['slug'] })).rejects.toMatchObject({ errors: [{ path: '/0/title' }] });
      });
    });
  });
});

async function createOwn(database: TestDatabase, models: readonly AnyModel[]): Promise<TestKernel & { readonly orm: Orm }> {
  const opened = await database.open();
  const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (kernel) => kernel.onDispose(() => opened.drop()) });
  const kernel = await createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [...models], autoMigrate: 'models' })] });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}
