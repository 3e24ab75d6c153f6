import type { Lock, Orm } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, Article, type Blog, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let blog: Blog;
  let ann: number;

  beforeEach(async () => {
    blog = await createBlog(database);
    ann = await addUser(blog.orm, 'ann');
    await blog.orm.unitOfWork((orm) => ['a', 'b', 'c'].forEach((name) => orm.create(Tag, { name })));
  });

  afterEach(() => blog.stop());

  const inTransaction = <Result>(work: (orm: Orm) => Promise<Result>): Promise<Result> => blog.orm.unitOfWork((orm) => orm.transaction(work));

  describe('the option lock', () => {
    it.each<[Lock]>([['update'], ['share'], [{ mode: 'update', skipLocked: true }], [{ mode: 'share', noWait: true }], [{ mode: 'share', skipLocked: true }]])(
      'loads by key, by conditions and many, with %j',
      async (lock) => {
        await blog.orm.unitOfWork((orm) => void orm.create(Article, { title: 't', slug: 's', body: 'b', author: ann, tags: [1, 2] }));
        await inTransaction(async (orm) => {
          expect((await orm.get(Tag, 2, { lock })).name).toBe('b');
          expect((await orm.list(Tag, { name: { in: ['c', 'a'] } }, { lock, orderBy: { name: 'desc' } })).map(({ name }) => name)).toEqual(['c', 'a']);
          const article = await orm.get(Article, { author: { username: 'ann' } }, { lock, with: ['author', 'tags'] });
          expect([article.author.username, article.tags.length]).toEqual(['ann', 2]);
          expect(await orm.list(Article, {}, { lock, orderBy: { editor: { username: 'asc' } } })).toEqual([article]);
          expect(await orm.find(Tag, 99, { lock })).toBeUndefined();
        });
      },
    );

    it('reads the entity anew, after what was pending was flushed', async () => {
      await inTransaction(async (orm) => {
        const tag = await orm.get(Tag, 1);
        await orm.kysely.updateTable('tags').set({ name: 'by a statement' }).where('id', '=', 1).execute();
        const other = await orm.get(Tag, 2);
        other.name = 'pending';
        expect(await orm.get(Tag, 1, { lock: 'update' })).toBe(tag);
        expect((await orm.get(Tag, 2, { lock: 'update' })).name).toBe('pending');
        expect(tag.name).toBe('by a statement');
      });
      expect((await blog.orm.query(Tag).where({ id: 2 }).get()).name).toBe('pending');
    });

    it('needs a transaction', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const outside = { code: 'OXI_ORM_LOCK_OUTSIDE_TRANSACTION', model: 'tag' };
        await expect(orm.get(Tag, 1, { lock: 'update' })).rejects.toMatchObject(outside);
        await expect(orm.list(Tag, {}, { lock: 'share' })).rejects.toMatchObject(outside);
      });
    });

    it.each<[string, unknown, RegExp]>([
      ['a mode that does not exist', 'exclusive', /"exclusive"; it has to be 'update', 'share'/],
      ['no mode', { skipLocked: true }, /has to be/],
      ['nothing', null, /null/],
      ['two ways to wait', { mode: 'update', skipLocked: true, noWait: true }, /choose skipLocked or noWait/],
      ['a member that does not exist', { mode: 'update', wait: 5 }, /no member "wait"/],
    ])('refuses %s', async (_, lock, message) => {
      await inTransaction(async (orm) => {
        await expect(orm.get(Tag, 1, { lock: lock as Lock })).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID', message: expect.stringMatching(message) });
      });
    });

    if (database.name === 'sqlite') return;

    it('keeps others away until the transaction ends, and shows them what it wrote', async () => {
      const { promise: isLocked, resolve: locked } = Promise.withResolvers<void>();
      const add = async (orm: Orm, isFirst: boolean): Promise<void> => {
        if (!isFirst) {
          await orm.query(User).count(); // on MySQL the transaction sees what was committed until here
          await isLocked;
        }
        const user = await orm.get(User, ann, { lock: 'update' });
        locked();
        user.bio = `${user.bio ?? ''}x`;
      };
      await Promise.all([inTransaction((orm) => add(orm, true)), inTransaction((orm) => add(orm, false))]);
      expect((await blog.orm.query(User).get()).bio).toBe('xx');
    });

    it('skips what is locked, or fails at once', async () => {
      await inTransaction(async (orm) => {
        expect((await orm.list(Tag, {}, { lock: 'update', limit: 1, orderBy: { id: 'asc' } })).map(({ id }) => id)).toEqual([1]);
        await inTransaction(async (other) => {
          expect((await other.find(Tag, { name: { in: ['a', 'b'] } }, { lock: { mode: 'update', skipLocked: true } }))?.id).toBe(2);
          const failing = other.transaction(() => other.get(Tag, 1, { lock: { mode: 'update', noWait: true } }));
          await expect(failing).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_BUSY', status: 503 });
        });
      });
    });
  });
});
