/** The statements by which managed entities are read and changed by their keys. */
import { raw } from '@mikro-orm/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EntityStatements } from '../../../plugins/orm/src/drivers/entity-statements.ts';
import { createBlog, Tag, type User } from '../support/blog.ts';

type Blog = Awaited<ReturnType<typeof createBlog>>;
let blog: Blog;
let statements: EntityStatements;
let metaOf: (model: typeof Tag | typeof User) => Parameters<EntityStatements['toSelect']>[0];

beforeAll(async () => {
  blog = await createBlog();
  await blog.orm.unitOfWork((orm) => {
    statements = new EntityStatements(orm.em.getPlatform());
    const all = orm.em.getMetadata();
    metaOf = (model) => all.get(orm.entity(model) as never) as never; // MikroORM's metadata of any entity
  });
});
afterAll(() => blog.stop());

describe('EntityStatements.toSelect', () => {
  it('reads all columns of one entity by its key', () => {
    const expected = { sql: 'select `id`, `name` from `tags` where `id` = ?', parameters: [7] };
    expect(statements.toSelect(metaOf(Tag), { id: 7 })).toEqual(expected);
    expect(statements.toSelect(metaOf(Tag), 7)).toEqual(expected);
  });

  it('fills lists of keys up to a power of two, so that few statements are prepared', () => {
    expect(statements.toSelect(metaOf(Tag), { id: { $in: [1, 2, 3] } })).toEqual({
      sql: 'select `id`, `name` from `tags` where `id` in (?, ?, ?, ?)',
      parameters: [1, 2, 3, 3],
    });
  });

  it.each([
    ['another field', { name: 'news' }],
    ['more than the key', { id: 1, name: 'news' }],
    ['another operator', { id: { $gt: 1 } }],
    ['a second operator', { id: { $in: [1], $ne: 2 } }],
    ['no keys', { id: { $in: [] } }],
    ['keys that are no values', { id: { $in: [{ $gt: 0 }] } }],
    ['an expression', { id: raw('1 or 1 = 1') }],
    ['alternatives', { $or: [{ id: 1 }, { id: 2 }] }],
    ['nothing', {}],
  ])('leaves %s to MikroORM', (_title, where) => {
    expect(statements.toSelect(metaOf(Tag), where)).toBeUndefined();
  });
});

describe('EntityStatements.toUpdate', () => {
  it('changes the columns of one entity', () => {
    expect(statements.toUpdate(metaOf(Tag), { id: 7 }, { name: "it's" })).toEqual({
      sql: 'update `tags` set `name` = ? where `id` = ?',
      parameters: ["it's", 7],
    });
  });

  it.each([
    ['several keys', { id: { $in: [1, 2] } }, { name: 'a' }],
    ['an expression', { id: 1 }, { name: raw('upper(name)') }],
    ['what is no column', { id: 1 }, { articles: [] }],
    ['a value that is missing', { id: 1 }, { name: undefined }],
    ['no change', { id: 1 }, {}],
  ])('leaves %s to MikroORM', (_title, where, data) => {
    expect(statements.toUpdate(metaOf(Tag), where, data)).toBeUndefined();
  });
});
