import { describe, expect, it } from 'vitest';
import { toNamedModel } from '../../../plugins/orm/src/pull/named-model.ts';

describe('toNamedModel', () => {
  it('writes fields and relations, and imports what they need', () => {
    const { file, text } = toNamedModel('BlogPost', [
      'title',
      'body:text:nullable',
      'slug:string:unique:index',
      'status:enum:draft,published',
      'data:json',
      'author:belongsTo:user:nullable',
      'replies:hasMany:comment:post',
      'tags:manyToMany:tag',
      'parent:belongsTo:blog-post:nullable',
    ]);
    expect(file).toBe('blog-post');
    expect(text).toBe(`import { belongsTo, defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import * as z from 'zod';
import { Comment } from './comment.ts';
import { Tag } from './tag.ts';
import { User } from './user.ts';

export const BlogPost = defineModel(
  'blogPost',
  {
    title: field.string(),
    body: field.text().nullable(),
    slug: field.string().unique().index(),
    status: field.enum(['draft', 'published']),
    data: field.json(z.json()),
    author: belongsTo(() => User).nullable(),
    replies: hasMany(() => Comment, 'post'),
    tags: manyToMany(() => Tag),
    parent: belongsTo(() => BlogPost).nullable(),
  },
  { timestamps: true },
);
export type BlogPost = InferModel<typeof BlogPost>;
`);
  });

  it.each([
    ['../x', [], 'a name begins with a letter'],
    ['1st', [], 'a name begins with a letter'],
    ['', [], 'a name begins with a letter'],
    ['x', ['a b'], 'a name begins with a letter'],
    ['x', ['and'], 'has a meaning of its own'],
    ['x', ['id:uuid'], 'has a meaning of its own'],
    ['x', ['title:strin'], 'there is no type "strin". Did you mean'],
    ['x', ['title:string:uniqe'], '"uniqe" is none of'],
    ['x', ['status:enum'], 'an enum needs its words'],
    ['x', ['author:belongsTo'], 'it needs the other model'],
    ['x', ['author:belongsTo:../user'], 'a name begins with a letter'],
    ['x', ['comments:hasMany:comment'], 'it needs the relation at the other end'],
    ['x', ['a', 'a:text'], 'two fields have this name'],
  ])('refuses %j with %j', (name, fields, problem) => {
    expect(() => toNamedModel(name, fields)).toThrow(problem);
  });
});
