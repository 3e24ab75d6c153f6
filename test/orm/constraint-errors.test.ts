import { type AnyModel, belongsTo, defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { addUser, Article, createBlog, Profile, User } from './support/blog.ts';
import { describeOnDatabases } from './support/databases.ts';

describeOnDatabases((database) => {
  describe('constraint violations', () => {
    it('name the field that has already been taken', async () => {
      await using blog = await createBlog(database);
      await addUser(blog.orm, 'ann');
      const taken = blog.orm.unitOfWork((orm) => void orm.create(User, { username: 'bob', email: 'ann@example.com', passwordHash: 'x' }));
      await expect(taken).rejects.toMatchObject({
        code: 'OXI_ORM_UNIQUE_VIOLATION',
        status: 409,
        model: 'user',
        errors: [{ in: 'body', path: '/email', message: 'has already been taken' }],
        message: 'There is already such a user: /email has already been taken.',
      });
    });

    it('name all fields of a combination, and relations by their names', async () => {
      const Group = defineModel('group', { name: field.string() });
      const Member = defineModel('member', { group: belongsTo(() => Group), nick: field.string() }, { uniques: [['group', 'nick']] });
      await using kernel = await createTestKernel({
        plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Member], autoMigrate: 'models' })],
      });
      const database = kernel.use('orm');
      await database.unitOfWork((orm) => void orm.create(Member, { group: orm.create(Group, { name: 'g' }), nick: 'n' }));
      await expect(database.unitOfWork((orm) => void orm.create(Member, { group: 1, nick: 'n' }))).rejects.toMatchObject({
        errors: [{ path: '/group' }, { path: '/nick' }],
      });
    });

    it('name a one to one relation', async () => {
      await using blog = await createBlog(database);
      const ann = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork((orm) => void orm.create(Profile, { user: ann }));
      await expect(blog.orm.unitOfWork((orm) => void orm.create(Profile, { user: ann }))).rejects.toMatchObject({ status: 409, errors: [{ path: '/user' }] });
    });

    it('name the references that lead nowhere', async () => {
      await using blog = await createBlog(database);
      const ann = await addUser(blog.orm, 'ann');
      const broken = (editor: number | null, author: number): Promise<void> =>
        blog.orm.unitOfWork((orm) => void orm.create(Article, { title: 't', slug: 's', body: 'b', author, editor }));
      await expect(broken(98, 99)).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        status: 409,
        model: 'article',
        errors: [{ path: '/author', message: 'does not exist' }, { path: '/editor' }],
      });
      await expect(broken(98, ann)).rejects.toMatchObject({ errors: [{ path: '/editor' }] });
      await expect(
        blog.orm.unitOfWork((orm) => orm.transaction(() => void orm.create(Article, { title: 't', slug: 's', body: 'b', author: 99 }))),
      ).rejects.toMatchObject({ errors: [{ path: '/author' }] });
    });

    it('say what cannot be removed', async () => {
      await using blog = await createBlog(database);
      const ann = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork((orm) => void orm.create(Article, { title: 't', slug: 's', body: 'b', author: ann }));
      await expect(blog.orm.unitOfWork(async (orm) => orm.remove(await orm.get(User, ann)))).rejects.toMatchObject({
        status: 409,
        model: 'user',
        errors: [],
        message: expect.stringContaining('still refer to it'),
      });
    });

    it('come out of statements in a transaction too', async () => {
      await using blog = await createBlog(database);
      const insert = (table: string, row: object) => (orm: Orm) =>
        orm.transaction(() =>
          orm.kysely
            .insertInto(table)
            .values(row as never)
            .execute(),
        );
      await expect(blog.orm.unitOfWork(insert('tags', { name: null }))).rejects.toMatchObject({
        code: 'OXI_ORM_NOT_NULL_VIOLATION',
        status: 422,
        errors: [{ path: '/name', message: 'is required' }],
      });
      await expect(blog.orm.unitOfWork(insert('profiles', { user_id: 9 }))).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        errors: database.name === 'sqlite' ? [] : [{ path: '/user' }], // SQLite does not say which it was
      });
      const article = { title: 't', slug: 's', body: 'b', status: 'gone', views: 0, author_id: 1, created_at: new Date(0), updated_at: new Date(0) };
      await expect(blog.orm.unitOfWork(insert('articles', article))).rejects.toMatchObject({ code: 'OXI_ORM_CHECK_VIOLATION', status: 422 });
    });

    it('leave other errors as they are', async () => {
      await using blog = await createBlog(database);
      await expect(blog.orm.unitOfWork((orm) => orm.transaction(() => orm.kysely.selectFrom('nothing').selectAll().execute()))).rejects.toThrow(/nothing/);
    });

    it('name no field where the table has no model', async () => {
      await using blog = await createBlog(database);
      const plain: AnyModel = User;
      expect(plain.name).toBe('user');
      await blog.orm.kysely.schema
        .createTable('loose')
        .addColumn('x', 'text', (column) => column.unique())
        .execute();
      const twice = blog.orm.unitOfWork((orm) =>
        orm.transaction(() =>
          orm.kysely
            .insertInto('loose')
            .values([{ x: 'a' }, { x: 'a' }])
            .execute(),
        ),
      );
      await expect(twice).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION', model: 'row', errors: [] });
    });
  });
});
