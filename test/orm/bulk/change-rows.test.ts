import { defineModel, field, type Orm, orm } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { addUser, Article, type Blog, Comment, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases, type TestDatabase } from '../support/databases.ts';

describeOnDatabases((database) => {
  const slugs = async (orm: Orm): Promise<string[]> => (await orm.query(Article).orderBy({ slug: 'asc' }).all()).map(({ slug }) => slug);

  describe('query.update', () => {
    it('changes the rows that meet the conditions, and sets their time', async () => {
      await using blog = await createFilledBlog(database);
      const { orm } = blog;
      const before = await orm.query(Article).where({ slug: 'a' }).get();
      await blog.clock.advance({ seconds: 5 });
      expect(
        await orm.unitOfWork((unit) =>
          unit
            .query(Article)
            .where({ views: { lt: 5 } })
            .update({ status: 'published', editor: 2 }),
        ),
      ).toBe(2);
      const after = await orm.query(Article).where({ slug: 'a' }).get();
      expect(after).toMatchObject({ status: 'published', editorId: 2, views: 1, createdAt: before.createdAt });
      expect(after.updatedAt.getTime() - before.updatedAt.getTime()).toBe(5_000);
      expect(await orm.query(Article).where({ status: 'published' }).count()).toBe(2);
      expect(await orm.query(Article).where({ slug: 'gone' }).withTrashed().get()).toMatchObject({ status: 'draft' });
    });

    it('understands conditions on relations, also back to the same table', async () => {
      await using blog = await createFilledBlog(database);
      const { orm } = blog;
      const change = (where: object, title: string): Promise<number> => orm.unitOfWork((unit) => unit.query(Article).where(where).update({ title }));
      expect(await change({ author: { username: 'ann' } }, 'by ann')).toBe(2);
      expect(await change({ tags: { name: 'js' } }, 'js')).toBe(2);
      expect(await change({ not: { tags: { name: 'js' } } }, 'not js')).toBe(1);
      expect(await change({ tags: { articles: { slug: 'c' } } }, 'like c')).toBe(2);
      expect(await change({ author: { articles: { slug: 'b' } }, editor: null }, 'of ann')).toBe(2);
      const titles = (await orm.query(Article).orderBy({ slug: 'asc' }).all()).map(({ title }) => title);
      expect(titles).toEqual(['of ann', 'of ann', 'like c']);
    });

    it('checks the rules of the model, and names', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const query = unit.query(Article).where({});
        await expect(query.update({ title: '', views: -1 })).rejects.toMatchObject({
          code: 'OXI_ORM_INVALID_ENTITY',
          status: 422,
          errors: [{ path: '/title' }, { path: '/views' }],
        });
        await expect(query.update({ title: null as never })).rejects.toMatchObject({ errors: [{ path: '/title', message: 'is required' }] });
        await expect(query.update({ author: null as never })).rejects.toMatchObject({ errors: [{ path: '/author', message: 'is required' }] });
        await expect(query.update({ author: 'x' as never })).rejects.toMatchObject({ errors: [{ path: '/author', message: 'has to be a user or its key' }] });
        await expect(query.update({ colour: 'red' } as never)).rejects.toMatchObject({ errors: [{ path: '/colour', message: 'is not a field of article' }] });
        await expect(query.update({ tags: [1] } as never)).rejects.toMatchObject({ errors: [{ path: '/tags' }] });
        await expect(query.update({ id: 5 } as never)).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
        expect(await query.update({ title: undefined })).toBe(0);
      });
      expect(await blog.orm.query(Article).where({ title: '' }).count()).toBe(0);
    });

    it('reports what the database refuses', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        await expect(unit.query(Article).where({ slug: 'a' }).update({ slug: 'b' })).rejects.toMatchObject({
          code: 'OXI_ORM_UNIQUE_VIOLATION',
          errors: [{ path: '/slug' }],
        });
        await expect(unit.query(Article).where({ slug: 'a' }).update({ author: 999 })).rejects.toMatchObject({ code: 'OXI_ORM_FOREIGN_KEY_VIOLATION' });
        await expect(unit.query(User).where({ username: 'ann' }).delete()).rejects.toMatchObject({ code: 'OXI_ORM_FOREIGN_KEY_VIOLATION' });
      });
    });

    it('is part of the transaction', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const failing = unit.transaction(async (inner) => {
          await inner.query(Article).where({}).update({ title: 'never' });
          expect(await inner.query(Article).where({ title: 'never' }).count()).toBe(3);
          throw new Error('no');
        });
        await expect(failing).rejects.toThrow('no');
        const caught = unit.transaction(async (inner) => {
          await inner.query(Article).where({ slug: 'c' }).update({ title: 'never' });
          await inner
            .query(Article)
            .where({ slug: 'a' })
            .update({ slug: 'b' })
            .catch(() => undefined);
        });
        await expect(caught).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_FAILED' });
      });
      expect(await blog.orm.query(Article).where({ title: 'never' }).count()).toBe(0);
    });

    it('takes a row only once, however many want it', async () => {
      await using blog = await createFilledBlog(database);
      const takes = Array.from({ length: 8 }, (_, index) =>
        blog.orm.unitOfWork((unit) => unit.query(Article).where({ slug: 'a', status: 'draft' }).update({ status: 'published', views: index })),
      );
      expect((await Promise.all(takes)).toSorted((one, other) => one - other)).toEqual([0, 0, 0, 0, 0, 0, 0, 1]);
    });

    it('never takes a value for a part of the statement', async () => {
      await using blog = await createFilledBlog(database);
      for (const title of ["'; drop table articles; --", '?', '??', '$1', ':id', '\\', '"', '`']) {
        expect(await blog.orm.unitOfWork((unit) => unit.query(Article).where({ slug: 'a' }).update({ title }))).toBe(1);
        expect((await blog.orm.query(Article).where({ title }).get()).slug).toBe('a');
      }
    });
  });

  describe('query.increment and query.decrement', () => {
    it('add to a number', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        expect(
          await unit
            .query(Article)
            .where({ slug: { in: ['a', 'b'] } })
            .increment('views'),
        ).toBe(2);
        expect(
          await unit
            .query(Article)
            .where({ author: { username: 'ann' } })
            .increment('views', 10),
        ).toBe(2);
        expect(await unit.query(Article).where({ slug: 'c' }).decrement('views', 3)).toBe(1);
      });
      expect((await blog.orm.query(Article).orderBy({ slug: 'asc' }).all()).map(({ views }) => views)).toEqual([12, 13, 6]);
    });

    it('lose nothing, however many run at once', async () => {
      await using blog = await createFilledBlog(database);
      await Promise.all(Array.from({ length: 10 }, () => blog.orm.unitOfWork((unit) => unit.query(Article).where({ slug: 'a' }).increment('views', 2))));
      expect(await blog.orm.query(Article).where({ slug: 'a' }).max('views')).toBe(21);
    });

    it('keep the bounds of the field, and refuse what is no number', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const query = unit.query(Article).where({});
        await expect(query.decrement('views', 2)).rejects.toMatchObject({ status: 422, errors: [{ path: '/views', message: 'would be less than 0' }] });
        await expect(query.increment('title', 'x')).rejects.toThrow(/no number to be added to/);
        await expect(query.increment('id')).rejects.toThrow(/no number to be added to/);
        await expect(query.increment('authorId')).rejects.toThrow(/no number to be added to/);
        await expect(query.increment('views', 1.5)).rejects.toThrow(/whole number/);
        await expect(query.increment('views', Number.NaN)).rejects.toThrow(/whole number/);
        await expect(query.increment('views', '1; drop table articles' as never)).rejects.toThrow(/whole number/);
      });
      expect(await blog.orm.query(Article).sum('views')).toBe(12);
    });
  });

  it('query.increment refuses what is no whole number of 64 bits', async () => {
    const opened = await database.open();
    const Ledger = defineModel('ledger', { total: field.bigint() });
    const kernel = await createTestKernel({ plugins: [orm({ ...opened.options, models: [Ledger], autoMigrate: 'models' })] });
    await kernel.use('orm').unitOfWork(async (unit) => {
      await unit.insertMany(Ledger, [{ total: 5n }]);
      const query = unit.query(Ledger).where({});
      for (const by of [2n ** 63n, 1.5, '1', null]) await expect(query.increment('total', by as never)).rejects.toThrow(/whole number of 64 bits/);
      await query.increment('total', 2n ** 62n);
      expect((await unit.query(Ledger).get()).total).toBe(2n ** 62n + 5n);
    });
    await kernel.stop();
    await opened.drop();
  });

  describe('query.delete, forceDelete and restore', () => {
    it('keep the rows of a model with soft deletes, unless they are forced', async () => {
      await using blog = await createFilledBlog(database);
      const { orm } = blog;
      await orm.unitOfWork(async (unit) => {
        expect(
          await unit
            .query(Article)
            .where({ views: { lt: 5 } })
            .delete(),
        ).toBe(2);
        expect(await slugs(unit)).toEqual(['c']);
        expect(await unit.query(Article).where({}).withTrashed().count()).toBe(4);
        expect(
          await unit
            .query(Article)
            .where({ slug: { ne: 'gone' } })
            .restore(),
        ).toBe(2);
        expect(await slugs(unit)).toEqual(['a', 'b', 'c']);
        expect(
          await unit
            .query(Article)
            .where({ slug: { in: ['a', 'gone'] } })
            .forceDelete(),
        ).toBe(1);
        expect(await unit.query(Article).where({}).onlyTrashed().forceDelete()).toBe(1);
        expect(await slugs(unit)).toEqual(['b', 'c']);
      });
    });

    it('delete the rows of any other model, by conditions on relations too', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        await unit.query(Article).where({}).withTrashed().forceDelete();
        expect(
          await unit
            .query(Tag)
            .where({ articles: { slug: 'a' } })
            .delete(),
        ).toBe(0);
        expect(await unit.query(Tag).where({ name: 'js' }).delete()).toBe(1);
        expect(
          await unit
            .query(User)
            .where({ not: { followers: { username: 'x' } }, username: 'ann' })
            .delete(),
        ).toBe(1);
        expect(await unit.query(User).where({}).delete()).toBe(1);
      });
    });

    it('delete what belongs to the rows, as the database does', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        await unit.insertMany(Comment, [{ body: 'c', author: 1, article: 1 }]);
        await unit.query(Article).where({ slug: 'a' }).forceDelete();
      });
      expect(await blog.orm.query(Comment).count()).toBe(0);
    });

    it('refuse to restore where there are no soft deletes', async () => {
      await using blog = await createBlog(database);
      await expect(blog.orm.unitOfWork((unit) => unit.query(Tag).where({}).restore())).rejects.toThrow(/no soft deletes/);
    });
  });

  describe('a change of rows', () => {
    it('needs where(), no limit, and a unit of work', async () => {
      await using blog = await createFilledBlog(database);
      await blog.orm.unitOfWork(async (unit) => {
        const query = unit.query(Article);
        for (const work of [
          () => query.update({ title: 'x' }),
          () => query.delete(),
          () => query.forceDelete(),
          () => query.restore(),
          () => query.increment('views'),
        ])
          await expect(work()).rejects.toThrow(/needs where\(\)/);
        await expect(query.where({}).limit(1).delete()).rejects.toThrow(/cannot have a limit/);
        await expect(query.where({}).offset(1).update({ title: 'x' })).rejects.toThrow(/cannot have a limit/);
        await expect(query.where({ colour: 'red' } as never).delete()).rejects.toThrow(/no field or relation/);
      });
      const outside = blog.orm.query(Article).where({});
      for (const work of [() => outside.update({ title: 'x' }), () => outside.delete(), () => outside.increment('views'), () => outside.forceDelete()])
        await expect(work()).rejects.toMatchObject({ code: 'OXI_ORM_NO_UNIT_OF_WORK' });
      expect(await blog.orm.query(Article).count()).toBe(3);
    });
  });
});

/** Three articles, two of them of ann and with the tag js, and one that is removed. */
async function createFilledBlog(database: TestDatabase): Promise<Blog> {
  const blog = await createBlog(database);
  const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
  await blog.orm.unitOfWork(async (unit) => {
    const [js, css] = [unit.create(Tag, { name: 'js' }), unit.create(Tag, { name: 'css' })];
    unit.create(Article, { title: 'A', slug: 'a', body: '', views: 1, author: ann, tags: [js] });
    await unit.flush();
    unit.create(Article, { title: 'B', slug: 'b', body: '', views: 2, author: ann, tags: [js, css] });
    unit.create(Article, { title: 'C', slug: 'c', body: '', views: 9, author: bob, tags: [css] });
    const gone = unit.create(Article, { title: 'Gone', slug: 'gone', body: '', author: bob });
    await unit.flush();
    unit.remove(gone);
  });
  return blog;
}
