/** What the suites of faults write: relations, pairs with data, versions, soft deletes, and hooks that write as well. */
import { belongsTo, defineModel, field, manyToMany, morphMany, morphTo, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import type { DatabaseOptions } from '../support/databases.ts';

export const Log = defineModel('log', { text: field.string() });
export const Tag = defineModel('tag', { name: field.string().unique() });
export const Author = defineModel('author', { name: field.string().unique(), notes: morphMany(() => Note, 'subject') });
export const Post = defineModel(
  'post',
  {
    title: field.string().unique(),
    views: field.integer().default(0),
    author: belongsTo(() => Author),
    parent: belongsTo(() => Post).nullable(),
    tags: manyToMany(() => Tag, { pivot: { position: field.integer() } }),
    notes: morphMany(() => Note, 'subject'),
  },
  { version: true, softDeletes: true, timestamps: true },
);
export const Note = defineModel('note', { text: field.text(), subject: morphTo(() => [Author, Post]).onDelete('cascade') });

const MODELS = [Log, Tag, Author, Post, Note];

/** An application whose hooks write a log. */
export interface Shop extends AsyncDisposable {
  readonly orm: Orm;
  /** What `orm:committed` was told. */
  readonly committed: string[];
  /** All rows of all tables. */
  dump(): Promise<unknown>;
}

/** Boots the application on an empty database, and writes what is there before each fault. */
export async function openShop(options: DatabaseOptions): Promise<Shop> {
  const committed: string[] = [];
  const kernel: TestKernel = await createTestKernel({ plugins: [ormPlugin({ ...options, models: MODELS, autoMigrate: 'models' })] });
  kernel.tap('orm:creating', ({ change }) => void (change.model === 'post' && Object.assign(change.entity, { views: 7 })));
  kernel.tap('orm:created', ({ change, orm }) => void (change.model === 'log' || orm.create(Log, { text: `created ${change.model}` })));
  kernel.tap('orm:committed', ({ changes }) => void committed.push(...changes.map(({ model }) => model)));
  const orm = kernel.use('orm');
  await orm.unitOfWork((unit) => {
    const tags = ['red', 'blue', 'old'].map((name) => unit.create(Tag, { name }));
    const author = unit.create(Author, { name: 'ann' });
    for (const title of ['first', 'second', 'third', 'fourth'])
      unit.create(Post, { title, author, tags: tags.slice(0, 1).map((to) => ({ to, pivot: { position: 1 } })) });
  });
  committed.length = 0;
  return {
    orm,
    committed,
    dump: async () => {
      const tables = ['logs', 'tags', 'authors', 'posts', 'notes', 'post_tags'];
      const rows = await Promise.all(tables.map((table) => orm.kysely.selectFrom(table).selectAll().execute()));
      return rows.map((list) => list.map((row) => JSON.stringify(row)).toSorted());
    },
    [Symbol.asyncDispose]: () => kernel.stop(),
  };
}
