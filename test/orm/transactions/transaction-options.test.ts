import type { Orm, TransactionOptions } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { advanceUntil } from '../support/advance-until.ts';
import { addUser, type Blog, createBlog, Tag, User } from '../support/blog.ts';
import { DATABASES, describeOnDatabases } from '../support/databases.ts';

const only = (...names: string[]): typeof DATABASES => DATABASES.filter(({ name }) => names.includes(name));
const names = async ({ orm }: Blog): Promise<string[]> => (await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

/** Runs `work` twice at once, in transactions of their own; `meet` waits for the other's first run. */
function runTwice(blog: Blog, work: (orm: Orm, index: number, meet: () => Promise<void>) => Promise<void>, options: TransactionOptions): Promise<number[]> {
  const arrivals = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const runs = [0, 0];
  const both = [0, 1].map((index) =>
    blog.orm.unitOfWork((orm) =>
      orm.transaction(async () => {
        runs[index] = (runs[index] ?? 0) + 1;
        await work(orm, index, async () => {
          arrivals[index]?.resolve();
          await Promise.all(arrivals.map(({ promise }) => promise));
        });
      }, options),
    ),
  );
  return advanceUntil(
    blog.clock,
    Promise.all(both).then(() => runs),
  );
}

describeOnDatabases((database) => {
  let blog: Blog;

  beforeEach(async () => {
    blog = await createBlog(database);
  });

  afterEach(() => blog.stop());

  describe('orm.transaction with options', () => {
    it.each<[string, unknown, RegExp]>([
      ['a level that does not exist', { isolation: 'snapshot' }, /"snapshot" is not a level; there are "read uncommitted", "read committed"/],
      ['no attempt', { attempts: 0 }, /0 is not a whole number from 1 to 100/],
      ['half an attempt', { attempts: 1.5 }, /1\.5 is not/],
      ['too many attempts', { attempts: 101 }, /101 is not/],
      ['a text instead of a truth value', { readOnly: 'yes' }, /has to be true or false/],
      ['an option that does not exist', { isolationLevel: 'serializable' }, /"isolationLevel": there is no such option/],
    ])('refuses %s', async (_, options, message) => {
      await blog.orm.unitOfWork(async (orm) => {
        const refused = orm.transaction(() => void orm.create(Tag, { name: 'a' }), options as never);
        await expect(refused).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_OPTIONS', message: expect.stringMatching(message) });
      });
      expect(await names(blog)).toEqual([]);
    });

    it.each(['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const)('writes with the level "%s"', async (isolation) => {
      await blog.orm.unitOfWork((orm) => orm.transaction(() => void orm.create(Tag, { name: 'a' }), { isolation }));
      await blog.orm.unitOfWork((orm) => orm.transaction(() => void orm.create(Tag, { name: 'b' })));
      expect(await names(blog)).toEqual(['a', 'b']);
    });

    it('refuses what writes when it only reads, by entities and by statements, and is over with the transaction', async () => {
      await blog.orm.unitOfWork((orm) => void orm.create(Tag, { name: 'a' }));
      const readOnly = expect.objectContaining({ code: 'OXI_ORM_TRANSACTION_READ_ONLY' });
      await blog.orm.unitOfWork(async (orm) => {
        expect(await orm.transaction(async () => (await orm.list(Tag)).length, { readOnly: true })).toBe(1);
        await expect(orm.transaction(() => void orm.create(Tag, { name: 'b' }), { readOnly: true })).rejects.toThrow(readOnly);
        const statement = orm.transaction(() => orm.kysely.deleteFrom('tags').execute(), { readOnly: true, isolation: 'repeatable read' });
        await expect(statement).rejects.toThrow(readOnly);
        await orm.transaction(() => void orm.create(Tag, { name: 'c' }));
      });
      expect(await names(blog)).toEqual(['a', 'c']);
    });

    it('refuses options of a savepoint that cannot hold, and takes those that do', async () => {
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(
          async () => {
            const nested = (options: TransactionOptions): Promise<void> => orm.transaction(() => undefined, options);
            await nested({ isolation: 'serializable', readOnly: false, attempts: 1 });
            const refused = (message: RegExp): object => ({ code: 'OXI_ORM_TRANSACTION_OPTIONS', message: expect.stringMatching(message) });
            await expect(nested({ readOnly: true })).rejects.toMatchObject(refused(/savepoint of that, which may write/));
            await expect(nested({ attempts: 2 })).rejects.toMatchObject(refused(/only the whole can be run again/));
            if (database.name === 'sqlite') await nested({ isolation: 'read committed' });
            else await expect(nested({ isolation: 'read committed' })).rejects.toMatchObject(refused(/runs with "serializable"/));
          },
          { isolation: 'serializable' },
        ),
      );
    });
  });

  describe('orm.transaction with attempts', () => {
    it('does not run again after an error of the application', async () => {
      let runs = 0;
      const failing = blog.orm.unitOfWork((orm) =>
        orm.transaction(
          () => {
            runs++;
            throw new Error('no');
          },
          { attempts: 3 },
        ),
      );
      await expect(failing).rejects.toThrow('no');
      expect(runs).toBe(1);
    });

    it('runs again with an empty unit of work, after pauses of the clock, and gives up at last', async () => {
      const busy = (): never => {
        throw Object.assign(new Error('deadlock'), { code: '40P01', errno: 1213 });
      };
      const at: number[] = [];
      const failing = blog.orm.unitOfWork(async (orm) => {
        orm.create(Tag, { name: 'pending' });
        await orm.transaction(
          async () => {
            at.push(blog.clock.monotonicMs());
            expect(orm.em.getUnitOfWork().getIdentityMap().keys()).toEqual([]);
            orm.create(Tag, { name: 'a' });
            await orm.flush();
            busy();
          },
          { attempts: 4 },
        );
      });
      await expect(advanceUntil(blog.clock, failing)).rejects.toMatchObject({ message: expect.stringMatching(/deadlock|locked/) });
      expect(await names(blog)).toEqual(['pending']);
      const pauses = at.slice(1).map((now, index) => now - (at[index] ?? 0));
      expect(pauses.length).toBe(3);
      pauses.forEach((pauseMs, index) => expect(pauseMs).toBeGreaterThanOrEqual(10 * 2 ** index));
      expect(blog.clock.pendingTimers()).toBe(0);
    });

    it('runs again when the statement that failed was caught', async () => {
      let runs = 0;
      const running = blog.orm.unitOfWork((orm) =>
        orm.transaction(
          async () => {
            if (++runs === 1) throw new Error('wrapped', { cause: Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY_SNAPSHOT' }) });
            orm.create(Tag, { name: `run ${runs}` });
          },
          { attempts: 2 },
        ),
      );
      await advanceUntil(blog.clock, running);
      expect(await names(blog)).toEqual(['run 2']);
    });
  });
});

describeOnDatabases((database) => {
  describe('concurrent transactions with attempts', () => {
    it('succeed both when they would not be serializable', async () => {
      await using blog = await createBlog(database);
      const runs = await runTwice(
        blog,
        async (orm, index, meet) => {
          const count = await orm.query(Tag).count();
          await meet();
          orm.create(Tag, { name: `${index} after ${count}` });
        },
        { isolation: 'serializable', attempts: 5 },
      );
      expect(runs.toSorted((left, right) => left - right)).toEqual([1, 2]);
      const written = await names(blog);
      expect([
        ['0 after 0', '1 after 1'],
        ['0 after 1', '1 after 0'],
      ]).toContainEqual(written);
    });

    it('fail alone without further attempts, and give their connections back', async () => {
      await using blog = await createBlog(database);
      for (let round = 0; round < 12; round++) {
        const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const results = await Promise.allSettled(
          both.map(({ resolve }, index) =>
            blog.orm.unitOfWork((orm) =>
              orm.transaction(
                async () => {
                  await orm.query(Tag).count();
                  resolve();
                  await Promise.all(both.map(({ promise }) => promise));
                  orm.create(Tag, { name: `${round} ${index}` });
                },
                { isolation: 'serializable' },
              ),
            ),
          ),
        );
        const failed = results.filter((result) => result.status === 'rejected');
        expect(failed).toMatchObject([{ reason: { code: 'OXI_ORM_DATABASE_BUSY', status: 503 } }]);
      }
      expect((await names(blog)).length).toBe(12);
    });
  });
}, only('postgresql'));

describeOnDatabases(
  (database) => {
    describe('concurrent transactions with attempts', () => {
      it('succeed both when they wait for each other', async () => {
        await using blog = await createBlog(database);
        const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
        const runs = await runTwice(
          blog,
          async (orm, index, meet) => {
            const [first, second] = index === 0 ? [ann, bob] : [bob, ann];
            (await orm.get(User, first)).bio = `by ${index}`;
            await orm.flush();
            await meet();
            (await orm.get(User, second)).bio = `by ${index}`;
          },
          { attempts: 5 },
        );
        expect(runs.toSorted((left, right) => left - right)).toEqual([1, 2]);
        const bios = (await blog.orm.query(User).all()).map(({ bio }) => bio);
        expect(new Set(bios)).toEqual(new Set([`by ${runs.indexOf(2)}`]));
      });
    });
  },
  only('postgresql', 'mysql', 'mariadb'),
);
