import { defineCast, defineModel, describeModel, field, manyToMany, morphTo } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Article, Profile, Tag, User } from '../support/blog.ts';

const list = defineCast({ schema: z.set(z.string()), fromStored: (text: string) => new Set(text.split(',')), toStored: (set: Set<string>) => [...set].join() });
const Note = defineModel(
  'note',
  {
    order: field.string().primary(),
    tags: field.string({ pattern: /^[a-z,]*$/ }).cast(list),
    price: field.decimal({ precision: 5, scale: 1 }).default('1.0'),
    subject: morphTo(() => [Article, User]).nullable(),
    labels: manyToMany(() => Tag, { pivot: { weight: field.integer({ min: 1 }) } }),
  },
  { version: true, search: ['order'], scopes: { cheap: { price: '1.0' } } },
);

describe('describeModel', () => {
  it('describes fields with their rules, also those that a model has by itself', () => {
    const { fields, ...model } = describeModel(Article);
    expect(model).toMatchObject({ name: 'article', key: ['id'], timestamps: true, softDeletes: true, version: false, search: [], scopes: [] });
    expect(fields.map(({ name }) => name)).toEqual(['id', 'title', 'slug', 'body', 'status', 'views', 'createdAt', 'updatedAt', 'deletedAt']);
    const find = (name: string): unknown => fields.find((candidate) => candidate.name === name);
    expect(find('id')).toMatchObject({ type: 'integer', primary: true, generated: true });
    expect(find('title')).toEqual({
      name: 'title',
      type: 'string',
      nullable: false,
      unique: false,
      primary: false,
      hidden: false,
      encrypted: false,
      cast: false,
      hasDefault: false,
      generated: false,
      rules: { minLength: 1, maxLength: 200 },
    });
    expect(find('slug')).toMatchObject({ unique: true });
    expect(find('status')).toMatchObject({ type: 'enum', words: ['draft', 'published'], hasDefault: true });
    expect(find('deletedAt')).toMatchObject({ nullable: true, hidden: true, generated: true });
    expect(describeModel(User).fields.find(({ name }) => name === 'passwordHash')).toMatchObject({ hidden: true });
  });

  it('describes relations, their other ends and the data of their pairs', () => {
    const relations = Object.fromEntries(describeModel(Article).relations.map((relation) => [relation.name, relation]));
    expect(relations['author']).toMatchObject({ kind: 'belongsTo', targets: ['user'], nullable: false, inverse: undefined });
    expect(relations['editor']).toMatchObject({ nullable: true });
    expect(relations['comments']).toMatchObject({ kind: 'hasMany', targets: ['comment'], inverse: 'article' });
    expect(describeModel(Profile).relations).toMatchObject([{ name: 'user', unique: true }]);
    expect(describeModel(Note).relations).toMatchObject([
      { name: 'subject', kind: 'morphTo', targets: ['article', 'user'], nullable: true },
      { name: 'labels', targets: ['tag'], pivot: [{ name: 'weight', rules: { min: 1 } }] },
    ]);
  });

  it('describes keys, casts and options as plain data', () => {
    const description = describeModel(Note);
    expect(description).toMatchObject({ key: ['order'], version: true, search: ['order'], scopes: ['cheap'] });
    expect(description.fields.find(({ name }) => name === 'tags')).toMatchObject({ cast: true, rules: { pattern: '^[a-z,]*$' } });
    expect(description.fields.find(({ name }) => name === 'price')).toMatchObject({ rules: { precision: 5, scale: 1 } });
    expect(JSON.parse(JSON.stringify(description))).toMatchObject({ name: 'note', key: ['order'] });
  });
});
