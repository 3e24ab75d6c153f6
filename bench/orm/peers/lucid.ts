/** Lucid, the ORM of AdonisJS, outside of an application. */
import { BaseModel, belongsTo, column } from '@adonisjs/lucid/orm';
import type { BelongsTo } from '@adonisjs/lucid/types/relations';
import type { TransactionClientContract } from '@adonisjs/lucid/types/database';
import { Database } from '@adonisjs/lucid/database';
import { Adapter } from '@adonisjs/lucid/orm';
import { Emitter } from '@adonisjs/core/events';
import { AppFactory } from '@adonisjs/core/factories/app';
import { LoggerFactory } from '@adonisjs/core/factories/logger';
import { BULK_ROWS, type NewPost, type OpenSubject, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

const CHUNK = 1_000;

/** Opens it. */
export const open: OpenSubject = async ({ database, file, url, concurrency }) => {
  const isSqlite = database === 'sqlite';
  const app = new AppFactory().create(new URL('./', import.meta.url));
  const afterCreate = (connection: { pragma(text: string): void }, done: () => void): void => {
    for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) connection.pragma(pragma);
    done();
  };
  const manager = new Database(
    {
      connection: 'main',
      connections: {
        main: isSqlite
          ? { client: 'better-sqlite3', connection: { filename: file }, useNullAsDefault: true, pool: { afterCreate } }
          : { client: 'pg', connection: { connectionString: url }, pool: { min: concurrency, max: concurrency } },
      },
    } as never,
    new LoggerFactory().create(),
    new Emitter(app),
  );
  BaseModel.$adapter = new Adapter(manager);

  class Author extends BaseModel {
    static override table = 'authors';
    declare id: number;
    declare name: string;
  }
  column({ isPrimary: true })(Author.prototype, 'id');
  column()(Author.prototype, 'name');

  class Post extends BaseModel {
    static override table = 'posts';
    declare id: number;
    declare authorId: number;
    declare title: string;
    declare slug: string;
    declare body: string;
    declare views: number;
    declare createdAt: Date;
    declare author: BelongsTo<typeof Author>;
  }
  const consume = isSqlite ? (value: number) => new Date(value) : undefined;
  const prepare = isSqlite ? (value: Date) => value.getTime() : undefined;
  column({ isPrimary: true })(Post.prototype, 'id');
  for (const name of ['authorId', 'title', 'slug', 'body', 'views']) column()(Post.prototype, name);
  column({ ...(consume === undefined ? {} : { consume, prepare }) } as never)(Post.prototype, 'createdAt');
  belongsTo(() => Author)(Post.prototype, 'author');
  Author.boot();
  Post.boot();

  const toRow = ({ authorId, title, slug, body, views, createdAt }: NewPost): Record<string, unknown> => ({
    author_id: authorId,
    title,
    slug,
    body,
    views,
    created_at: isSqlite ? createdAt.getTime() : createdAt,
  });
  const change = async (number: number, client?: TransactionClientContract): Promise<void> => {
    const post = await Post.findOrFail(toPostId(number), client === undefined ? undefined : { client });
    post.title = `changed ${number}`;
    post.views = number;
    await post.save();
  };
  return {
    cases: {
      find: (number) => Post.findOrFail(toPostId(number)),
      list: (number) =>
        Post.query()
          .where('id', '>', toListStart(number))
          .orderBy('id')
          .limit(20)
          .preload('author' as never),
      insert: async (number) => (await Post.create(toNewPost(number) as never)).id,
      update: (number) =>
        Post.query()
          .where('id', toPostId(number))
          .update({ title: `changed ${number}`, views: number }),
      'load+update': (number) => change(number),
      create: (number) => Post.create(toNewPost(number, 'managed') as never),
      transaction: (number) =>
        manager.transaction(async (client) => {
          await change(number, client);
          await Post.create(toNewPost(number, 'transaction') as never, { client });
        }),
      bulk: (number) =>
        manager.transaction(async (client) => {
          const rows = toNewPosts(number).map(toRow);
          const size = isSqlite ? CHUNK / 2 : CHUNK;
          for (let first = 0; first < BULK_ROWS; first += size) await client.table('posts').multiInsert(rows.slice(first, first + size));
        }),
    },
    close: () => manager.manager.closeAll(),
  };
};
