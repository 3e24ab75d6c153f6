/** TypeORM, with its repositories. */
import 'reflect-metadata';
import { DataSource, EntitySchema, type EntityManager, MoreThan } from 'typeorm';
import { BULK_ROWS, type OpenSubject, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

interface Author {
  id: number;
  name: string;
}

interface Post {
  id: number;
  authorId: number;
  author: Author;
  title: string;
  slug: string;
  body: string;
  views: number;
  createdAt: Date;
}

const CHUNK = 1_000;
const toNumber = { from: Number, to: (value: unknown) => value };

/** Opens it. */
export const open: OpenSubject = async ({ database, file, url, concurrency }) => {
  const isSqlite = database === 'sqlite';
  const whole = isSqlite ? ({ type: 'integer' } as const) : ({ type: 'bigint', transformer: toNumber } as const);
  const moment = isSqlite
    ? ({ type: 'integer', transformer: { from: (value: number) => new Date(value), to: (value: Date) => value.getTime() } } as const)
    : ({ type: 'timestamptz', precision: 3 } as const);
  const AuthorSchema = new EntitySchema<Author>({
    name: 'Author',
    tableName: 'authors',
    columns: { id: { ...whole, primary: true, generated: true }, name: { type: 'varchar', length: 100 } },
  });
  const PostSchema = new EntitySchema<Post>({
    name: 'Post',
    tableName: 'posts',
    columns: {
      id: { ...whole, primary: true, generated: true },
      authorId: { ...whole, name: 'author_id' },
      title: { type: 'varchar', length: 200 },
      slug: { type: 'varchar', length: 200 },
      body: { type: 'text' },
      views: whole,
      createdAt: { ...moment, name: 'created_at' },
    },
    relations: { author: { type: 'many-to-one', target: 'Author', joinColumn: { name: 'author_id' } } },
  });
  const entities = [AuthorSchema, PostSchema];
  const source = new DataSource(
    isSqlite
      ? {
          type: 'better-sqlite3',
          database: file,
          enableWAL: true,
          entities,
          prepareDatabase: (client: { pragma(text: string): void }) => client.pragma('synchronous = NORMAL'),
        }
      : { type: 'postgres', url, poolSize: concurrency, entities },
  );
  await source.initialize();
  const posts = source.getRepository(PostSchema);
  const change = async (manager: EntityManager, number: number): Promise<void> => {
    const post = await manager.findOneByOrFail(PostSchema, { id: toPostId(number) });
    post.title = `changed ${number}`;
    post.views = number;
    await manager.save(PostSchema, post);
  };
  return {
    cases: {
      find: (number) => posts.findOneByOrFail({ id: toPostId(number) }),
      list: (number) => posts.find({ where: { id: MoreThan(toListStart(number)) }, relations: { author: true }, order: { id: 'asc' }, take: 20 }),
      insert: async (number) => (await posts.insert(toNewPost(number))).identifiers[0]?.['id'] as unknown,
      update: (number) => posts.update({ id: toPostId(number) }, { title: `changed ${number}`, views: number }),
      'load+update': (number) => change(source.manager, number),
      create: (number) => posts.save({ ...toNewPost(number, 'managed') }),
      transaction: (number) =>
        source.transaction(async (manager) => {
          await change(manager, number);
          await manager.insert(PostSchema, toNewPost(number, 'transaction'));
        }),
      bulk: (number) =>
        source.transaction(async (manager) => {
          const rows = toNewPosts(number);
          for (let first = 0; first < BULK_ROWS; first += CHUNK) await manager.insert(PostSchema, rows.slice(first, first + CHUNK));
        }),
    },
    close: () => source.destroy(),
  };
};
