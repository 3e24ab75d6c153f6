/** MikroORM, with an entity manager for each call, as for each request. */
import { defineEntity, type Dictionary, p } from '@mikro-orm/core';
import { BULK_ROWS, type NewPost, type OpenSubject, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

const Author = defineEntity({ name: 'Author', tableName: 'authors', properties: { id: p.integer().primary(), name: p.string().length(100) } });
const Post = defineEntity({
  name: 'Post',
  tableName: 'posts',
  properties: {
    id: p.integer().primary(),
    author: () => p.manyToOne(Author),
    title: p.string().length(200),
    slug: p.string().length(200),
    body: p.text(),
    views: p.integer(),
    createdAt: p.datetime(),
  },
});
const CHUNK = 1_000;

/** Opens it. */
export const open: OpenSubject = async ({ database, file, url, concurrency }) => {
  const entities = [Author, Post];
  const orm =
    database === 'sqlite'
      ? await (await import('@mikro-orm/sqlite')).MikroORM.init({ entities, dbName: file, debug: false })
      : await (await import('@mikro-orm/postgresql')).MikroORM.init({ entities, clientUrl: url, pool: { min: concurrency, max: concurrency }, debug: false });
  await orm.em.fork().getConnection().execute('select 1');
  if (database === 'sqlite') for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL']) await orm.em.getConnection().execute(`pragma ${pragma}`);
  const toData = ({ authorId, ...post }: NewPost): Dictionary => ({ ...post, author: authorId });
  return {
    cases: {
      find: (number) => orm.em.fork().findOneOrFail(Post, toPostId(number)),
      list: (number) =>
        orm.em.fork().find(Post, { id: { $gt: toListStart(number) } }, { populate: ['author'], strategy: 'joined', orderBy: { id: 'asc' }, limit: 20 }),
      insert: (number) => orm.em.fork().insert(Post, toData(toNewPost(number)) as never),
      update: (number) => orm.em.fork().nativeUpdate(Post, toPostId(number), { title: `changed ${number}`, views: number }),
      'load+update': async (number) => {
        const em = orm.em.fork();
        const post = await em.findOneOrFail(Post, toPostId(number));
        post.title = `changed ${number}`;
        post.views = number;
        await em.flush();
      },
      create: async (number) => {
        const em = orm.em.fork();
        em.create(Post, toData(toNewPost(number, 'managed')) as never);
        await em.flush();
      },
      transaction: (number) =>
        orm.em.fork().transactional(async (em) => {
          const post = await em.findOneOrFail(Post, toPostId(number));
          post.title = `changed ${number}`;
          post.views = number;
          em.create(Post, toData(toNewPost(number, 'transaction')) as never);
        }),
      bulk: (number) =>
        orm.em.fork().transactional(async (em) => {
          const rows = toNewPosts(number).map(toData);
          for (let first = 0; first < BULK_ROWS; first += CHUNK) await em.insertMany(Post, rows.slice(first, first + CHUNK) as never[]);
        }),
    },
    close: () => orm.close(true),
  };
};
