import type { Orm } from '@oxidite/orm';
import type { TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addUser, Article, Comment, createBlog, Profile, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let blog: TestKernel & { readonly orm: Orm };
  let orm: Orm;

  beforeAll(async () => {
    blog = await createBlog(database);
    orm = blog.orm;
    const [ann, bob, eve] = [await addUser(orm, 'ann'), await addUser(orm, 'bob'), await addUser(orm, 'eve')];
    await orm.unitOfWork(async (unit) => {
      const [js, css] = [unit.create(Tag, { name: 'js' }), unit.create(Tag, { name: 'css' })];
      const first = unit.create(Article, {
        title: 'First',
        slug: 'first',
        body: '100% _sure_ \\o/',
        status: 'published',
        views: 10,
        author: ann,
        tags: [js, css],
        favoritedBy: [bob, eve],
      });
      unit.create(Article, { title: 'Second', slug: 'second', body: 'b', status: 'published', views: 20, author: bob, editor: ann, tags: [js] });
      unit.create(Article, { title: 'Third', slug: 'third', body: 'c', views: 20, author: ann });
      unit.remove(unit.create(Article, { title: 'Never', slug: 'never', body: '', author: ann }));
      unit.create(Profile, { user: ann, image: 'https://example.com/a.png' });
      const comment = unit.create(Comment, { body: 'hello', author: bob, article: first });
      unit.create(Comment, { body: 'reply', author: ann, article: first, parent: comment });
      const gone = unit.create(Comment, { body: 'gone', author: ann, article: first });
      const removed = unit.create(Article, { title: 'Removed', slug: 'removed', body: '', author: ann, tags: [css] });
      await unit.flush();
      unit.remove(gone);
      unit.remove(removed);
    });
  });

  afterAll(() => blog.stop());

  const slugs = (rows: readonly { readonly slug: string }[]): string[] => rows.map(({ slug }) => slug);

  describe('where', () => {
    it.each<[string, Parameters<ReturnType<typeof query>['where']>[0], string[]]>([
      ['a value', { slug: 'first' }, ['first']],
      ['eq', { slug: { eq: 'first' } }, ['first']],
      ['ne', { slug: { ne: 'first' } }, ['second', 'third']],
      ['null', { editor: null }, ['first', 'third']],
      ['eq null', { editorId: { eq: null } }, ['first', 'third']],
      ['ne null', { editorId: { ne: null } }, ['second']],
      ['isNull', { editorId: { isNull: false } }, ['second']],
      ['gt and lte', { views: { gt: 10, lte: 20 } }, ['second', 'third']],
      ['gte and lt', { views: { gte: 10, lt: 20 } }, ['first']],
      ['in', { slug: { in: ['first', 'third', 'none'] } }, ['first', 'third']],
      ['in nothing', { slug: { in: [] } }, []],
      ['notIn', { slug: { notIn: ['first'] } }, ['second', 'third']],
      ['notIn nothing', { slug: { notIn: [] } }, ['first', 'second', 'third']],
      ['like', { title: { like: '%ir%' } }, ['first', 'third']],
      ['contains with signs of patterns', { body: { contains: '% _s' } }, ['first']],
      ['contains a backslash', { body: { contains: '\\o' } }, ['first']],
      ['contains a sign that is not there', { title: { contains: '%' } }, []],
      ['startsWith', { title: { startsWith: 'Th' } }, ['third']],
      ['endsWith', { title: { endsWith: 'nd' } }, ['second']],
      ['a date', { createdAt: { lte: new Date('2100-01-01') } }, ['first', 'second', 'third']],
      ['or', { or: [{ slug: 'first' }, { views: 20, status: 'draft' }] }, ['first', 'third']],
      ['or of nothing', { or: [] }, []],
      ['and', { and: [{ views: 20 }, { status: 'draft' }] }, ['third']],
      ['not', { not: { status: 'draft' } }, ['first', 'second']],
      ['nothing', {}, ['first', 'second', 'third']],
      ['a relation by key', { author: 1 }, ['first', 'third']],
      ['a relation by a reference', { author: { id: 2 } }, ['second']],
      ['a relation by conditions', { author: { username: 'ann', bio: null } }, ['first', 'third']],
      ['a relation to one that may be null', { editor: { username: 'ann' } }, ['second']],
      ['not of a relation that may be null', { not: { editor: { username: 'ann' } } }, ['first', 'third']],
      ['a relation behind a relation', { author: { profile: { image: { contains: 'a.png' } } } }, ['first', 'third']],
      ['a relation to one from the other side that is null', { author: { profile: null } }, ['second']],
      ['many by conditions', { tags: { name: 'js' } }, ['first', 'second']],
      ['many by key', { tags: 2 }, ['first']],
      ['not many', { not: { tags: { name: 'js' } } }, ['third']],
      ['many of a hasMany', { comments: { body: 'reply', parent: { body: 'hello' } } }, ['first']],
      ['many without what is removed', { comments: { body: 'gone' } }, []],
      ['many behind many', { tags: { articles: { slug: 'second' } } }, ['first', 'second']],
      ['many inside or', { or: [{ tags: { name: 'css' } }, { favoritedBy: { username: 'none' } }] }, ['first']],
      ['a relation inside or', { or: [{ author: { username: 'bob' } }, { views: 10 }] }, ['first', 'second']],
    ])('finds by %s', async (_, conditions, expected) => {
      expect(slugs(await query().where(conditions).all())).toEqual(expected);
      expect(await query().where(conditions).count()).toBe(expected.length);
      expect(await query().where(conditions).exists()).toBe(expected.length > 0);
    });

    it('takes a managed entity and a whole row for a relation', async () => {
      const row = await orm.query(User).where({ username: 'bob' }).get();
      expect(slugs(await query().where({ author: row }).all())).toEqual(['second']);
      await orm.unitOfWork(async (unit) => {
        const user = await unit.get(User, { username: 'bob' });
        expect(slugs(await unit.query(Article).where({ author: user }).all())).toEqual(['second']);
      });
    });

    it('adds up', async () => {
      expect(slugs(await query().where({ views: 20 }).where({ status: 'draft' }).all())).toEqual(['third']);
    });

    it.each<[string, unknown, RegExp]>([
      ['a field that does not exist', { colour: 'red' }, /no field or relation "colour"/],
      ['a field that is nearly right', { titel: 'x' }, /Did you mean "title"/],
      ['a comparison that does not exist', { title: { $ne: null } }, /"\$ne" is not a comparison/],
      ['undefined', { title: undefined }, /would silently match everything/],
      ['undefined in a comparison', { title: { eq: undefined } }, /"eq" of "title" is undefined/],
      ['a number for a text', { title: 5 }, /it is a text/],
      ['a text for a number', { views: '5' }, /it is a number/],
      ['a list for a value', { title: ['a'] }, /a list, but it is a text/],
      ['a text for a date', { createdAt: '2026-01-01' }, /it is a valid Date/],
      ['an invalid date', { createdAt: new Date(Number.NaN) }, /an invalid Date/],
      ['a value for a list', { title: { in: 'abc' } }, /takes a list/],
      ['no comparison', { title: {} }, /is empty/],
      ['contains of a number', { views: { contains: '1' } }, /"views" is not one/],
      ['contains without a text', { title: { contains: 1 } }, /takes a text/],
      ['isNull without a boolean', { title: { isNull: 'yes' } }, /takes true or false/],
      ['less than null', { views: { lt: null } }, /cannot be compared with null/],
      ['or without a list', { or: { title: 'x' } }, /takes a list of conditions/],
      ['conditions that are a text', 'title = 1', /have to be an object/],
      ['conditions that are null', null, /but null was given/],
      ['many that are null', { tags: null }, /never null/],
    ])('refuses %s', async (_, conditions, message) => {
      await expect(
        query()
          .where(conditions as never)
          .all(),
      ).rejects.toThrow(message);
    });
  });

  describe('orderBy', () => {
    it('sorts by fields and by relations, earlier ones first', async () => {
      expect(slugs(await orm.query(Article).orderBy({ views: 'desc', slug: 'desc' }).all())).toEqual(['third', 'second', 'first']);
      expect(
        slugs(
          await orm
            .query(Article)
            .orderBy({ author: { username: 'desc' } }, { title: 'asc' })
            .all(),
        ),
      ).toEqual(['second', 'first', 'third']);
      expect(
        slugs(
          await orm
            .query(Article)
            .orderBy({ editor: { username: 'desc' } })
            .orderBy({ id: 'desc' })
            .all(),
        ),
      ).toEqual(['second', 'third', 'first']);
    });

    it.each<[string, unknown, RegExp]>([
      ['a field that does not exist', { colour: 'asc' }, /no field "colour"/],
      ['a direction that does not exist', { title: 'asc; drop table users' }, /it is "asc" or "desc"/],
      ['a relation to many', { tags: { name: 'asc' } }, /has many entities/],
      ['a text', 'title', /has to be an object/],
    ])('refuses %s', async (_, order, message) => {
      await expect(
        orm
          .query(Article)
          .orderBy(order as never)
          .all(),
      ).rejects.toThrow(message);
    });
  });

  describe('limit and offset', () => {
    it('take a part', async () => {
      expect(slugs(await query().limit(1).offset(1).all())).toEqual(['second']);
      expect(slugs(await query().offset(2).all())).toEqual(['third']);
      expect(slugs(await query().limit(0).all())).toEqual([]);
    });

    it.each([-1, 1.5, Number.NaN, Infinity, '1; drop table users', null])('refuse %s', (value) => {
      expect(() => query().limit(value as never)).toThrow(/whole number/);
      expect(() => query().offset(value as never)).toThrow(/whole number/);
    });
  });

  describe('select', () => {
    it('returns only what it names', async () => {
      expect(await query().select('slug', 'views').first()).toEqual({ slug: 'first', views: 10 });
      expect(await query().select('slug').with('tags').first()).toEqual({
        slug: 'first',
        tags: [
          { id: 1, name: 'js' },
          { id: 2, name: 'css' },
        ],
      });
      expect(
        await query()
          .select('slug')
          .with('author', (users) => users.select('username'))
          .first(),
      ).toEqual({ slug: 'first', author: { username: 'ann' } });
    });

    it('refuses what does not exist', async () => {
      await expect(
        query()
          .select('1 from users --' as never)
          .all(),
      ).rejects.toThrow(/no field/);
    });
  });

  describe('with', () => {
    it('joins a relation to one', async () => {
      const rows = await query().with('author', 'editor').all();
      expect(rows.map(({ author, editor }) => [author.username, editor?.username])).toEqual([
        ['ann', undefined],
        ['bob', 'ann'],
        ['ann', undefined],
      ]);
      expect(rows[0]).toMatchObject({ authorId: 1, editorId: null, editor: null });
      expect(rows[0]?.author).not.toHaveProperty('passwordHash');
    });

    it('loads relations to many by one query each', async () => {
      const rows = await query().with('tags', 'comments', 'favoritedBy').all();
      expect(rows.map(({ tags }) => tags.map(({ name }) => name))).toEqual([['js', 'css'], ['js'], []]);
      expect(rows.map(({ comments }) => comments.map(({ body }) => body).toSorted())).toEqual([['hello', 'reply'], [], []]);
      expect(rows[0]?.favoritedBy.map(({ username }) => username)).toEqual(['bob', 'eve']);
    });

    it('refines and nests', async () => {
      const row = await query()
        .with('comments', (comments) => comments.where({ body: 'reply' }).with('author', 'parent'))
        .get();
      expect(row.comments).toMatchObject([{ body: 'reply', author: { username: 'ann' }, parent: { body: 'hello' } }]);
      const sorted = await query()
        .with('tags', (tags) => tags.orderBy({ name: 'asc' }))
        .get();
      expect(sorted.tags.map(({ name }) => name)).toEqual(['css', 'js']);
    });

    it('loads a refined relation to one', async () => {
      const rows = await query()
        .with('editor', (users) => users.with('articles'))
        .all();
      expect(rows.map(({ editor }) => editor?.articles.length)).toEqual([undefined, 2, undefined]);
    });

    it('loads the other side of a relation to one', async () => {
      const users = await orm.query(User).orderBy({ id: 'asc' }).with('profile').all();
      expect(users.map(({ profile }) => profile?.image ?? null)).toEqual(['https://example.com/a.png', null, null]);
      const refined = await orm
        .query(User)
        .with('profile', (profiles) => profiles.select('userId'))
        .orderBy({ id: 'asc' })
        .all();
      expect(refined.map(({ profile }) => profile)).toEqual([{ userId: 1 }, null, null]);
    });

    it('takes the last word on a relation', async () => {
      const row = await query()
        .with('author')
        .with('author', (users) => users.select('id'))
        .get();
      expect(row.author).toEqual({ id: 1 });
      const again = await query()
        .with('author', (users) => users.select('id'))
        .with('author')
        .get();
      expect(again.author).toHaveProperty('username');
    });

    it('refuses names that do not exist', () => {
      expect(() => query().with('nothing' as never)).toThrow(/no relation "nothing"/);
    });

    it('loads nothing for no rows', async () => {
      expect(await query().where({ slug: 'none' }).with('tags').all()).toEqual([]);
    });
  });

  describe('withCount', () => {
    it('counts related rows that are not removed', async () => {
      const rows = await query().withCount('tags', 'comments', 'favoritedBy').all();
      expect(rows.map(({ tagsCount, commentsCount, favoritedByCount }) => [tagsCount, commentsCount, favoritedByCount])).toEqual([
        [2, 2, 2],
        [1, 0, 0],
        [0, 0, 0],
      ]);
      expect(await orm.query(Tag).withCount('articles').orderBy({ id: 'asc' }).all()).toMatchObject([{ articlesCount: 2 }, { articlesCount: 1 }]);
    });

    it('refuses a relation to one', () => {
      expect(() => query().withCount('author' as never)).toThrow(/cannot be counted/);
    });
  });

  describe('soft deletes', () => {
    it('hide rows unless they are asked for', async () => {
      expect(await orm.query(Article).where({ slug: 'removed' }).exists()).toBe(false);
      const [row] = await orm.query(Article).where({ slug: 'removed' }).withTrashed().all();
      expect(row?.deletedAt).toBeInstanceOf(Date);
      expect(slugs(await orm.query(Article).onlyTrashed().all())).toEqual(['removed']);
      expect(await orm.query(Article).first()).not.toHaveProperty('deletedAt');
    });

    it('do not hide what is still referred to', async () => {
      await using other = await createBlog(database);
      const ann = await addUser(other.orm, 'ann');
      await other.orm.unitOfWork(async (unit) => {
        const article = unit.create(Article, { title: 'T', slug: 't', body: 'b', author: ann });
        unit.create(Comment, { body: 'c', author: ann, article });
        await unit.flush();
        unit.remove(article);
      });
      const comment = await other.orm.query(Comment).with('article').get();
      expect(comment.article).toMatchObject({ slug: 't' });
      const refined = await other.orm
        .query(Comment)
        .with('article', (articles) => articles.with('author'))
        .get();
      expect(refined.article).toMatchObject({ slug: 't', author: { username: 'ann' } });
      expect(refined.article).not.toHaveProperty('deletedAt');
      await other.orm.unitOfWork(async (unit) => {
        const managed = await unit.get(Comment, comment.id, { with: ['article'] });
        expect(managed.article.slug).toBe('t');
      });
    });

    it('are refused where there are none', () => {
      expect(() => orm.query(User).withTrashed()).toThrow(/no soft deletes/);
    });
  });

  describe('first, get and when', () => {
    it('miss, or throw an error of status 404', async () => {
      expect(await query().where({ slug: 'none' }).first()).toBeUndefined();
      await expect(query().where({ slug: 'none' }).get()).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_NOT_FOUND', status: 404, message: 'No such article.' });
    });

    it('refines a query only when there is a value', async () => {
      const find = (tag: string | null | undefined): Promise<number> =>
        orm
          .query(Article)
          .when(tag, (articles, name) => articles.where({ tags: { name } }))
          .count();
      expect([await find('css'), await find(undefined), await find(null)]).toEqual([1, 3, 3]);
    });
  });

  describe('paginate', () => {
    it('returns a part and the whole length', async () => {
      const page = await orm.query(Article).orderBy({ views: 'desc' }).paginate({ limit: 2, offset: 1 });
      expect({ ...page, items: slugs(page.items) }).toEqual({ items: ['third', 'first'], total: 3, limit: 2, offset: 1 });
      expect(await orm.query(Article).where({ slug: 'none' }).paginate()).toEqual({ items: [], total: 0, limit: 20, offset: 0 });
    });

    it('refuses what is not a number', async () => {
      await expect(orm.query(Article).paginate({ limit: '1' as never })).rejects.toThrow(/whole number/);
    });
  });

  describe('a query', () => {
    it('is not changed by refining it', async () => {
      const base = query();
      base.where({ slug: 'first' }).limit(1);
      expect(await base.count()).toBe(3);
    });

    it('returns hidden fields only when asked', async () => {
      expect(await orm.query(User).first()).not.toHaveProperty('passwordHash');
      expect(await orm.query(User).withHidden().first()).toHaveProperty('passwordHash', 'x');
    });

    it('goes on with Kysely', async () => {
      const rows = await query()
        .where({ author: { username: 'ann' }, tags: { name: 'js' } })
        .limit(5)
        .offset(0)
        .toKysely()
        .execute();
      expect(rows).toMatchObject([{ slug: 'first', authorId: 1 }]);
    });

    it('shares one statement among queries of one shape', () => {
      const [one, two] = ['a', 'b'].map((slug) => orm.query(Article).where({ slug }).limit(37).toSql());
      expect(one?.sql).toBe(two?.sql);
      expect([one?.parameters, two?.parameters]).toEqual([
        ['a', 37],
        ['b', 37],
      ]);
    });

    it('refuses a model that the application has not loaded', async () => {
      const { defineModel } = await import('@oxidite/orm');
      expect(() => orm.query(defineModel('stranger', {}))).toThrow(/"stranger" is not loaded.*app\/models/);
    });
  });

  function query() {
    return orm.query(Article).orderBy({ id: 'asc' });
  }
});
