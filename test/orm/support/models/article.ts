/* oxlint-disable import/no-cycle -- models refer to each other: that is what is tested */
import { belongsTo, defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import { Comment } from './comment.ts';
import { Tag } from './tag.ts';
import { User } from './user.ts';

export const Article = defineModel(
  'article',
  {
    title: field.string({ minLength: 1, maxLength: 200 }),
    slug: field.string().unique(),
    body: field.text(),
    status: field.enum(['draft', 'published']).default('draft'),
    views: field.integer({ min: 0 }).default(0).index(),
    author: belongsTo(() => User),
    editor: belongsTo(() => User).nullable(),
    comments: hasMany(() => Comment, 'article'),
    tags: manyToMany(() => Tag),
    favoritedBy: manyToMany(() => User),
  },
  { timestamps: true, softDeletes: true, indexes: [['author', 'status']] },
);
export type Article = InferModel<typeof Article>;
