/** What articles are about. */
import { defineModel, field, type InferModel, manyToMany } from '@oxidite/orm';
import { Article } from './article.ts';

export const Tag = defineModel('tag', {
  name: field.string({ maxLength: 64 }).unique(),
  articles: manyToMany(() => Article, 'tags'),
});

export type Tag = InferModel<typeof Tag>;
