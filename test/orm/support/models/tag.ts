/* oxlint-disable import/no-cycle -- models refer to each other: that is what is tested */
import { defineModel, field, type InferModel, manyToMany } from '@oxidite/orm';
import { Article } from './article.ts';

export const Tag = defineModel('tag', {
  name: field.string({ maxLength: 50 }).unique(),
  articles: manyToMany(() => Article, 'tags'),
});
export type Tag = InferModel<typeof Tag>;
