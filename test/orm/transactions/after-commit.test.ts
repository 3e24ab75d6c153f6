import { createLogger } from '@oxidite/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addUser, type Blog, createBlog, Tag, User } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';

const fail = (): never => {
  throw new Error('no');
};

describeOnDatabases((database) => {
  describe('orm.afterCommit', () => {
    let blog: Blog;
    let said: string[];
    let logged: unknown[];

    beforeEach(async () => {
      said = [];
      logged = [];
      const logger = createLogger((level, fields, message) => level === 'error' && logged.push([fields['error'], message]));
      blog = await createBlog(database, { logger });
    });

    afterEach(() => blog.stop());

    const say = (text: string) => async (): Promise<void> => void said.push(`${text}, with ${await blog.orm.query(Tag).count()}`);

    it('waits for the commit of the transaction, and keeps the order', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.transaction(async (inner) => {
          inner.create(Tag, { name: 'a' });
          orm.afterCommit(say('first'));
          await orm.flush();
          inner.afterCommit(say('second'));
          expect(said).toEqual([]);
        });
        expect(said).toEqual(['first, with 1', 'second, with 1']);
      });
      expect(said.length).toBe(2);
    });

    it('waits for the last flush of a request', async () => {
      await blog.scopes.run(({ orm }) => {
        orm.create(Tag, { name: 'a' });
        orm.afterCommit(say('flushed'));
      });
      expect(said).toEqual(['flushed, with 1']);
    });

    it('waits for the next flush when nothing is pending, and runs once', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        orm.afterCommit(say('first'));
        await orm.flush();
        expect(said).toEqual(['first, with 0']);
        await orm.flush();
      });
      expect(said.length).toBe(1);
    });

    it('is dropped when the flush fails, and when the request fails', async () => {
      await addUser(blog.orm, 'ann');
      await blog.orm.unitOfWork(async (orm) => {
        orm.create(User, { username: 'ann', email: 'x@example.com', passwordHash: 'x' });
        orm.afterCommit(say('failed'));
        await expect(orm.flush()).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
        orm.afterCommit(say('succeeded'));
      });
      const failing = blog.scopes.run(({ orm }) => {
        orm.afterCommit(say('failed'));
        fail();
      });
      await expect(failing).rejects.toThrow('no');
      expect(said).toEqual(['succeeded, with 0']);
    });

    it('is dropped by a rollback, that of a savepoint only its own', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        const rolledBack = orm.transaction(async () => {
          orm.afterCommit(say('rolled back'));
          await orm.transaction(() => orm.afterCommit(say('rolled back with the outer one')));
          fail();
        });
        await expect(rolledBack).rejects.toThrow('no');
        await orm.transaction(async () => {
          orm.create(Tag, { name: 'a' });
          orm.afterCommit(say('outer'));
          const inner = orm.transaction(async () => {
            orm.afterCommit(say('savepoint'));
            fail();
          });
          await expect(inner).rejects.toThrow('no');
          await orm.transaction(() => orm.afterCommit(say('second savepoint')));
          expect(said).toEqual([]);
        });
      });
      expect(said).toEqual(['outer, with 1', 'second savepoint, with 1']);
    });

    it('is dropped with what it belongs to', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        orm.create(Tag, { name: 'a' });
        orm.afterCommit(say('forgotten'));
        orm.clear();
      });
      await blog.orm.unitOfWork(async (orm) => {
        orm.afterCommit(say('before the transaction'));
        await expect(orm.transaction(fail)).rejects.toThrow('no');
      });
      expect(said).toEqual([]);
    });

    it('logs the errors of tasks, and goes on', async () => {
      await blog.scopes.run(({ orm }) => {
        orm.create(Tag, { name: 'a' });
        orm.afterCommit(fail);
        orm.afterCommit(() => Promise.reject(new Error('later')));
        orm.afterCommit(say('third'));
      });
      expect(said).toEqual(['third, with 1']);
      expect(logged).toEqual([
        [expect.objectContaining({ message: 'no' }), 'a task after a commit failed; what was committed stays'],
        [expect.objectContaining({ message: 'later' }), 'a task after a commit failed; what was committed stays'],
      ]);
    });

    it('may open a unit of work', async () => {
      await blog.orm.unitOfWork((orm) =>
        orm.transaction(() => orm.afterCommit(() => orm.unitOfWork((other) => void other.create(Tag, { name: 'from a task' })))),
      );
      expect((await blog.orm.query(Tag).get()).name).toBe('from a task');
    });

    it('does not wait in a transaction begun through MikroORM for a savepoint', async () => {
      await blog.orm.unitOfWork(async (orm) => {
        await orm.em.begin();
        orm.create(Tag, { name: 'a' });
        await orm.transaction(() => orm.afterCommit(() => void said.push('committed')));
        expect(said).toEqual([]);
        await orm.em.commit();
      });
      expect(said).toEqual(['committed']);
    });

    it('needs a unit of work that has not ended', async () => {
      const leaked = await blog.orm.unitOfWork((orm) => orm);
      expect(() => leaked.afterCommit(fail)).toThrow(expect.objectContaining({ code: 'OXI_ORM_UNIT_OF_WORK_ENDED' }));
      expect(() => blog.orm.afterCommit(fail)).toThrow(expect.objectContaining({ code: 'OXI_ORM_NO_UNIT_OF_WORK' }));
    });
  });
});
