/** Oxidite, as its guide says: queries for reading and for plain writes, managed entities for the rest. */
import { createKernel, createSilentLogger } from '@oxidite/kernel';
import { belongsTo, defineModel, field, orm as ormPlugin } from '@oxidite/orm';
import { type OpenSubject, toListStart, toNewPost, toPostId } from '../subject.ts';

const Author = defineModel('author', { name: field.string({ maxLength: 100 }) });
const Post = defineModel('post', {
  author: belongsTo(() => Author),
  title: field.string({ maxLength: 200 }),
  slug: field.string({ maxLength: 200 }).unique(),
  body: field.text(),
  views: field.integer(),
  createdAt: field.datetime(),
});

/** Opens it. */
export const open: OpenSubject = async ({ database, file, url, concurrency }) => {
  const models = [Author, Post];
  const plugin =
    database === 'sqlite' ? ormPlugin({ driver: 'sqlite', database: file, models }) : ormPlugin({ driver: 'postgresql', url, poolSize: concurrency, models });
  const kernel = createKernel({ config: { plugins: [plugin] }, root: import.meta.dirname, logger: createSilentLogger() });
  await kernel.start();
  const { orm } = kernel.services;
  return {
    cases: {
      find: (number) =>
        orm
          .query(Post)
          .where({ id: toPostId(number) })
          .get(),
      list: (number) =>
        orm
          .query(Post)
          .where({ id: { gt: toListStart(number) } })
          .with('author')
          .orderBy({ id: 'asc' })
          .limit(20)
          .all(),
      'load+update': (number) =>
        orm.unitOfWork(async (unit) => {
          const post = await unit.get(Post, toPostId(number));
          post.assign({ title: `changed ${number}`, views: number });
        }),
      create: (number) =>
        orm.unitOfWork((unit) => {
          const { authorId, ...data } = toNewPost(number, 'managed');
          unit.create(Post, { ...data, author: authorId });
        }),
    },
    close: () => kernel.stop(),
  };
};
