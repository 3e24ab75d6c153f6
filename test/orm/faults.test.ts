import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Orm } from '@oxidite/orm';
import { addUser, Article, Comment, createBlog, Tag, User } from './support/blog.ts';
import { createTemporaryDirectory } from './support/temporary-directory.ts';

interface Statement {
  readonly run: (...parameters: unknown[]) => unknown;
  readonly all: (...parameters: unknown[]) => unknown;
}

/** Makes the n-th statement fail that is run while `work` runs; returns how many were run. */
async function withFault(failing: number, work: () => Promise<unknown>): Promise<{ count: number; error: unknown }> {
  const library: string = 'better-sqlite3'; // it has no types of its own
  const { default: Sqlite }: { default: new (file: string) => { prepare(sql: string): Statement; close(): void } } = await import(library);
  const probe = new Sqlite(':memory:');
  const prototype = Object.getPrototypeOf(probe.prepare('select 1')) as Statement;
  probe.close();
  const originals = { run: prototype.run, all: prototype.all };
  let count = 0;
  const fail = (original: Statement['run']) =>
    function (this: Statement & { readonly source: string }, ...parameters: unknown[]): unknown {
      if (!/^rollback/i.test(this.source) && ++count === failing) throw new Error(`disk I/O error at statement ${failing}`);
      return original.apply(this, parameters);
    };
  Object.assign(prototype, { run: fail(originals.run), all: fail(originals.all) });
  try {
    await work();
    return { count, error: undefined };
  } catch (error) {
    return { count, error };
  } finally {
    Object.assign(prototype, originals);
  }
}

/** Everything that is in the database. */
async function dump(orm: Orm): Promise<unknown> {
  const tables = ['users', 'articles', 'tags', 'comments', 'article_tags', 'article_favorited_by', 'follows'];
  return Promise.all(tables.map((table) => orm.kysely.selectFrom(table).selectAll().execute()));
}

const CASES: Readonly<Record<string, (orm: Orm) => Promise<unknown>>> = {
  'a flush of a graph': (orm) =>
    orm.unitOfWork(async (unit) => {
      const user = await unit.get(User, { username: 'ann' });
      const article = unit.create(Article, { title: 't', slug: 't', body: 'b', author: user, tags: [unit.create(Tag, { name: 'new' }), 1] });
      unit.create(Comment, { body: 'c', author: user, article });
      user.bio = 'changed';
      unit.attach(await unit.get(User, { username: 'bob' }), 'following', user);
      unit.remove(await unit.get(Tag, { name: 'old' }));
    }),
  'a transaction with a savepoint': (orm) =>
    orm.unitOfWork((unit) =>
      unit.transaction(async () => {
        unit.create(Tag, { name: 'one' });
        await unit.transaction(async () => {
          unit.create(Tag, { name: 'two' });
          await unit.flush();
        });
        (await unit.get(User, { username: 'bob' })).bio = 'changed';
      }),
    ),
};

describe.each(Object.entries(CASES))('when any one statement of %s fails', (_, work) => {
  it('nothing is written, and the next one succeeds', async () => {
    using directory = createTemporaryDirectory();
    let statements = Number.POSITIVE_INFINITY;
    for (let failing = 1; failing <= statements; failing++) {
      await using blog = await createBlog(join(directory.path, `${failing}.db`));
      await addUser(blog.orm, 'ann');
      await addUser(blog.orm, 'bob');
      await blog.orm.unitOfWork((orm) => void ['first', 'old'].map((name) => orm.create(Tag, { name })));
      const before = await dump(blog.orm);
      const { count, error } = await withFault(failing, () => work(blog.orm));
      if (error === undefined) {
        statements = count;
        expect(await dump(blog.orm)).not.toEqual(before);
        break;
      }
      expect(error).toMatchObject({ message: expect.stringContaining(`disk I/O error at statement ${failing}`) });
      expect(await dump(blog.orm)).toEqual(before);
      await work(blog.orm);
      expect(await dump(blog.orm)).not.toEqual(before);
    }
    expect(statements).toBeGreaterThan(5);
  });
});
