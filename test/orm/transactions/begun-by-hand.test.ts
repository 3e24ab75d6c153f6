import { createLogger } from '@oxidite/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Blog, createBlog, Tag } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let blog: Blog;
  let warnings: string[];

  beforeEach(async () => {
    warnings = [];
    const logger = createLogger((level, _, message) => void (level === 'warn' ? warnings.push(message) : 0));
    blog = await createBlog(database, { logger });
  });

  afterEach(() => blog.stop());

  describe('a transaction that was begun with orm.em.begin()', () => {
    it('is rolled back with its unit of work when nobody has ended it, which a warning says, and its connection is free', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.em.begin();
        orm.create(Tag, { name: 'never committed' });
      });
      const failing = blog.orm.unitOfWork(async (orm) => {
        await orm.em.begin();
        throw new Error('refused');
      });
      await expect(failing).rejects.toThrow('refused');
      expect(warnings).toEqual([expect.stringContaining('never ended'), expect.stringContaining('never ended')]);
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'another' }));
      expect((await blog.orm.query(Tag).all()).map(({ name }) => name)).toEqual(['another']);
      expect(blog.clock.pendingTimers()).toBe(0);
    });

    it('is that of the service of a request, too', async () => {
      await blog.scopes.run(async ({ orm }) => {
        await orm.em.begin();
        orm.create(Tag, { name: 'never committed' });
      });
      expect(await blog.orm.query(Tag).count()).toBe(0);
      expect(warnings).toHaveLength(1);
    });

    it('stays committed, and a flush that nobody awaits is not disturbed', async () => {
      let flush: Promise<void> | undefined;
      await blog.orm.unitOfWork(async (orm) => {
        await orm.em.begin();
        orm.create(Tag, { name: 'first' });
        await orm.flush();
        await orm.em.commit();
        for (const name of ['second', 'third']) orm.create(Tag, { name });
        flush = orm.flush();
      });
      await flush;
      expect(await blog.orm.query(Tag).count()).toBe(3);
      expect(warnings).toEqual([]);
    });
  });
});
