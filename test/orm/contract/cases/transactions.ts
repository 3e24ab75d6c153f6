/** Transactions: commits, rollbacks, isolation and attempts. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { advanceUntil } from '../../support/advance-until.ts';
import { defineFeature } from '../contract-case.ts';
import { Tag } from '../models/library.ts';
import { add, expectNotOnMongodb, expectRefusal } from './expectations.ts';

const names = async (orm: Orm): Promise<string[]> => (await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

const inTransaction = <Result>(orm: Orm, work: (unit: Orm) => Promise<Result> | Result): Promise<Result> =>
  orm.unitOfWork((unit) => unit.transaction(() => work(unit)));

const fail = (): never => {
  throw new Error('no');
};

export const transactions = defineFeature('Transactions', {
  'flush, commit and return a result': async ({ orm }) => {
    const result = await orm.unitOfWork(async (unit) => {
      const value = await unit.transaction(() => unit.create(Tag, { name: 'a' }).name);
      expect(await names(orm)).toEqual(['a']);
      return value;
    });
    expect(result).toBe('a');
  },
  'roll back as a whole, and leave an empty unit of work': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      const failing = unit.transaction(async () => {
        unit.create(Tag, { name: 'a' });
        await unit.flush();
        await unit.insertMany(Tag, [{ name: 'b' }]);
        fail();
      });
      await expect(failing).rejects.toThrow('no');
      expect(await unit.list(Tag)).toEqual([]);
      unit.create(Tag, { name: 'c' });
    });
    expect(await names(orm)).toEqual(['c']);
  },
  'make entities of a rollback unusable, and show what is stored when they are loaded again': async ({ orm }) => {
    const id = await add(orm, Tag, { name: 'a' });
    await orm.unitOfWork(async (unit) => {
      const tag = await unit.get(Tag, id);
      const failing = unit.transaction(async () => {
        tag.name = 'b';
        await unit.flush();
        fail();
      });
      await expect(failing).rejects.toThrow('no');
      expect(() => tag.assign({ name: 'c' })).toThrow(expect.objectContaining({ code: 'OXI_ORM_ENTITY_STALE' }));
      expect((await unit.get(Tag, id)).name).toBe('a');
    });
    expect(await names(orm)).toEqual(['a']);
  },
  'let their queries see what they flushed, and others not': async ({ orm }) => {
    const [opened, closing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const failing = inTransaction(orm, async (unit) => {
      unit.create(Tag, { name: 'a' });
      await unit.flush();
      expect(await names(unit)).toEqual(['a']);
      expect(await unit.query(Tag).where({ name: 'a' }).exists()).toBe(true);
      opened.resolve();
      await closing.promise;
      fail();
    });
    await opened.promise;
    const seen = [names(orm), orm.unitOfWork(names)];
    closing.resolve();
    await expect(failing).rejects.toThrow('no');
    expect(await Promise.all(seen)).toEqual([[], []]);
  },
  'cannot commit after a flush in them failed': async ({ orm }) => {
    await add(orm, Tag, { name: 'taken' });
    const failing = inTransaction(orm, async (unit) => {
      unit.create(Tag, { name: 'lost' });
      unit.create(Tag, { name: 'taken' });
      await unit.flush().catch(() => undefined);
    });
    await expectRefusal(failing, 'TRANSACTION_FAILED');
    expect(await names(orm)).toEqual(['taken']);
  },
  'can be read only': {
    async run({ orm }) {
      await orm.unitOfWork(async (unit) => {
        expect(await unit.transaction(() => unit.query(Tag).count(), { readOnly: true })).toBe(0);
        await expectRefusal(
          unit.transaction(() => void unit.create(Tag, { name: 'a' }), { readOnly: true }),
          'TRANSACTION_READ_ONLY',
        );
        await expectRefusal(
          unit.transaction(() => unit.insertMany(Tag, [{ name: 'a' }]), { readOnly: true }),
          'TRANSACTION_READ_ONLY',
        );
      });
      expect(await names(orm)).toEqual([]);
    },
    differs: {
      mongodb: {
        reason: '`readOnly` is refused',
        refused: true,
        run: ({ orm }) => orm.unitOfWork((unit) => expectNotOnMongodb(unit.transaction(() => undefined, { readOnly: true }))),
      },
    },
  },
  'run with every level of isolation': {
    async run({ orm }) {
      for (const isolation of ['read uncommitted', 'read committed', 'repeatable read', 'serializable'] as const)
        await orm.unitOfWork((unit) => unit.transaction(() => void unit.create(Tag, { name: isolation }), { isolation }));
      expect(await orm.query(Tag).count()).toBe(4);
    },
    differs: {
      mongodb: {
        reason: 'the level of a transaction is `repeatable read`, and others are refused',
        async run({ orm }) {
          await orm.unitOfWork(async (unit) => {
            await unit.transaction(() => void unit.create(Tag, { name: 'a' }), { isolation: 'repeatable read' });
            for (const isolation of ['read uncommitted', 'read committed', 'serializable'] as const)
              await expectNotOnMongodb(unit.transaction(() => void unit.create(Tag, { name: isolation }), { isolation }));
          });
          expect(await names(orm)).toEqual(['a']);
        },
      },
    },
  },
  'refuse options that make no sense': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      for (const options of [{ isolation: 'snapshot' }, { attempts: 0 }, { readOnly: 'yes' }, { timeout: 5 }])
        await expectRefusal(
          unit.transaction(() => undefined, options as never),
          'TRANSACTION_OPTIONS',
        );
    });
  },
  'run again after a deadlock, with an empty unit of work, and give up at last': async ({ orm, kernel }) => {
    const run = async (fails: number, attempts: number): Promise<number> => {
      let runs = 0;
      const running = orm.unitOfWork((unit) =>
        unit.transaction(
          async () => {
            unit.create(Tag, { name: `of ${fails}` });
            await unit.flush();
            if (++runs <= fails)
              throw Object.assign(new Error('deadlock'), { code: 'SQLITE_BUSY', errno: 1213, cause: Object.assign(new Error('deadlock'), { code: '40P01' }) });
          },
          { attempts },
        ),
      );
      await advanceUntil(kernel.clock, running);
      return runs;
    };
    expect(await run(2, 3)).toBe(3);
    expect(await names(orm)).toEqual(['of 2']);
    await expect(run(3, 3)).rejects.toThrow();
    expect(await names(orm)).toEqual(['of 2']);
  },
  'do not run again after an error of the application': async ({ orm }) => {
    let runs = 0;
    const failing = orm.unitOfWork((unit) =>
      unit.transaction(
        () => {
          runs++;
          fail();
        },
        { attempts: 3 },
      ),
    );
    await expect(failing).rejects.toThrow('no');
    expect(runs).toBe(1);
  },
  'run beside each other, and none is lost': async ({ orm }) => {
    await Promise.all(Array.from({ length: 8 }, (_, index) => inTransaction(orm, (unit) => void unit.create(Tag, { name: `tag ${index}` }))));
    expect(await orm.query(Tag).count()).toBe(8);
  },
});
