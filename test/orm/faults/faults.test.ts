/** Any one call of the driver fails, for every call of a piece of work: nothing is half written, nothing hangs, and the application goes on. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Orm } from '@oxidite/orm';
import { describeOnDatabases, type OpenedDatabase, type TestDatabase } from '../support/databases.ts';
import { createTemporaryDirectory } from '../support/temporary-directory.ts';
import { failCall, type Fault, REFUSED } from './fail-call.ts';
import { Author, Note, openShop, Post, type Shop, Tag } from './shop.ts';

const names = (count: number): { name: string }[] => Array.from({ length: count }, (_, index) => ({ name: `tag ${index}` }));

/** Each writes with several statements, but the last. */
const WORKS: Readonly<Record<string, (unit: Orm) => unknown>> = {
  async 'a flush of a graph, with hooks that write'(unit) {
    const [first, second, third, fourth] = await unit.list(Post, {}, { orderBy: { id: 'asc' } });
    if (first === undefined || second === undefined || third === undefined || fourth === undefined) throw new Error('there are four posts');
    const author = unit.create(Author, { name: 'bob' });
    const tag = unit.create(Tag, { name: 'new' });
    const post = unit.create(Post, { title: 'fifth', author, parent: first, tags: [{ to: tag, pivot: { position: 1 } }] });
    unit.create(Note, { text: 'of a post', subject: post });
    first.title = 'changed';
    unit.attach(second, 'tags', { to: tag, pivot: { position: 2 } });
    unit.remove(third);
    unit.forceRemove(fourth);
  },
  async 'a sync of pairs'(unit) {
    const post = await unit.get(Post, { title: 'first' });
    const [, blue, old] = await unit.list(Tag, {}, { orderBy: { id: 'asc' } });
    post.title = 'changed';
    await unit.sync(post, 'tags', [
      { to: blue ?? 0, pivot: { position: 1 } },
      { to: old ?? 0, pivot: { position: 2 } },
    ]);
  },
  async 'a bulk insert'(unit) {
    await unit.insertMany(Tag, names(1_201));
  },
  async 'an upsert of many rows'(unit) {
    await unit.upsert(Tag, [{ name: 'red' }, ...names(1_200)], { by: ['name'] });
  },
  async 'a transaction with a savepoint, locks and changes of many rows'(unit) {
    await unit.transaction(async () => {
      const post = await unit.get(Post, { title: 'first' }, { lock: 'update' });
      post.views = 100;
      await unit.transaction(async () => {
        unit.create(Author, { name: 'bob' });
        await unit.flush();
        await unit.query(Post).where({ title: 'second' }).update({ views: 3 });
      });
      await unit.query(Post).where({ views: 7 }).increment('views', 5);
      await unit.query(Post).where({ title: 'third' }).delete();
      await unit.query(Post).where({ title: 'fourth' }).forceDelete();
    });
  },
  async 'a transaction that may be run again'(unit) {
    await unit.transaction(
      async () => {
        unit.create(Author, { name: 'bob' });
        await unit.flush();
        (await unit.get(Post, { title: 'first' })).views = 1;
      },
      { attempts: 2 },
    );
  },
  async 'a change of one row'(unit) {
    (await unit.get(Author, { name: 'ann' })).name = 'anna';
  },
};

/** A database in memory would be gone with its connection. */
async function openDatabase(database: TestDatabase): Promise<OpenedDatabase & { readonly [Symbol.dispose]: () => void }> {
  if (database.name !== 'sqlite') return { ...(await database.open()), [Symbol.dispose]: () => undefined };
  const directory = createTemporaryDirectory();
  const options = { driver: 'sqlite', database: join(directory.path, 'shop.db') } as const;
  return { options, drop: async () => undefined, [Symbol.dispose]: () => directory[Symbol.dispose]() };
}

describeOnDatabases((database) => {
  const faults: readonly Fault[] = database.name === 'sqlite' ? ['refused'] : ['refused', 'helpless', 'cut'];

  describe.each(Object.entries(WORKS))('when any one call of %s fails', (_title, work) => {
    it.each(faults)('(%s) nothing is written, nobody is told, and it succeeds when it is done again', async (fault) => {
      using opened = await openDatabase(database);
      await using shop = await openShop(opened.options);
      await failEveryCall(shop, database, fault, work);
      await shop[Symbol.asyncDispose]();
      await opened.drop();
    });
  });

  if (database.name === 'sqlite') return; // a file has no connection
  describe('when the answer to a commit is lost', () => {
    it('all is written or nothing, and whoever waits is told that the database is away', async () => {
      using opened = await openDatabase(database);
      await using shop = await openShop(opened.options);
      const work = WORKS['a flush of a graph, with hooks that write'] ?? expect.fail();
      const before = await shop.dump();
      const { calls } = await failCall(database.name, 0, 'refused', () =>
        shop.orm.unitOfWork(async (unit) => {
          await work(unit);
          unit.clear();
        }),
      );
      let outcome: unknown;
      for (let failing = calls + 1; outcome === undefined; failing++) {
        const { error } = await failCall(database.name, failing, 'unanswered', () => shop.orm.unitOfWork(async (unit) => void (await work(unit))));
        expect(error).toMatchObject({ code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 });
        const after = await shop.dump();
        if (JSON.stringify(after) !== JSON.stringify(before)) outcome = after;
      }
      expect(outcome).toMatchObject([{ length: 4 + 8 }, { length: 4 }, { length: 2 }, { length: 4 }, { length: 1 }, { length: 5 }]);
      await shop[Symbol.asyncDispose]();
      await opened.drop();
    });
  });
});

async function failEveryCall(shop: Shop, database: TestDatabase, fault: Fault, work: (unit: Orm) => unknown): Promise<void> {
  const before = await shop.dump();
  let calls = Number.POSITIVE_INFINITY;
  for (let failing = 1; failing <= calls; failing++) {
    const run = await failCall(database.name, failing, fault, () => shop.orm.unitOfWork(async (unit) => void (await work(unit))));
    if (run.error === undefined) {
      calls = run.calls;
      break;
    }
    if (fault !== 'cut') expect(run.error).toMatchObject({ message: REFUSED });
    else expect(run.error).toMatchObject({ code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 });
    expect(await shop.dump(), `call ${failing}`).toEqual(before);
    expect(shop.committed, `call ${failing}`).toEqual([]);
    expect(shop.orm.pool()?.waiting ?? 0).toBe(0);
    const pool = shop.orm.pool();
    expect(pool?.idle).toBe(pool?.size); // none is left in a transaction
  }
  expect(calls).toBeGreaterThan(0);
  expect(await shop.dump()).not.toEqual(before);
}
