/** What people say about an article. */
import { belongsTo, defineModel, field, type InferModel } from '@oxidite/orm';
import { Article } from './article.ts';
import { User } from './user.ts';

export const Comment = defineModel(
  'comment',
  {
    body: field.text(),
    article: belongsTo(() => Article).onDelete('cascade'),
    author: belongsTo(() => User).onDelete('cascade'),
  },
  { timestamps: true },
);

export type Comment = InferModel<typeof Comment>;
