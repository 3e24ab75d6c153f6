import { type AnyModel, belongsTo, defineModel, field, hasMany, hasOne, manyToMany } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import { createLayouts, visibleNames } from '../../../plugins/orm/src/model/model-layout.ts';
import { Article, User } from '../support/blog.ts';

describe('createLayouts', () => {
  it('reaches models through relations', () => {
    expect([...createLayouts([Article]).keys()].toSorted()).toEqual(['article', 'comment', 'profile', 'tag', 'user']);
  });

  it('names tables, columns, foreign keys and pairs', () => {
    const layouts = createLayouts([Article]);
    const article = layouts.get('article');
    expect(article?.table).toBe('articles');
    expect(article?.columns.get('createdAt')?.column).toBe('created_at');
    expect(article?.columns.get('authorId')).toMatchObject({ column: 'author_id', relation: 'author', spec: { type: 'integer' } });
    expect(article?.relations.get('tags')).toMatchObject({ pivot: { table: 'article_tags', sourceColumn: 'article_id', targetColumn: 'tag_id' } });
    expect(layouts.get('tag')?.relations.get('articles')).toMatchObject({
      inverse: 'tags',
      pivot: { table: 'article_tags', sourceColumn: 'tag_id', targetColumn: 'article_id' },
    });
    expect(layouts.get('user')?.relations.get('followers')).toMatchObject({
      pivot: { table: 'follows', sourceColumn: 'followed_id', targetColumn: 'follower_id' },
    });
    expect(layouts.get('comment')?.key.spec.type).toBe('uuid');
  });

  it('names both columns of the pairs of a model with itself', () => {
    const Node = defineModel('node', { links: manyToMany((): AnyModel => Node) });
    expect(createLayouts([Node]).get('node')?.relations.get('links')).toMatchObject({
      pivot: { table: 'node_links', sourceColumn: 'node_id', targetColumn: 'links_id' },
    });
  });

  it('keeps relations in the order of their declaration', () => {
    expect([...(createLayouts([User]).get('user')?.relations.keys() ?? [])]).toEqual([
      'articles',
      'comments',
      'favorites',
      'following',
      'followers',
      'profile',
    ]);
  });

  it('knows what rows have by themselves', () => {
    const user = createLayouts([User]).get('user');
    expect(user === undefined ? [] : visibleNames(user)).toEqual(['id', 'username', 'email', 'bio', 'createdAt', 'updatedAt']);
  });

  const Other = defineModel('other', { name: field.string() });
  it.each<[string, readonly AnyModel[], RegExp]>([
    ['two models of one name', [defineModel('item', {}), defineModel('item', {})], /same name/],
    ['two models of one table', [defineModel('item', {}), defineModel('thing', {}, { table: 'items' })], /table "items" is also that of item/],
    ['a table of pairs that is taken', [defineModel('item', { others: manyToMany(() => Other, { table: 'others' }) })], /"others" is also that of/],
    [
      'two columns of one name',
      [defineModel('item', { one: field.string().column('x'), two: field.string().column('x') })],
      /two of its columns are named "x"/,
    ],
    ['a relation to nothing', [defineModel('item', { other: belongsTo(() => undefined) })], /does not lead to a model/],
    ['an inverse that does not exist', [defineModel('item', { others: hasMany(() => Other, 'itm') })], /other\.itm is not a belongsTo\(\(\) => item\)/],
    [
      'pairs whose columns have one name',
      [defineModel('item', { others: manyToMany(() => Other, { sourceColumn: 'x', targetColumn: 'x' }) })],
      /set sourceColumn and targetColumn/,
    ],
  ])('refuses %s', (_, models, message) => expect(() => createLayouts(models)).toThrow(message));

  it('suggests the inverse that was meant', () => {
    const Owner = defineModel('owner', { things: hasMany((): AnyModel => Thing, 'ownr') });
    const Thing = defineModel('thing', { owner: belongsTo((): AnyModel => Owner) });
    expect(() => createLayouts([Owner])).toThrow('Did you mean "owner"?');
  });

  it('refuses a relation to one whose other side allows many', () => {
    const Owner = defineModel('owner', { thing: hasOne((): AnyModel => Thing, 'owner') });
    const Thing = defineModel('thing', { owner: belongsTo((): AnyModel => Owner) });
    expect(() => createLayouts([Owner])).toThrow(/not unique/);
  });

  it('refuses an inverse of an inverse', () => {
    const One = defineModel('one', { twos: manyToMany((): AnyModel => Two, 'ones') });
    const Two = defineModel('two', { ones: manyToMany((): AnyModel => One, 'twos') });
    expect(() => createLayouts([One])).toThrow(/is not a manyToMany/);
  });
});
