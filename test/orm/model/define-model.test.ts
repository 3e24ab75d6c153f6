import { belongsTo, defineModel, field, isModel } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Article, User } from '../support/blog.ts';

describe('defineModel', () => {
  it('returns a frozen declaration that isModel knows', () => {
    expect(isModel(User)).toBe(true);
    expect(Object.isFrozen(User)).toBe(true);
    expect([null, {}, 'user'].some(isModel)).toBe(false);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['a name that is not in camelCase', () => defineModel('Order Item', {}), /camelCase/],
    ['a field that is not in camelCase', () => defineModel('item', { 'drop table': field.string() }), /camelCase/],
    ['a field named like an operator', () => defineModel('item', { or: field.string() }), /meaning of its own/],
    ['a field that is there by itself', () => defineModel('item', { createdAt: field.datetime() }, { timestamps: true }), /already there/],
    ['a field named deletedAt with soft deletes', () => defineModel('item', { deletedAt: field.datetime() }, { softDeletes: true }), /already there/],
    ['a field named id beside the own key', () => defineModel('item', { id: field.integer() }), /already there/],
    ['a field named like a foreign key', () => defineModel('item', { authorId: field.integer(), author: belongsTo(() => User) }), /already there/],
    ['two primary keys', () => defineModel('item', { one: field.uuid().primary(), two: field.uuid().primary() }), /2 primary keys/],
  ])('refuses %s', (_, define, message) =>
    expect(define).toThrow(expect.objectContaining({ code: 'OXI_ORM_MODEL_INVALID', message: expect.stringMatching(message) })),
  );
});

describe('Model.create', () => {
  it('requires what has no default and may not be null, and drops what is unknown', () => {
    expect(Article.create.parse({ title: 'T', slug: 's', body: 'b', id: 9, authorId: 3, createdAt: 'x' })).toEqual({
      title: 'T',
      slug: 's',
      body: 'b',
      status: 'draft',
      views: 0,
    });
    const { error } = Article.create.safeParse({ title: '', slug: 5, status: 'gone', views: -1 });
    expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(['title', 'slug', 'body', 'status', 'views']);
  });

  it('never takes hidden fields', () => {
    expect(Object.keys(User.create.shape)).toEqual(['username', 'email', 'bio']);
  });

  it('calls a default function for each value', () => {
    let count = 0;
    const Counted = defineModel('counted', { number: field.integer().default(() => ++count) });
    expect([Counted.create.parse({}), Counted.create.parse({})]).toEqual([{ number: 1 }, { number: 2 }]);
  });
});

describe('Model.update', () => {
  it('makes everything optional and sets no defaults', () => {
    expect(Article.update.parse({})).toEqual({});
    expect(Article.update.parse({ views: 3 })).toEqual({ views: 3 });
    expect(Article.update.safeParse({ title: '' }).success).toBe(false);
  });

  it('has no primary key', () => {
    const Page = defineModel('page', { path: field.string().primary(), text: field.text() });
    expect(Object.keys(Page.update.shape)).toEqual(['text']);
    expect(Object.keys(Page.create.shape)).toEqual(['path', 'text']);
    expect(Object.keys(Page.read.shape)).toEqual(['path', 'text']);
  });
});

describe('Model.read', () => {
  it('has key, visible fields and stamps, and turns moments into texts', () => {
    const at = new Date(0);
    const user = {
      id: 1,
      username: 'ann',
      email: 'a@example.com',
      passwordHash: 'secret',
      bio: null,
      createdAt: at,
      updatedAt: at.toISOString(),
      articles: [],
    };
    expect(User.read.parse(user)).toEqual({
      id: 1,
      username: 'ann',
      email: 'a@example.com',
      bio: null,
      createdAt: at.toISOString(),
      updatedAt: at.toISOString(),
    });
  });

  it('is extended by relations', () => {
    const schema = Article.read.pick({ title: true }).extend({ author: User.read.pick({ username: true }) });
    expect(schema.parse({ title: 't', body: 'b', author: { username: 'u', email: 'x' } })).toEqual({ title: 't', author: { username: 'u' } });
  });

  it('describes itself as JSON Schema', () => {
    expect(z.toJSONSchema(Article.read, { io: 'output' })).toMatchObject({
      properties: { id: { type: 'integer' }, createdAt: { type: 'string', format: 'date-time' }, status: { enum: ['draft', 'published'] } },
    });
    expect(z.toJSONSchema(Article.create, { io: 'input' })).toMatchObject({
      required: ['title', 'slug', 'body'],
      properties: { title: { minLength: 1, maxLength: 200 } },
    });
  });
});
