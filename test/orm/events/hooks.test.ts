import type { Change, ChangeEvent, FlushEvent } from '@oxidite/orm';
import { createLogger } from '@oxidite/kernel';
import { definePlugin } from '@oxidite/plugin-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, Article, type Blog, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

const fail = (): never => {
  throw new Error('no');
};
const tell = ({ kind, model, key, soft }: Change): string => `${soft ? 'soft ' : ''}${kind} ${model} ${String(key)}`;

/** What the taps of a test do; none is set unless the test sets it. */
interface Taps {
  flushing?: (event: FlushEvent) => unknown;
  creating?: (event: ChangeEvent) => unknown;
  updating?: (event: ChangeEvent) => unknown;
  deleting?: (event: ChangeEvent) => unknown;
  created?: (event: ChangeEvent) => unknown;
  updated?: (event: ChangeEvent) => unknown;
  deleted?: (event: ChangeEvent) => unknown;
  flushed?: (event: FlushEvent) => unknown;
  committed?: (event: FlushEvent) => unknown;
}

/** A blog with a plugin whose taps the test sets. */
async function createTappedBlog(database: Parameters<typeof createBlog>[0], taps: Taps, options: Parameters<typeof createBlog>[1] = {}): Promise<Blog> {
  const tapping = definePlugin({
    name: 'tapping',
    version: '1.0.0',
    setup(kernel) {
      kernel.tap('orm:flushing', async (event) => void (await taps.flushing?.(event)));
      kernel.tap('orm:creating', async (event) => void (await taps.creating?.(event)));
      kernel.tap('orm:updating', async (event) => void (await taps.updating?.(event)));
      kernel.tap('orm:deleting', async (event) => void (await taps.deleting?.(event)));
      kernel.tap('orm:created', async (event) => void (await taps.created?.(event)));
      kernel.tap('orm:updated', async (event) => void (await taps.updated?.(event)));
      kernel.tap('orm:deleted', async (event) => void (await taps.deleted?.(event)));
      kernel.tap('orm:flushed', async (event) => void (await taps.flushed?.(event)));
      kernel.tap('orm:committed', async (event) => void (await taps.committed?.(event)));
    },
  });
  const blog = await createBlog(database, options);
  await blog.load(tapping());
  return blog;
}

describeOnDatabases((database) => {
  let blog: Blog;
  let taps: Taps;
  let told: string[];
  let logged: unknown[];

  beforeEach(async () => {
    taps = {};
    told = [];
    logged = [];
    const logger = createLogger((level, fields, message) => level === 'error' && logged.push([fields['error'], message]));
    blog = await createTappedBlog(database, taps, { logger });
  });

  afterEach(() => blog.stop());

  const names = async (): Promise<string[]> => (await blog.orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);
  const tellAll = (): void => {
    for (const name of ['creating', 'updating', 'deleting', 'created', 'updated', 'deleted'] as const)
      taps[name] = ({ change }) => told.push(`${name}: ${tell(change)}`);
    for (const name of ['flushing', 'flushed', 'committed'] as const) taps[name] = ({ changes }) => told.push(`${name}: ${changes.map(tell).join(', ')}`);
  };

  describe('the hooks of the ORM', () => {
    it('are called in their order, once for each flush and each entity', async () => {
      tellAll();
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      expect(told).toEqual([
        'flushing: create tag undefined',
        'creating: create tag undefined',
        'created: create tag 1',
        'flushed: create tag 1',
        'committed: create tag 1',
      ]);
      told.length = 0;
      await blog.orm.unitOfWork(async (orm) => {
        const tag = await orm.get(Tag, 1);
        tag.name = 'b';
        await orm.flush();
        await orm.flush();
        orm.remove(tag);
      });
      expect(told).toEqual([
        'flushing: update tag 1',
        'updating: update tag 1',
        'updated: update tag 1',
        'flushed: update tag 1',
        'committed: update tag 1',
        'flushing: delete tag 1',
        'deleting: delete tag 1',
        'deleted: delete tag 1',
        'flushed: delete tag 1',
        'committed: delete tag 1',
      ]);
    });

    it('are not called when nothing changes', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      tellAll();
      await blog.orm.unitOfWork(async (orm) => {
        (await orm.get(Tag, 1)).name = 'a';
        await orm.transaction(() => orm.list(Tag));
      });
      expect(told).toEqual([]);
    });

    it('tell values before and after, keys of relations, and soft deletes; hidden values are left out', async () => {
      const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
      const changes: Change[] = [];
      taps.committed = (event) => changes.push(...event.changes);
      await blog.orm.unitOfWork((orm) => void orm.create(Article, { title: 't', slug: 's', body: 'b', author: ann }));
      const [now] = [new Date(blog.clock.now())];
      const article = changes.pop();
      expect(article).toMatchObject({ kind: 'create', model: 'article', key: 1, before: {}, soft: false });
      expect(article?.after).toEqual({
        title: 't',
        slug: 's',
        body: 'b',
        status: 'draft',
        views: 0,
        author: ann,
        editor: null,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      });
      expect(article?.fields.toSorted()).toEqual(Object.keys(article?.after ?? {}).toSorted());

      await blog.clock.advance(1_000);
      await blog.orm.unitOfWork(async (orm) => {
        (await orm.get(Article, 1)).assign({ editor: bob, views: 3 });
        (await orm.get(User, ann)).assign({ passwordHash: 'secret', bio: 'new' });
      });
      const later = new Date(blog.clock.now());
      expect(changes.find(({ model }) => model === 'article')).toMatchObject({
        kind: 'update',
        before: { editor: null, views: 0, updatedAt: now },
        after: { editor: bob, views: 3, updatedAt: later },
      });
      const user = changes.find(({ model }) => model === 'user');
      expect(user).toMatchObject({ before: { bio: null, updatedAt: now }, after: { bio: 'new', updatedAt: later } });
      expect(user?.fields.toSorted()).toEqual(['bio', 'passwordHash', 'updatedAt']);
      expect(JSON.stringify([user?.before, user?.after])).not.toContain('secret');

      changes.length = 0;
      await blog.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Article, 1)));
      await blog.orm.unitOfWork(async (orm) => orm.restore(await orm.get(Article, 1, { withTrashed: true })));
      await blog.orm.unitOfWork(async (orm) => orm.forceRemove(await orm.get(Article, 1)));
      expect(changes.map(tell)).toEqual(['soft delete article 1', 'update article 1', 'delete article 1']);
      expect(changes[0]).toMatchObject({ before: { deletedAt: null }, after: { deletedAt: later } });
      expect(changes[1]).toMatchObject({ before: { deletedAt: later }, after: { deletedAt: null } });
      expect(changes[2]).toMatchObject({ before: { title: 't', author: ann, editor: bob, createdAt: now }, after: {} });
    });

    it('tell pairs as a change of the entity that owns them, once', async () => {
      const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
      const changes: Change[] = [];
      taps.committed = (event) => changes.push(...event.changes);
      const pairs = (): unknown[] => changes.splice(0).map(({ kind, model, fields, after }) => [kind, model, fields.at(-1), after[fields.at(-1) ?? '']]);
      await blog.orm.unitOfWork((orm) => {
        const tag = orm.create(Tag, { name: 'js' });
        orm.create(Article, { title: 't', slug: 's', body: 'b', author: ann, tags: [tag] });
      });
      expect(pairs()).toContainEqual(['create', 'article', 'tags', { attached: [1], detached: [] }]);
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1);
        orm.attach(article, 'favoritedBy', ann, bob);
        orm.detach(article, 'favoritedBy', 99);
      });
      expect(pairs()).toEqual([['update', 'article', 'favoritedBy', { attached: [ann, bob], detached: [99] }]]);
      await blog.orm.unitOfWork(async (orm) => {
        const article = await orm.get(Article, 1, { with: ['tags'] });
        article.tags.removeAll();
        article.tags.add(orm.create(Tag, { name: 'ts' }));
      });
      expect(pairs()).toContainEqual(['update', 'article', 'tags', { attached: [2], detached: [1] }]);
      await blog.orm.unitOfWork(async (orm) => (await orm.get(User, ann, { with: ['favorites'] })).favorites.removeAll());
      expect(pairs()).toEqual([['update', 'article', 'favoritedBy', { attached: [], detached: [ann] }]]);
      await blog.orm.unitOfWork(async (orm) => orm.attach(await orm.get(User, ann), 'favorites', 1));
      expect(pairs()).toEqual([['update', 'article', 'favoritedBy', { attached: [ann], detached: [] }]]);
    });

    it('let taps change and create entities, which the rules check and the flush writes', async () => {
      taps.flushing = ({ changes, orm }) => {
        for (const { entity, model } of changes) if (model === 'tag') (entity as Tag).name = (entity as Tag).name.toUpperCase();
        if (changes.some(({ model }) => model === 'tag')) orm.create(User, { username: 'by flushing', email: 'a@example.com', passwordHash: 'x' });
      };
      taps.creating = ({ change, orm }) => {
        told.push(`${change.model} ${(change.entity as Partial<User & Tag>).username ?? (change.entity as Tag).name}`);
        if (change.model === 'tag') orm.create(User, { username: 'by creating', email: 'b@example.com', passwordHash: 'x' });
        else (change.entity as User).bio = 'by a tap';
      };
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      expect(await names()).toEqual(['A']);
      expect(await blog.orm.query(User).orderBy({ username: 'asc' }).select('username', 'bio').all()).toEqual([
        { username: 'by creating', bio: 'by a tap' },
        { username: 'by flushing', bio: 'by a tap' },
      ]);
      expect(told.toSorted()).toEqual(['tag A', 'user by creating', 'user by flushing']);

      taps.creating = ({ change }) => void ((change.entity as Tag).name = 'x'.repeat(51));
      delete taps.flushing;
      const invalid = blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'b' }));
      await expect(invalid).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', errors: [{ path: '/name' }] });
      expect(await names()).toEqual(['A']);
    });

    it('let taps remove entities, and take changes back', async () => {
      await blog.orm.unitOfWork((orm) => ['a', 'b', 'c'].forEach((name) => orm.create(Tag, { name })));
      taps.flushing = async ({ orm }) => {
        const [a, b, c] = await orm.list(Tag, {}, { orderBy: { id: 'asc' } });
        if (a === undefined || b === undefined || c === undefined) return;
        a.name = 'a';
        b.name = 'b';
        orm.remove(c);
      };
      await blog.orm.unitOfWork(async (orm) => {
        const [a, b] = [await orm.get(Tag, 1), await orm.get(Tag, 2)];
        a.name = 'b';
        b.name = 'a';
      });
      expect(await names()).toEqual(['a', 'b']);
    });

    it('tell of unique fields of several entities, and see their values', async () => {
      await blog.orm.unitOfWork((orm) => ['a', 'b'].forEach((name) => orm.create(Tag, { name })));
      const seen = ({ change: { entity, fields, before, after } }: ChangeEvent): unknown =>
        told.push(JSON.stringify([(entity as Tag).name, fields, before, after]));
      taps.updating = seen;
      taps.updated = seen;
      await blog.orm.unitOfWork(async (orm) => {
        for (const tag of await orm.list(Tag, {}, { orderBy: { id: 'asc' } })) tag.name += '!';
      });
      const expected = ['a', 'b'].map((name) => JSON.stringify([`${name}!`, ['name'], { name }, { name: `${name}!` }]));
      expect(told).toEqual([...expected, ...expected]);
      expect(await names()).toEqual(['a!', 'b!']);
    });

    it.each(['flushing', 'creating', 'created', 'flushed'] as const)('write nothing when a tap of orm:%s throws', async (name) => {
      taps.committed = () => told.push('committed');
      taps[name] = fail;
      const failing = blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      await expect(failing).rejects.toMatchObject({ code: 'OXI_HOOK_TAP', message: expect.stringContaining(`orm:${name}`) });
      const transaction = blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          await orm.flush().catch(() => undefined);
        }),
      );
      await expect(transaction).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_FAILED' });
      delete taps[name];
      expect([await names(), told]).toEqual([[], []]);
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'b' }));
      expect(await names()).toEqual(['b']);
    });

    it('pass on an error that is meant for a client', async () => {
      taps.creating = () => {
        throw Object.assign(new Error('full'), { status: 409 });
      };
      const failing = blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      await expect(failing).rejects.toMatchObject({ message: 'full', status: 409 });
    });

    it('write what taps of orm:flushed create in the same transaction, and tell of it in turn', async () => {
      taps.flushed = ({ changes, orm }) => {
        told.push(changes.map(tell).join(', '));
        for (const { model, key } of changes) if (model === 'user') orm.create(Tag, { name: `user ${String(key)}` });
      };
      taps.committed = ({ changes }) => told.push(`committed ${changes.map(tell).join(', ')}`);
      const ann = await addUser(blog.orm, 'ann');
      expect(await names()).toEqual([`user ${ann}`]);
      expect(told).toEqual([`create user ${ann}`, 'create tag 1', `committed create user ${ann}, create tag 1`]);
      told.length = 0;
      const failing = blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          orm.create(User, { username: 'bob', email: 'bob@example.com', passwordHash: 'x' });
          await orm.flush();
          fail();
        }),
      );
      await expect(failing).rejects.toThrow('no');
      expect(await names()).toEqual([`user ${ann}`]);
      expect(told.filter((text) => text.startsWith('committed'))).toEqual([]);
    });

    it('tell of a commit once, with all changes of its flushes and savepoints, without those rolled back', async () => {
      taps.committed = ({ changes }) => told.push(changes.map(({ entity }) => (entity as Tag).name).join(' '));
      await blog.orm.unitOfWork(async (orm) => {
        await orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          await orm.flush();
          await orm.transaction(() => void orm.create(Tag, { name: 'b' }));
          await orm
            .transaction(async () => {
              orm.create(Tag, { name: 'c' });
              await orm.flush();
              fail();
            })
            .catch(() => undefined);
          orm.create(Tag, { name: 'd' });
          expect(told).toEqual([]);
        });
        expect(told).toEqual(['a b d']);
        await orm
          .transaction(async () => {
            orm.create(Tag, { name: 'e' });
            await orm.flush();
            fail();
          })
          .catch(() => undefined);
      });
      expect(told).toEqual(['a b d']);
      expect(await names()).toEqual(['a', 'b', 'd']);
    });

    it('log an error after the commit, and keep what was committed', async () => {
      taps.committed = fail;
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      expect(await names()).toEqual(['a']);
      expect(logged).toEqual([[expect.objectContaining({ code: 'OXI_HOOK_TAP' }), 'a tap of orm:committed failed; what was committed stays']]);
    });

    it('refuse a flush or a transaction of a tap, which would wait for itself', async () => {
      const inTap = expect.objectContaining({ code: 'OXI_ORM_FLUSH_IN_TAP' });
      taps.flushing = async ({ orm }) => {
        await expect(orm.flush()).rejects.toThrow(inTap);
        expect(() => orm.transaction(() => undefined)).toThrow(inTap);
        told.push('refused');
      };
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      expect([await names(), told]).toEqual([['a'], ['refused']]);
    });

    it('give up when taps never come to an end', async () => {
      let count = 0;
      taps.flushed = ({ orm }) => void orm.create(Tag, { name: `${count++}` });
      const endless = expect.objectContaining({ code: 'OXI_ORM_FLUSH_ENDLESS', message: expect.stringContaining('(tag)') });
      await expect(blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }))).rejects.toThrow(endless);
      delete taps.flushed;
      taps.creating = ({ orm }) => void orm.create(Tag, { name: `${count++}` });
      await expect(blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }))).rejects.toThrow(endless);
      expect(await names()).toEqual([]);
    });

    it('write pairs, and those that taps attach', async () => {
      const ann = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork((orm) => {
        orm.create(Tag, { name: 'js' });
        orm.create(Article, { title: 't', slug: 's', body: 'b', author: ann });
      });
      taps.flushed = async ({ changes, orm }) => {
        if (changes.some(({ fields }) => fields.includes('favoritedBy'))) orm.attach(await orm.get(Article, 1), 'tags', 1);
      };
      await blog.orm.unitOfWork(async (orm) => orm.attach(await orm.get(Article, 1), 'favoritedBy', ann));
      expect(await blog.orm.query(Article).withCount('favoritedBy', 'tags').get()).toMatchObject({ favoritedByCount: 1, tagsCount: 1 });
    });

    it('keep flushes apart that run at the same time', async () => {
      taps.creating = () => new Promise((resolve) => setImmediate(resolve));
      taps.committed = ({ changes }) => told.push(changes.map(({ entity }) => (entity as Tag).name).join(' '));
      await blog.orm.unitOfWork(async (orm) => {
        await Promise.all(
          ['a', 'b'].map(async (name) => {
            orm.create(Tag, { name });
            const flushed = orm.flush();
            await Promise.resolve();
            return flushed;
          }),
        );
      });
      expect(await names()).toEqual(['a', 'b']);
      expect(told.join(' ')).toBe('a b');
    });

    it('are forgotten with the plugin that taps them', async () => {
      tellAll();
      await blog.unload('tapping');
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      expect([await names(), told]).toEqual([['a'], []]);
    });
  });
});
