/* oxlint-disable import/no-cycle -- models refer to each other: that is what is tested */
import { belongsTo, defineModel, field, hasMany, type InferModel } from '@oxidite/orm';
import { Article } from './article.ts';
import { User } from './user.ts';

export const Comment = defineModel(
  'comment',
  {
    body: field.text({ minLength: 1 }),
    author: belongsTo(() => User).onDelete('cascade'),
    article: belongsTo(() => Article).onDelete('cascade'),
    parent: belongsTo(() => Comment).nullable(),
    replies: hasMany(() => Comment, 'parent'),
  },
  { id: 'uuid', timestamps: true, softDeletes: true },
);
export type Comment = InferModel<typeof Comment>;
