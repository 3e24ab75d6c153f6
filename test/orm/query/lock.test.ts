import { describe, expect, it } from 'vitest';
import { addUser, Article, createBlog, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  describe('query.lock', () => {
    it('is an error outside of a transaction', async () => {
      await using blog = await createBlog(database);
      await expect(blog.orm.query(User).lock('update').all()).rejects.toThrow(/put it into orm\.transaction/);
      await expect(blog.orm.unitOfWork((orm) => orm.query(User).lock('share').first())).rejects.toThrow(/put it into orm\.transaction/);
      expect(() => blog.orm.query(User).lock('all' as never)).toThrow(/"update" or "share"/);
      expect(() => blog.orm.query(User).lock('update', { skipLocked: true, noWait: true })).toThrow(/at once/);
    });

    it('goes with joins, limits and orders', async () => {
      await using blog = await createBlog(database);
      const author = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork(async (orm) => {
        await orm.insertMany(Article, [{ title: 't', slug: 's', body: '', author }]);
        await orm.transaction(async () => {
          for (const mode of ['update', 'share'] as const) {
            const row = await orm
              .query(Article)
              .with('author', 'editor')
              .orderBy({ editor: { username: 'asc' } })
              .limit(1)
              .offset(0)
              .lock(mode)
              .get();
            expect(row).toMatchObject({ slug: 's', author: { username: 'ann' }, editor: null });
          }
        });
      });
    });

    it.skipIf(database.name === 'sqlite')('makes others wait, skip the row, or fail (SQLite has one writer at a time)', async () => {
      await using blog = await createBlog(database);
      await addUser(blog.orm, 'ann');
      await addUser(blog.orm, 'bob');
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          await orm.query(User).where({ username: 'ann' }).lock('update').get();
          await blog.orm.unitOfWork((other) =>
            other.transaction(async () => {
              const free = await other.query(User).orderBy({ id: 'asc' }).lock('update', { skipLocked: true }).all();
              expect(free.map(({ username }) => username)).toEqual(['bob']);
            }),
          );
          const refused = blog.orm.unitOfWork((other) =>
            other.transaction(async () => void (await other.query(User).where({ username: 'ann' }).lock('update', { noWait: true }).get())),
          );
          await expect(refused).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_BUSY', status: 503 });
        }),
      );
    });
  });
});
