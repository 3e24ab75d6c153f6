/** A person who writes, reads, follows and favours. */
import { defineModel, field, hasMany, type InferModel, manyToMany } from '@oxidite/orm';
import { Article } from './article.ts';

export const User = defineModel(
  'user',
  {
    username: field.string({ maxLength: 64 }).unique(),
    email: field.string({ format: 'email' }).unique(),
    passwordHash: field.string().hidden(),
    bio: field.text().nullable(),
    image: field.string({ maxLength: 2_000 }).nullable(),
    articles: hasMany(() => Article, 'author'),
    favorites: manyToMany(() => Article, { table: 'favorites' }),
    following: manyToMany(() => User, { table: 'follows', sourceColumn: 'follower_id', targetColumn: 'followed_id' }),
    followers: manyToMany(() => User, 'following'),
  },
  { timestamps: true },
);

export type User = InferModel<typeof User>;
