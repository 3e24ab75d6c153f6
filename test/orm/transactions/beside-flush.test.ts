import { setImmediate } from 'node:timers/promises';
import type { Orm } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Blog, createBlog, Tag } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let blog: Blog;

  beforeEach(async () => {
    blog = await createBlog(database);
    await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'old' }));
  });

  afterEach(() => blog.stop());

  /** Runs `work` on a unit of work while that writes new rows; resolves when both are over. */
  const beside = <Result>(names: readonly string[], work: (orm: Orm) => Promise<Result>): Promise<Result> =>
    blog.orm.unitOfWork(async (orm) => {
      for (const name of names) orm.create(Tag, { name });
      const flush = orm.flush();
      flush.catch(() => undefined); // whoever awaits it is told
      while (!orm.em.isInTransaction()) await (database.name === 'sqlite' ? undefined : setImmediate()); // there a flush has no pauses
      const result = await work(orm);
      await flush;
      return result;
    });

  const listNames = async (): Promise<string[]> => (await blog.orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

  describe.each([
    ['one row', ['new']],
    ['several rows', ['new', 'newer']],
  ])('beside a flush of %s', (_, names) => {
    it('the option lock needs a transaction', async () => {
      const locking = beside(names, (orm) => orm.get(Tag, { name: 'old' }, { lock: 'update' }));
      await expect(locking).rejects.toMatchObject({ code: 'OXI_ORM_LOCK_OUTSIDE_TRANSACTION' });
    });

    it('query.lock needs a transaction', async () => {
      const locking = beside(names, (orm) => orm.query(Tag).lock('update').all());
      await expect(locking).rejects.toThrow(/put it into orm\.transaction/);
    });

    it('a transaction is one of its own, and begins when the flush is over', async () => {
      const told: string[] = [];
      await beside(names, (orm) =>
        orm.transaction(async () => {
          orm.afterCommit(() => void told.push('committed'));
          expect(await orm.query(Tag).count()).toBe(names.length + 1);
          await orm.insertMany(Tag, [{ name: 'newest' }]);
          expect(told).toEqual([]);
        }),
      );
      expect(told).toEqual(['committed']);
      expect(await listNames()).toEqual([...names, 'newest', 'old'].toSorted());
    });

    it('a transaction that is rolled back leaves what the flush has written', async () => {
      const refused = beside(names, (orm) =>
        orm.transaction(async () => {
          await orm.insertMany(Tag, [{ name: 'newest' }]);
          throw new Error('refused');
        }),
      );
      await expect(refused).rejects.toThrow('refused');
      expect(await listNames()).toEqual([...names, 'old'].toSorted());
    });

    it('a transaction can only read', async () => {
      const writing = beside(names, (orm) => orm.transaction(() => orm.insertMany(Tag, [{ name: 'newest' }]), { readOnly: true }));
      await expect(writing).rejects.toThrow();
      expect(await listNames()).toEqual([...names, 'old'].toSorted());
    });

    it('a statement of its own is not part of it', async () => {
      await beside(names, async (orm) => {
        await orm.kysely.insertInto('tags').values({ name: 'by a statement' }).execute();
      });
      expect(await listNames()).toEqual([...names, 'by a statement', 'old'].toSorted());
    });
  });
});

describe('a flush', () => {
  it('that fails keeps no transaction from beginning', async () => {
    await using blog = await createBlog();
    await blog.orm.unitOfWork(async (orm) => {
      orm.create(Tag, { name: 'twice' });
      await orm.flush();
      orm.create(Tag, { name: 'twice' });
      const flush = orm.flush();
      const count = orm.transaction(() => orm.query(Tag).count());
      await expect(flush).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
      expect(await count).toBe(1);
    });
  });

  it('lets its taps lock rows, which stay locked until it is over', async () => {
    await using blog = await createBlog();
    const locked: unknown[] = [];
    blog.tap('orm:created', async ({ orm }) => void locked.push(await orm.query(Tag).lock('update').count()));
    await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'new' }));
    expect(locked).toEqual([1]);
  });
});
