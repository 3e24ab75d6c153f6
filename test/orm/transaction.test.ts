import type { Orm } from '@oxidite/orm';
import type { TestKernel } from '@oxidite/plugin-sdk/testing';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, createBlog, Tag, User } from './support/blog.ts';
import { SERVER_DATABASES, type TestDatabase } from './support/databases.ts';
import { createTemporaryDirectory, type TemporaryDirectory } from './support/temporary-directory.ts';

const fail = (): never => {
  throw new Error('no');
};

const KINDS: readonly { readonly kind: string; readonly server?: TestDatabase }[] = [
  { kind: 'sqlite in memory' },
  { kind: 'sqlite in a file' },
  ...SERVER_DATABASES.map((server) => ({ kind: server.name, server })),
];

for (const { kind, server } of KINDS) {
  describe.skipIf(server?.problem !== undefined)(`orm.transaction on ${kind}${server?.problem === undefined ? '' : `: ${server.problem}`}`, () => {
    let directory: TemporaryDirectory;
    let blog: TestKernel & { readonly orm: Orm };

    beforeEach(async () => {
      directory = createTemporaryDirectory();
      blog = await createBlog(server ?? (kind === 'sqlite in a file' ? join(directory.path, 'blog.db') : ':memory:'));
    });

    afterEach(async () => {
      await blog.stop();
      directory[Symbol.dispose]();
    });

    const tags = async (orm = blog.orm): Promise<string[]> => (await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

    it('flushes and commits, and returns the result', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        expect(await orm.transaction((inner) => inner.create(Tag, { name: 'a' }).name)).toBe('a');
        expect(await tags()).toEqual(['a']);
      });
    });

    it('rolls back when it throws, and leaves an empty unit of work', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const failing = orm.transaction(async (inner) => {
          inner.create(Tag, { name: 'a' });
          await inner.flush();
          fail();
        });
        await expect(failing).rejects.toThrow('no');
        orm.create(Tag, { name: 'b' });
      });
      expect(await tags()).toEqual(['b']);
    });

    it('lets its queries see what it flushed, by the inner and by the outer name', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.transaction(async (inner) => {
          const tag = inner.create(Tag, { name: 'a' });
          expect(await tags(inner)).toEqual([]);
          await inner.flush();
          expect([await tags(inner), await tags(orm)]).toEqual([['a'], ['a']]);
          expect((await orm.get(Tag, { name: 'a' })) === tag).toBe(true);
          expect(await orm.query(Tag).toKysely().execute()).toEqual([{ id: 1, name: 'a' }]);
          expect(await orm.kysely.selectFrom('tags').selectAll().execute()).toEqual([{ id: 1, name: 'a' }]);
          await orm.kysely.updateTable('tags').set({ name: 'b' }).execute();
          expect(await tags(orm)).toEqual(['b']);
        });
      });
      expect(await tags()).toEqual(['b']);
    });

    it('takes over entities that were loaded before, and gives them back', async () => {
      const ann = await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork(async (orm) => {
        const user = await orm.get(User, ann);
        await orm.transaction(() => void user.assign({ bio: 'inside' }));
        expect((await blog.orm.query(User).get()).bio).toBe('inside');
        user.assign({ bio: 'after' });
      });
      expect((await blog.orm.query(User).get()).bio).toBe('after');
    });

    it('is a savepoint inside of another', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.transaction(async () => {
          orm.create(Tag, { name: 'outer' });
          const failing = orm.transaction(async () => {
            orm.create(Tag, { name: 'inner' });
            await orm.flush();
            expect(await tags(orm)).toEqual(['inner', 'outer']);
            fail();
          });
          await expect(failing).rejects.toThrow('no');
          expect(await tags(orm)).toEqual(['outer']);
          await orm.transaction(async () => {
            orm.create(Tag, { name: 'second' });
            await orm.transaction(() => void orm.create(Tag, { name: 'third' }));
          });
        });
      });
      expect(await tags()).toEqual(['outer', 'second', 'third']);
    });

    it('rolls the savepoints back with the outer transaction', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const failing = orm.transaction(async () => {
          await orm.transaction(() => void orm.create(Tag, { name: 'inner' }));
          fail();
        });
        await expect(failing).rejects.toThrow('no');
      });
      expect(await tags()).toEqual([]);
    });

    it('cannot commit after a flush in it failed', async () => {
      await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork(async (orm) => {
        const swallowed = orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          orm.create(User, { username: 'ann', email: 'x@example.com', passwordHash: 'x' });
          await orm.flush().catch(() => undefined);
        });
        await expect(swallowed).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_FAILED', cause: { code: 'OXI_ORM_UNIQUE_VIOLATION' } });
      });
      expect(await tags()).toEqual([]);
    });

    it('can try something in a savepoint', async () => {
      await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          const failing = orm.transaction(() => void orm.create(User, { username: 'ann', email: 'x@example.com', passwordHash: 'x' }));
          await expect(failing).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
          orm.create(Tag, { name: 'b' });
        }),
      );
      expect(await tags()).toEqual(['a', 'b']);
    });

    it('hides what it has not committed from everybody else', async () => {
      const seen: Promise<string[]>[] = [];
      let release = (): void => undefined;
      let opened = (): void => undefined;
      const gate = new Promise<void>((resolve) => (release = resolve));
      const isOpen = new Promise<void>((resolve) => (opened = resolve));
      const first = blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          await orm.flush();
          opened();
          await gate;
          fail();
        }),
      );
      await isOpen;
      seen.push(
        tags(),
        blog.orm.unitOfWork((orm) => tags(orm)),
      );
      await Promise.resolve();
      release();
      await expect(first).rejects.toThrow('no');
      expect(await Promise.all(seen)).toEqual([[], []]);
    });

    it('runs beside others; on SQLite one after the other', async () => {
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          blog.orm.unitOfWork((orm) =>
            orm.transaction(async () => {
              const before = await orm.query(Tag).count();
              orm.create(Tag, { name: `${index}` });
              await orm.flush();
              if (server === undefined) expect(await orm.query(Tag).count()).toBe(before + 1);
              if (index % 3 === 0) await orm.transaction(fail).catch(() => undefined);
            }),
          ),
        ),
      );
      expect((await tags()).length).toBe(10);
    });

    it('runs beside another of the same unit of work', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await Promise.all(['a', 'b', 'c'].map((name) => orm.transaction(() => void orm.create(Tag, { name }))));
      });
      expect(await tags()).toEqual(['a', 'b', 'c']);
    });

    if (server !== undefined)
      it('fails as a whole when it and another wait for each other', async () => {
        const { orm } = blog;
        const [ann, bob] = [await addUser(orm, 'ann'), await addUser(orm, 'bob')];
        const change = (inner: Orm, id: number, index: number): Promise<unknown> =>
          inner.kysely
            .updateTable('users')
            .set({ bio: `by ${index}` })
            .where('id', '=', id)
            .execute(); // no index changes, so that only rows are locked
        const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const run = (index: number, [first, second]: readonly [number, number]): Promise<void> =>
          orm.unitOfWork((unit) =>
            unit.transaction(async (inner) => {
              await change(inner, first, index);
              both[index]?.resolve();
              await Promise.all(both.map(({ promise }) => promise));
              await change(inner, second, index);
            }),
          );
        const results = await Promise.allSettled([run(0, [ann, bob]), run(1, [bob, ann])]);
        const winner = results.findIndex(({ status }) => status === 'fulfilled');
        expect(results[1 - winner]).toMatchObject({ status: 'rejected', reason: { code: 'OXI_ORM_DATABASE_BUSY', status: 503 } });
        expect((await orm.query(User).all()).map(({ bio }) => bio)).toEqual([`by ${winner}`, `by ${winner}`]);
      });

    it('refuses to wait for itself', async () => {
      const deadlock = expect.objectContaining({ code: 'OXI_ORM_TRANSACTION_DEADLOCK' });
      await blog.orm.unitOfWork(async (orm) => {
        await orm.transaction(async () => {
          if (server !== undefined) {
            await blog.orm.unitOfWork((other) => void other.create(Tag, { name: 'x' })); // it has a connection of its own
            expect(await tags()).toEqual(['x']);
            return;
          }
          await expect(blog.orm.unitOfWork((other) => void other.create(Tag, { name: 'x' }))).rejects.toThrow(deadlock);
          await expect(blog.orm.kysely.selectFrom('tags').selectAll().execute()).rejects.toThrow(deadlock);
          if (kind === 'sqlite in memory') await expect(tags()).rejects.toThrow(deadlock);
          else expect(await tags()).toEqual([]);
        });
      });
    });

    it('is seen by queries when it is begun through MikroORM, and is not waited for', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.em.begin();
        orm.create(Tag, { name: 'a' });
        await orm.flush();
        expect(await tags(orm)).toEqual(['a']);
        await orm.em.rollback();
        expect(await tags(orm)).toEqual([]);
        orm.clear();
        await orm.em.transactional(async () => {
          if (kind === 'sqlite in memory') await expect(tags()).rejects.toMatchObject({ code: 'OXI_ORM_TRANSACTION_DEADLOCK' });
          else expect(await tags()).toEqual([]);
        });
      });
    });

    it('writes pairs with its flush', async () => {
      const [ann, bob] = [await addUser(blog.orm, 'ann'), await addUser(blog.orm, 'bob')];
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(async () => {
          orm.attach(await orm.get(User, ann), 'following', bob);
          await orm.flush();
          expect(await orm.query(User).where({ followers: ann }).count()).toBe(1);
        }),
      );
      expect(await blog.orm.query(User).where({ followers: ann }).count()).toBe(1);
    });
  });
}
