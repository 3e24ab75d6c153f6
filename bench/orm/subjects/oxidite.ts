/** Oxidite, as its guide says: queries for reading and for plain writes, managed entities for the rest. */
import { createKernel, createSilentLogger } from '@oxidite/kernel';
import { belongsTo, defineModel, field, orm as ormPlugin, type RowData } from '@oxidite/orm';
import { type NewPost, type OpenSubject, toListStart, toNewPost, toNewPosts, toPostId } from '../subject.ts';

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
      insert: async (number) => (await orm.unitOfWork((unit) => unit.insertMany(Post, [toRow(toNewPost(number))])))[0],
      update: (number) =>
        orm.unitOfWork((unit) =>
          unit
            .query(Post)
            .where({ id: toPostId(number) })
            .update({ title: `changed ${number}`, views: number }),
        ),
      transaction: (number) =>
        orm.unitOfWork((unit) =>
          unit.transaction(async () => {
            await unit
              .query(Post)
              .where({ id: toPostId(number) })
              .get();
            await unit
              .query(Post)
              .where({ id: toPostId(number) })
              .update({ title: `changed ${number}`, views: number });
            await unit.insertMany(Post, [toRow(toNewPost(number, 'transaction'))]);
          }),
        ),
      unit: () => orm.unitOfWork(() => undefined),
      bulk: (number) => orm.unitOfWork((unit) => unit.insertMany(Post, toNewPosts(number).map(toRow))),
      'load+update': (number) =>
        orm.unitOfWork(async (unit) => {
          const post = await unit.get(Post, toPostId(number));
          post.assign({ title: `changed ${number}`, views: number });
        }),
      create: (number) =>
        orm.unitOfWork((unit) => {
          unit.create(Post, toRow(toNewPost(number, 'managed')));
        }),
    },
    close: () => kernel.stop(),
  };
};

function toRow({ authorId, ...post }: NewPost): RowData<typeof Post> {
  return { ...post, author: authorId };
}
