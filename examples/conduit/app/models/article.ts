/** What people write. */
import { belongsTo, defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import { Comment } from './comment.ts';
import { Tag } from './tag.ts';
import { User } from './user.ts';

export const Article = defineModel(
  'article',
  {
    slug: field.string().unique(),
    title: field.string({ maxLength: 250 }),
    description: field.string({ maxLength: 1_000 }),
    body: field.text(),
    author: belongsTo(() => User).onDelete('cascade'),
    tags: manyToMany(() => Tag),
    favoritedBy: manyToMany(() => User, 'favorites'),
    comments: hasMany(() => Comment, 'article'),
  },
  { timestamps: true },
);

export type Article = InferModel<typeof Article>;
