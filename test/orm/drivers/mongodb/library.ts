/** Models whose keys are given or made of UUIDs, so that they can be kept on any database. */
import { belongsTo, defineModel, field, hasMany, hasOne, manyToMany, type Orm, orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as z from 'zod';
import type { DatabaseOptions } from '../../support/databases.ts';
import { createMongodbDatabase } from '../../support/mongodb-database.ts';

export const Author = defineModel(
  'author',
  {
    name: field.string().unique(),
    email: field.string().nullable().unique(),
    books: hasMany(() => Book, 'author'),
    profile: hasOne(() => Profile, 'author'),
    mentor: belongsTo(() => Author).nullable(),
    pupils: hasMany(() => Author, 'mentor'),
  },
  { id: 'uuid' },
);
export const Profile = defineModel('profile', { bio: field.text(), author: belongsTo(() => Author).unique() }, { id: 'uuid', softDeletes: true });
export const Tag = defineModel('tag', { name: field.string().primary(), weight: field.integer().nullable(), books: manyToMany(() => Book, 'tags') });
export const Book = defineModel(
  'book',
  {
    title: field.string(),
    pages: field.integer({ min: 0, max: 10_000 }).nullable(),
    price: field.decimal({ precision: 14, scale: 2 }).nullable(),
    sold: field.bigint().nullable(),
    published: field.date().nullable(),
    seen: field.datetime().nullable(),
    mood: field.enum(['good', 'bad']).default('good'),
    isbn: field.uuid().nullable(),
    flag: field.boolean().default(false),
    data: field.json(z.json()).nullable(),
    secret: field.string().nullable().hidden(),
    place: field.embedded({ shelf: field.string(), row: field.integer().nullable(), since: field.embedded({ day: field.date() }) }).nullable(),
    author: belongsTo(() => Author),
    editor: belongsTo(() => Author).nullable(),
    tags: manyToMany(() => Tag),
    buyers: manyToMany(() => Author, { pivot: { copies: field.integer().default(1), note: field.string().nullable() } }),
  },
  {
    id: 'uuid',
    timestamps: true,
    softDeletes: true,
    version: true,
    uniques: [['title', 'author']],
    indexes: [['pages', 'price']],
    scopes: { long: { pages: { gte: 300 } }, titled: (title: string) => ({ title }) },
  },
);
export const MODELS = [Author, Profile, Tag, Book] as const;

/** An application on a database of its own, which is dropped with it. */
export type Library = TestKernel & { readonly orm: Orm; readonly database: DatabaseOptions };

/** Boots an application with the models; the database is gone with it. */
export async function createLibrary(options: Partial<Parameters<typeof createTestKernel>[0]> = {}): Promise<Library> {
  const opened = await createMongodbDatabase().open();
  const kernel = await bootLibrary(opened.options, options);
  const stop = kernel.stop.bind(kernel);
  return Object.assign(kernel, {
    database: opened.options,
    stop: async () => {
      await stop();
      await opened.drop();
    },
  });
}

/** Boots an application with the models on a database. */
export async function bootLibrary(
  database: DatabaseOptions,
  options: Partial<Parameters<typeof createTestKernel>[0]> = {},
): Promise<TestKernel & { readonly orm: Orm }> {
  const kernel = await createTestKernel({
    ...options,
    plugins: [...(options.plugins ?? []), orm({ ...database, models: [...MODELS], autoMigrate: 'models' })],
  });
  return Object.assign(kernel, { orm: kernel.use('orm') });
}
