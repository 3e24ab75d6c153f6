import { defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { addUser, Article, Comment, createBlog, Profile, Tag, User } from './support/blog.ts';
import { describeOnDatabases } from './support/databases.ts';

describeOnDatabases((database) => {
  let blog: TestKernel & { readonly orm: Orm };
  let ann: number;

  beforeEach(async () => {
    blog = await createBlog(database);
    ann = await addUser(blog.orm, 'ann');
  });

  afterEach(() => blog.stop());

  const draft = (slug: string): { title: string; slug: string; body: string; author: number } => ({ title: slug, slug, body: 'b', author: ann });

  describe('a request', () => {
    it('flushes when it succeeds', async () => {
      await blog.scopes.run(({ orm }) => void orm.create(Tag, { name: 'js' }));
      expect(await blog.orm.query(Tag).count()).toBe(1);
    });

    it('writes nothing when it fails', async () => {
      const failing = blog.scopes.run(({ orm }) => {
        orm.create(Tag, { name: 'js' });
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await blog.orm.query(Tag).count()).toBe(0);
    });

    it('has one unit of work, and its own', async () => {
      await blog.scopes.run(async (services) => {
        const user = await services.orm.get(User, ann);
        expect((await services.orm.get(User, ann)) === user).toBe(true);
        expect((await services.orm.get(User, { username: 'ann' })) === user).toBe(true);
        await blog.scopes.run(async (other) => {
          expect(other.orm === services.orm).toBe(false);
          expect((await other.orm.get(User, ann)) === user).toBe(false);
        });
      });
    });

    it('does not see what another one has not flushed', async () => {
      let release = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const first = blog.scopes.run(async ({ orm }) => {
        (await orm.get(User, ann)).bio = 'changed';
        orm.create(Tag, { name: 'js' });
        await gate;
      });
      await blog.scopes.run(async ({ orm }) => {
        expect((await orm.get(User, ann)).bio).toBeNull();
        expect(await orm.list(Tag)).toEqual([]);
      });
      release();
      await first;
      expect((await blog.orm.query(User).get()).bio).toBe('changed');
    });

    it('cannot be used when it is over', async () => {
      const leaked = await blog.scopes.run(({ orm }) => orm);
      const ended = expect.objectContaining({ code: 'OXI_ORM_UNIT_OF_WORK_ENDED' });
      expect(() => leaked.create(Tag, { name: 'x' })).toThrow(ended);
      expect(() => leaked.query(Tag)).toThrow(ended);
      await expect(leaked.find(Tag, 1)).rejects.toThrow(ended);
      await expect(leaked.flush()).rejects.toThrow(ended);
    });

    it('does not mix entities of concurrent requests', async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          blog.scopes.run(async ({ orm }) => {
            const user = await orm.get(User, ann);
            const tag = orm.create(Tag, { name: `tag ${index}` });
            await orm.flush();
            expect([user.username, tag.name]).toEqual(['ann', `tag ${index}`]);
          }),
        ),
      );
      expect(await blog.orm.query(Tag).count()).toBe(20);
    });
  });

  describe('orm outside of units of work', () => {
    it('reads and opens units of work', async () => {
      expect(await blog.orm.query(User).count()).toBe(1);
      expect(await blog.orm.unitOfWork((orm) => orm.query(User).count())).toBe(1);
      expect(await blog.orm.kysely.selectFrom('users').select('username').execute()).toEqual([{ username: 'ann' }]);
      expect(new (blog.orm.entity(Tag))()).toBeInstanceOf(blog.orm.entity(Tag));
    });

    it('refuses entities and says what to do', async () => {
      const { orm } = blog;
      const none = expect.objectContaining({ code: 'OXI_ORM_NO_UNIT_OF_WORK', message: expect.stringContaining('orm.unitOfWork(') });
      const sync = [
        () => orm.create(Tag, { name: 'x' }),
        () => orm.em,
        () => orm.remove({}),
        () => orm.forceRemove({}),
        () => orm.restore({}),
        () => orm.clear(),
        () => orm.assign({}, {}),
        () => orm.attach({} as never, '' as never),
      ];
      for (const call of sync) expect(call).toThrow(none);
      const later = [
        () => orm.find(Tag, 1),
        () => orm.get(Tag, 1),
        () => orm.list(Tag),
        () => orm.flush(),
        () => orm.populate({}),
        () => orm.transaction(() => undefined),
      ];
      for (const call of later) await expect(call()).rejects.toThrow(none);
    });
  });

  describe('orm.create', () => {
    it('sets keys, defaults, nulls and stamps', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const article = orm.create(Article, draft('a'));
        expect(article).toMatchObject({ status: 'draft', views: 0, editor: null, deletedAt: null });
        expect(article.createdAt).toEqual(new Date(blog.clock.now()));
        expect(article.id).toBeUndefined();
        await orm.flush();
        expect(article.id).toBe(1);
        const comment = orm.create(Comment, { body: 'x', author: ann, article });
        expect(comment.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      });
      expect(await blog.orm.query(Comment).count()).toBe(1);
    });

    it('gives values that were given, and ignores undefined', async () => {
      const at = new Date(1_000);
      await blog.orm.unitOfWork(
        (orm) => void orm.create(Article, { ...draft('a'), id: 7, createdAt: at, updatedAt: at, views: 3, status: undefined, editor: ann }),
      );
      expect(await blog.orm.query(Article).get()).toMatchObject({ id: 7, createdAt: at, updatedAt: at, views: 3, status: 'draft', editorId: ann });
    });

    it('takes relations as entities, keys, references and rows', async () => {
      const row = await blog.orm.query(User).get();
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        for (const [index, author] of [user, ann, { id: ann }, row].entries()) orm.create(Article, { ...draft(`a${index}`), author });
      });
      expect(await blog.orm.query(Article).where({ author: ann }).count()).toBe(4);
    });

    it('takes an entity of another unit of work by its key', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        await blog.orm.unitOfWork((other) => void other.create(Article, { ...draft('a'), author: user }));
        expect(user.bio).toBeNull();
      });
      expect(await blog.orm.query(Article).count()).toBe(1);
    });

    it('writes a graph of new entities', async () => {
      await blog.orm.unitOfWork((orm) => {
        const user = orm.create(User, { username: 'bob', email: 'bob@example.com', passwordHash: 'x', profile: undefined } as never);
        const article = orm.create(Article, { ...draft('a'), author: user, tags: [orm.create(Tag, { name: 'js' })], favoritedBy: [user, ann] });
        orm.create(Comment, { body: 'c', article, author: user });
        orm.create(Profile, { user });
      });
      const article = await blog.orm
        .query(Article)
        .with('tags', 'comments', 'favoritedBy')
        .with('author', (users) => users.with('profile'))
        .get();
      expect(article).toMatchObject({
        author: { username: 'bob', profile: { image: null } },
        tags: [{ name: 'js' }],
        comments: [{ body: 'c' }],
        favoritedBy: [{ username: 'ann' }, { username: 'bob' }],
      });
    });

    it.each<[string, Record<string, unknown>, string]>([
      ['a field that does not exist', { isAdmin: true }, '/isAdmin'],
      ['a foreign key by its column', { authorId: 1 }, '/authorId'],
      ['a relation that is nothing', { author: {} }, '/author'],
      ['many that are not a list', { tags: 1 }, '/tags'],
    ])('refuses %s', async (_, data, path) => {
      await blog.orm.unitOfWork((orm) => {
        expect(() => orm.create(Article, { ...draft('a'), ...data })).toThrow(
          expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY', status: 422, errors: [expect.objectContaining({ path })] }),
        );
      });
    });
  });

  describe('the rules of models', () => {
    it('abort a flush with the errors of all fields', async () => {
      const failing = blog.orm.unitOfWork((orm) => void orm.create(User, { username: '', email: 'nobody', passwordHash: undefined as never }));
      await expect(failing).rejects.toMatchObject({
        code: 'OXI_ORM_INVALID_ENTITY',
        status: 422,
        model: 'user',
        errors: [
          { in: 'body', path: '/username' },
          { in: 'body', path: '/email' },
          { in: 'body', path: '/passwordHash', message: 'is required' },
        ],
      });
      expect(await blog.orm.query(User).count()).toBe(1);
    });

    it('hold for changes, of the changed fields only', async () => {
      const failing = blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        user.email = 'nobody';
        orm.create(Tag, { name: 'js' });
      });
      await expect(failing).rejects.toMatchObject({ errors: [{ path: '/email' }] });
      expect(await blog.orm.query(Tag).count()).toBe(0);
    });

    it('hold for entities made through MikroORM', async () => {
      const failing = blog.orm.unitOfWork((orm) => void orm.em.persist(Object.assign(new (orm.entity(Tag))(), { name: 'x'.repeat(51) })));
      await expect(failing).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', errors: [{ path: '/name' }] });
    });

    it('require relations', async () => {
      const missing = blog.orm.unitOfWork((orm) => void orm.create(Article, { title: 't', slug: 's', body: 'b' } as never));
      await expect(missing).rejects.toMatchObject({ errors: [{ path: '/author', message: 'is required' }] });
      await blog.orm.unitOfWork((orm) => void orm.create(Article, draft('a')));
      const removed = blog.orm.unitOfWork(async (orm) => void (await orm.get(Article, 1)).assign({ author: null as never }));
      await expect(removed).rejects.toMatchObject({ errors: [{ path: '/author' }] });
    });

    it('point into JSON', async () => {
      const Note = defineModel('note', { data: field.json(z.object({ 'a/b': z.array(z.number()) })) });
      await using kernel = await createTestKernel({ plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Note], autoMigrate: 'models' })] });
      const failing = kernel.scopes.run(({ orm }) => void orm.create(Note, { data: { 'a/b': [1, 'x' as never] } }));
      await expect(failing).rejects.toMatchObject({ errors: [{ path: '/data/a~1b/1' }] });
    });
  });

  describe('timestamps', () => {
    it('follow the clock of the kernel, and move only when something changes', async () => {
      const start = new Date(blog.clock.now());
      await blog.clock.advance({ minutes: 5 });
      await blog.orm.unitOfWork(async (orm) => void (await orm.get(User, ann)));
      expect(await blog.orm.query(User).get()).toMatchObject({ createdAt: start, updatedAt: start });
      await blog.orm.unitOfWork(async (orm) => void (await orm.get(User, ann)).assign({ bio: 'new' }));
      expect(await blog.orm.query(User).get()).toMatchObject({ createdAt: start, updatedAt: new Date(start.getTime() + 300_000) });
    });

    it('are set for entities made through MikroORM', async () => {
      await blog.orm.unitOfWork(
        (orm) => void orm.em.persist(Object.assign(new (orm.entity(User))(), { username: 'bob', email: 'bob@example.com', passwordHash: 'x' })),
      );
      expect(await blog.orm.query(User).where({ username: 'bob' }).get()).toMatchObject({ createdAt: new Date(blog.clock.now()) });
    });
  });

  describe('find, get and list', () => {
    it('miss, or throw an error of status 404', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        expect(await orm.find(User, 99)).toBeUndefined();
        expect(await orm.find(User, { username: 'none' })).toBeUndefined();
        await expect(orm.get(User, 99)).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_NOT_FOUND', status: 404 });
      });
    });

    it('refuse keys that are undefined, null or of another type', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        for (const key of [undefined, null, '1', true]) await expect(orm.find(User, key as never)).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
      });
    });

    it('list by conditions, in order and in part, with relations', async () => {
      await blog.orm.unitOfWork((orm) => {
        for (const slug of ['a', 'b', 'c']) orm.create(Article, { ...draft(slug), tags: [orm.create(Tag, { name: slug })] });
      });
      await blog.orm.unitOfWork(async (orm) => {
        const articles = await orm.list(Article, { author: { username: 'ann' } }, { orderBy: { slug: 'desc' }, limit: 2, offset: 1, with: ['author', 'tags'] });
        expect(articles.map(({ slug, author, tags }) => [slug, author.username, tags.getItems().map(({ name }) => name)])).toEqual([
          ['b', 'ann', ['b']],
          ['a', 'ann', ['a']],
        ]);
        expect(await orm.list(Article, { slug: 'none' })).toEqual([]);
        expect((await orm.list(Article)).length).toBe(3);
        await expect(orm.list(Article, {}, { with: ['nothing' as never] })).rejects.toThrow(/no relation/);
        await expect(orm.list(Article, {}, { limit: -1 })).rejects.toThrow(/whole number/);
      });
    });

    it('know only the key of relations that are not loaded', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Article, draft('a')));
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        expect([article.author.id, article.author.username]).toEqual([ann, undefined]);
        await orm.populate(article, 'author', 'tags');
        expect([article.author.username, article.tags.length]).toEqual(['ann', 0]);
        await expect(orm.populate(article, 'nothing' as never)).rejects.toThrow(/no relation/);
      });
    });
  });

  describe('assign', () => {
    it('changes fields and relations, ignores undefined, and returns the entity', async () => {
      const bob = await addUser(blog.orm, 'bob');
      await blog.orm.unitOfWork((orm) => void orm.create(Article, draft('a')));
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        expect(article.assign({ title: 'new', body: undefined, author: bob, editor: ann })).toBe(article);
        expect(orm.assign(article, { views: 4 })).toBe(article);
      });
      expect(await blog.orm.query(Article).get()).toMatchObject({ title: 'new', body: 'b', authorId: bob, editorId: ann, views: 4 });
      await blog.orm.unitOfWork(async (orm) => void (await orm.get(Article, 1)).assign({ editor: null }));
      expect(await blog.orm.query(Article).get()).toMatchObject({ editorId: null });
    });

    it('works on an entity that came with a relation', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Article, { ...draft('a'), tags: [orm.create(Tag, { name: 'js' })] }));
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1, { with: ['author', 'tags'] });
        article.author.assign({ bio: 'changed' });
        for (const tag of article.tags) tag.assign({ name: 'ts' });
      });
      expect((await blog.orm.query(User).get()).bio).toBe('changed');
      expect((await blog.orm.query(Tag).get()).name).toBe('ts');
    });

    it('refuses unknown fields, and entities of elsewhere', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        expect(() => user.assign({ isAdmin: true } as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY' }));
        expect(() => orm.assign({ id: 1 }, {})).toThrow(expect.objectContaining({ code: 'OXI_ORM_ENTITY_STALE' }));
        await blog.orm.unitOfWork((other) => expect(() => other.assign(user, { bio: 'x' })).toThrow(expect.objectContaining({ code: 'OXI_ORM_ENTITY_STALE' })));
      });
    });
  });

  describe('collections', () => {
    it('add, remove and set', async () => {
      await blog.orm.unitOfWork((orm) => {
        const [a, b, c] = ['a', 'b', 'c'].map((name) => orm.create(Tag, { name }));
        orm.create(Article, { ...draft('x'), tags: [a, b, c].filter((tag) => tag !== undefined) });
      });
      const names = async (): Promise<string[]> => (await blog.orm.query(Article).with('tags').get()).tags.map(({ name }) => name);
      expect(await names()).toEqual(['a', 'b', 'c']);
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        const [first] = await article.tags.loadItems();
        if (first !== undefined) article.tags.remove(first);
        article.tags.add(orm.create(Tag, { name: 'd' }));
        expect(await article.tags.loadCount()).toBe(3);
      });
      expect(await names()).toEqual(['b', 'c', 'd']);
      await blog.orm.unitOfWork(async (orm) => void (await orm.get(Article, 1)).assign({ tags: [1, { id: 4 }] }));
      expect(await names()).toEqual(['a', 'd']);
      await blog.orm.unitOfWork(async (orm) => (await orm.get(Article, 1, { with: ['tags'] })).tags.removeAll());
      expect(await names()).toEqual([]);
    });

    it('attach and detach without loading, from either side', async () => {
      const bob = await addUser(blog.orm, 'bob');
      await blog.orm.unitOfWork((orm) => void orm.create(Article, draft('x')));
      const names = async (): Promise<string[]> => (await blog.orm.query(Article).with('favoritedBy').get()).favoritedBy.map(({ username }) => username);
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        orm.attach(article, 'favoritedBy', ann, { id: bob });
        orm.attach(article, 'favoritedBy', ann);
        expect(article.favoritedBy.isInitialized()).toBe(false);
      });
      expect(await names()).toEqual(['ann', 'bob']);
      await blog.orm.unitOfWork(async (orm) => orm.detach(await orm.get(User, ann), 'favorites', 1));
      expect(await names()).toEqual(['bob']);
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1, { with: ['favoritedBy'] });
        orm.detach(article, 'favoritedBy', bob);
        orm.attach(article, 'favoritedBy', ann);
      });
      expect(await names()).toEqual(['ann']);
    });

    it('follow a relation of a model with itself', async () => {
      const bob = await addUser(blog.orm, 'bob');
      await blog.orm.unitOfWork(async (orm) => orm.attach(await orm.get(User, ann), 'following', bob));
      expect(
        (
          await blog.orm
            .query(User)
            .where({ followers: { username: 'ann' } })
            .all()
        ).map(({ username }) => username),
      ).toEqual(['bob']);
      expect((await blog.orm.query(User).with('followers').where({ id: bob }).get()).followers.map(({ username }) => username)).toEqual(['ann']);
    });

    it('write pairs with the flush or not at all', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Article, draft('x')));
      const failing = blog.orm.unitOfWork(async (orm) => {
        orm.attach(await orm.get(Article, 1), 'favoritedBy', ann);
        orm.create(User, { username: 'ann', email: 'x@example.com', passwordHash: 'x' });
      });
      await expect(failing).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
      const missing = blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        article.title = 'changed';
        orm.attach(article, 'favoritedBy', 99);
      });
      await expect(missing).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        status: 409,
        model: 'article',
        errors: [{ in: 'body', path: '/favoritedBy', message: 'does not exist' }],
      });
      expect(await blog.orm.query(Article).withCount('favoritedBy').get()).toMatchObject({ title: 'x', favoritedByCount: 0 });
    });

    it('are all taken out by an empty list, also without being loaded', async () => {
      const key = await blog.orm.unitOfWork(async (orm) => {
        const article = orm.create(Article, { ...draft('a'), favoritedBy: [ann] });
        await orm.flush();
        return article.id;
      });
      await blog.orm.unitOfWork(async (orm) => void (await orm.get(Article, key)).assign({ favoritedBy: [] }));
      expect(await blog.orm.query(Article).withCount('favoritedBy').get()).toMatchObject({ favoritedByCount: 0 });
    });

    it('refuse relations that are not many to many, and what is no reference', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        expect(() => orm.attach(user, 'articles' as never, 1 as never)).toThrow(/not a many-to-many/);
        expect(() => orm.attach(user, 'following', {} as never)).toThrow(/takes a user or its key/);
      });
    });
  });

  describe('remove, restore and forceRemove', () => {
    beforeEach(() => blog.orm.unitOfWork((orm) => void orm.create(Article, draft('a'))));

    it('keep the row of a model with soft deletes, on both roads', async () => {
      await blog.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Article, 1)));
      await blog.orm.unitOfWork(async (orm) => {
        expect(await orm.find(Article, 1)).toBeUndefined();
        expect(await orm.list(Article)).toEqual([]);
        expect(await orm.query(Article).count()).toBe(0);
        const article = await orm.get(Article, 1, { withTrashed: true });
        expect(article.deletedAt).toEqual(new Date(blog.clock.now()));
        expect((await orm.list(Article, {}, { withTrashed: true })).length).toBe(1);
        orm.restore(article);
      });
      expect(await blog.orm.query(Article).count()).toBe(1);
    });

    it('hide what was removed in the same unit of work', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        orm.remove(article);
        await orm.flush();
        expect(await orm.find(Article, 1)).toBeUndefined();
      });
    });

    it('leave removed entities out of collections', async () => {
      await blog.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Article, 1)));
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann, { with: ['articles'] });
        expect(user.articles.getItems()).toEqual([]);
      });
    });

    it('delete the row when forced, or without soft deletes', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        orm.forceRemove(await orm.get(Article, 1));
        const tag = orm.create(Tag, { name: 'x' });
        await orm.flush();
        orm.remove(tag);
      });
      expect([await blog.orm.query(Article).withTrashed().count(), await blog.orm.query(Tag).count()]).toEqual([0, 0]);
    });

    it('forget an entity that was never written', async () => {
      await blog.orm.unitOfWork((orm) => orm.remove(orm.create(Article, draft('b'))));
      expect(await blog.orm.query(Article).withTrashed().count()).toBe(1);
    });

    it('refuse to restore where there are no soft deletes', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        expect(() => orm.restore(user)).toThrow(/no soft deletes/);
      });
    });

    it('cascade as the foreign keys say', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Comment, { body: 'c', author: ann, article: 1 }));
      await blog.orm.unitOfWork(async (orm) => orm.forceRemove(await orm.get(Article, 1)));
      expect(await blog.orm.query(Comment).withTrashed().count()).toBe(0);
    });
  });

  describe('a flush that fails', () => {
    it('leaves an empty unit of work that can go on', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const lost = orm.create(Tag, { name: 'lost' });
        orm.create(User, { username: 'ann', email: 'x@example.com', passwordHash: 'x' });
        await expect(orm.flush()).rejects.toMatchObject({ status: 409 });
        expect(() => lost.assign({ name: 'x' })).toThrow(expect.objectContaining({ code: 'OXI_ORM_ENTITY_STALE' }));
        orm.create(Tag, { name: 'kept' });
      });
      expect((await blog.orm.query(Tag).all()).map(({ name }) => name)).toEqual(['kept']);
    });
  });

  describe('serialization', () => {
    it('leaves out hidden fields and deletedAt', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const article = orm.create(Article, draft('a'));
        await orm.flush();
        await orm.populate(article, 'author');
        const json = JSON.parse(JSON.stringify(article)) as { author: object };
        expect(json).toMatchObject({ slug: 'a', author: { username: 'ann' } });
        expect(json).not.toHaveProperty('deletedAt');
        expect(json.author).not.toHaveProperty('passwordHash');
        expect(Article.read.parse(article)).toMatchObject({ id: 1, slug: 'a' });
      });
    });
  });

  describe('orm.clear', () => {
    it('forgets entities and their changes', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        (await orm.get(User, ann)).bio = 'lost';
        orm.create(Tag, { name: 'lost' });
        orm.clear();
      });
      expect([await blog.orm.query(Tag).count(), (await blog.orm.query(User).get()).bio]).toEqual([0, null]);
    });
  });

  describe('orm.em', () => {
    it('is MikroORM, with the entities of the models', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.em.findOneOrFail(orm.entity(User), { username: 'ann' });
        expect(user === (await orm.get(User, ann))).toBe(true);
        user.assign({ bio: 'x' });
      });
      expect((await blog.orm.query(User).get()).bio).toBe('x');
    });
  });
});
