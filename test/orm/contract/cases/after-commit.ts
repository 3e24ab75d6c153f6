/** Tasks that wait for a commit. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Tag } from '../models/library.ts';
import { expectRefusal, NO_SAVEPOINTS } from './expectations.ts';

const names = async (orm: Orm): Promise<string[]> => (await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

const inTransaction = <Result>(orm: Orm, work: (unit: Orm) => Promise<Result> | Result): Promise<Result> =>
  orm.unitOfWork((unit) => unit.transaction(() => work(unit)));

const fail = (): never => {
  throw new Error('no');
};

export const afterCommit = defineFeature('Tasks after a commit', {
  'wait for the commit, in order': async ({ orm }) => {
    const done: string[] = [];
    await orm.unitOfWork(async (unit) => {
      await unit.transaction(async () => {
        unit.afterCommit(() => done.push('first'));
        unit.afterCommit(async () => void done.push(`${await orm.query(Tag).count()} committed`));
        unit.create(Tag, { name: 'a' });
        await unit.flush();
        expect(done).toEqual([]);
      });
      expect(done).toEqual(['first', '1 committed']);
    });
  },
  'wait for the outermost commit': {
    async run({ orm }) {
      const done: string[] = [];
      await inTransaction(orm, async (unit) => {
        await unit.transaction(() => unit.afterCommit(() => done.push('inner')));
        unit.afterCommit(() => done.push('outer'));
        expect(done).toEqual([]);
      });
      expect(done).toEqual(['inner', 'outer']);
    },
    differs: { mongodb: NO_SAVEPOINTS },
  },
  'are dropped by a rollback': async ({ orm }) => {
    const done: string[] = [];
    await expect(inTransaction(orm, (unit) => void (unit.afterCommit(() => done.push('never')), fail()))).rejects.toThrow(/^no$/);
    expect(done).toEqual([]);
  },
  'of a savepoint are dropped by its rollback': {
    async run({ orm }) {
      const done: string[] = [];
      await inTransaction(orm, async (unit) => {
        unit.afterCommit(() => done.push('outer'));
        await expect(unit.transaction(() => void (unit.afterCommit(() => done.push('inner')), fail()))).rejects.toThrow(/^no$/);
      });
      expect(done).toEqual(['outer']);
    },
    differs: { mongodb: NO_SAVEPOINTS },
  },
  'wait for the flush where there is no transaction, and are dropped when it fails': async ({ orm }) => {
    const done: string[] = [];
    await orm.unitOfWork((unit) => {
      unit.create(Tag, { name: 'a' });
      unit.afterCommit(() => done.push('flushed'));
    });
    const failing = orm.unitOfWork((unit) => {
      unit.create(Tag, { name: 'a' });
      unit.afterCommit(() => done.push('never'));
    });
    await expectRefusal(failing, 'UNIQUE_VIOLATION');
    expect(done).toEqual(['flushed']);
  },
  'that fail are logged, and undo nothing': async ({ orm, logged }) => {
    const done: string[] = [];
    await inTransaction(orm, (unit) => {
      unit.create(Tag, { name: 'a' });
      unit.afterCommit(fail);
      unit.afterCommit(() => done.push('second'));
    });
    expect([await names(orm), done, logged]).toEqual([['a'], ['second'], ['a task after a commit failed; what was committed stays']]);
  },
});
