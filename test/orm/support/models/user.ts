/* oxlint-disable import/no-cycle -- models refer to each other: that is what is tested */
import { defineModel, field, hasMany, hasOne, type InferModel, manyToMany } from '@oxidite/orm';
import { Article } from './article.ts';
import { Comment } from './comment.ts';
import { Profile } from './profile.ts';

export const User = defineModel(
  'user',
  {
    username: field.string({ minLength: 1, maxLength: 40 }).unique(),
    email: field.string({ format: 'email' }).unique(),
    passwordHash: field.text().hidden(),
    bio: field.text().nullable(),
    articles: hasMany(() => Article, 'author'),
    comments: hasMany(() => Comment, 'author'),
    favorites: manyToMany(() => Article, 'favoritedBy'),
    following: manyToMany(() => User, { table: 'follows', sourceColumn: 'follower_id', targetColumn: 'followed_id' }),
    followers: manyToMany(() => User, 'following'),
    profile: hasOne(() => Profile, 'user'),
  },
  { timestamps: true },
);
export type User = InferModel<typeof User>;
