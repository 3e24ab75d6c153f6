/** Models with relations to one and to many. Their keys are UUIDs or texts of their own, which every database has. */
import { belongsTo, defineModel, field, hasMany, hasOne, type InferModel, manyToMany } from '@oxidite/orm';

export const Country = defineModel('country', {
  code: field.string({ maxLength: 2 }).primary(),
  name: field.string().unique(),
  authors: hasMany(() => Author, 'country'),
});
export type Country = InferModel<typeof Country>;

export const Author = defineModel(
  'author',
  {
    name: field.string({ minLength: 1, maxLength: 60 }).unique(),
    bio: field.text().nullable(),
    token: field.string().hidden().default('none'),
    country: belongsTo(() => Country).nullable(),
    profile: hasOne(() => Profile, 'author'),
    books: hasMany(() => Book, 'author'),
    edited: hasMany(() => Book, 'editor'),
    follows: manyToMany(() => Author, { table: 'follows', sourceColumn: 'follower_id', targetColumn: 'followed_id' }),
    followers: manyToMany(() => Author, 'follows'),
  },
  { id: 'uuid' },
);
export type Author = InferModel<typeof Author>;

export const Profile = defineModel(
  'profile',
  {
    url: field.string({ format: 'url' }),
    author: belongsTo(() => Author).unique(),
  },
  { id: 'uuid' },
);
export type Profile = InferModel<typeof Profile>;

export const Book = defineModel(
  'book',
  {
    title: field.string({ minLength: 1, maxLength: 120 }),
    isbn: field.string({ maxLength: 20 }).nullable().unique(),
    pages: field.integer({ min: 1, max: 10_000 }).default(100),
    price: field.decimal({ precision: 10, scale: 2 }).default('0.00'),
    state: field.enum(['draft', 'published']).default('draft'),
    author: belongsTo(() => Author),
    editor: belongsTo(() => Author).nullable(),
    chapters: hasMany(() => Chapter, 'book'),
    tags: manyToMany(() => Tag),
  },
  {
    id: 'uuid',
    timestamps: true,
    softDeletes: true,
    indexes: [['author', 'state']],
    scopes: { published: { state: 'published' }, longerThan: (pages: number) => ({ pages: { gt: pages } }) },
  },
);
export type Book = InferModel<typeof Book>;

export const Chapter = defineModel(
  'chapter',
  { position: field.integer({ min: 1 }), title: field.string(), book: belongsTo(() => Book) },
  { id: 'uuid', uniques: [['book', 'position']] },
);
export type Chapter = InferModel<typeof Chapter>;

export const Tag = defineModel('tag', { name: field.string({ maxLength: 50 }).unique(), books: manyToMany(() => Book, 'tags') }, { id: 'uuid' });
export type Tag = InferModel<typeof Tag>;

/** Folders are in one another. */
export const Folder = defineModel(
  'folder',
  {
    name: field.string(),
    parent: belongsTo(() => Folder).nullable(),
    children: hasMany(() => Folder, 'parent'),
  },
  { id: 'uuid' },
);
export type Folder = InferModel<typeof Folder>;
