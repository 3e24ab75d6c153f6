/** Transactions in transactions. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Tag } from '../models/library.ts';
import { add, expectNotOnMongodb, expectRefusal, NO_SAVEPOINTS } from './expectations.ts';

const names = async (orm: Orm): Promise<string[]> => (await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name);

const inTransaction = <Result>(orm: Orm, work: (unit: Orm) => Promise<Result> | Result): Promise<Result> =>
  orm.unitOfWork((unit) => unit.transaction(() => work(unit)));

const fail = (): never => {
  throw new Error('no');
};

export const savepoints = defineFeature(
  'Nested transactions',
  {
    'roll back alone': async ({ orm }) => {
      await inTransaction(orm, async (unit) => {
        unit.create(Tag, { name: 'outer' });
        await expect(unit.transaction(() => void (unit.create(Tag, { name: 'inner' }), fail()))).rejects.toThrow('no');
        unit.create(Tag, { name: 'after' });
      });
      expect(await names(orm)).toEqual(['after', 'outer']);
    },
    'are rolled back with the outer one': async ({ orm }) => {
      const failing = inTransaction(orm, async (unit) => {
        await unit.transaction(() => void unit.create(Tag, { name: 'inner' }));
        expect(await names(unit)).toEqual(['inner']);
        fail();
      });
      await expect(failing).rejects.toThrow('no');
      expect(await names(orm)).toEqual([]);
    },
    'try what the database may refuse': async ({ orm }) => {
      await add(orm, Tag, { name: 'taken' });
      await inTransaction(orm, async (unit) => {
        await expectRefusal(
          unit.transaction(() => void unit.create(Tag, { name: 'taken' })),
          'UNIQUE_VIOLATION',
        );
        await unit.transaction(() => void unit.create(Tag, { name: 'other' }));
      });
      expect(await names(orm)).toEqual(['other', 'taken']);
    },
    'go several levels deep': async ({ orm }) => {
      await inTransaction(orm, async (unit) => {
        unit.create(Tag, { name: '1' });
        await unit.transaction(async () => {
          unit.create(Tag, { name: '2' });
          await unit.transaction(() => void unit.create(Tag, { name: '3' }));
          await expect(
            unit.transaction(async () => {
              await unit.transaction(() => void unit.create(Tag, { name: '4' }));
              fail();
            }),
          ).rejects.toThrow('no');
        });
      });
      expect(await names(orm)).toEqual(['1', '2', '3']);
    },
    'cannot be read only in one that writes': async ({ orm }) => {
      await inTransaction(orm, async (unit) => {
        await expectRefusal(
          unit.transaction(() => undefined, { readOnly: true }),
          'TRANSACTION_OPTIONS',
        );
        await expectRefusal(
          unit.transaction(() => undefined, { attempts: 2 }),
          'TRANSACTION_OPTIONS',
        );
      });
    },
  },
  {
    mongodb: {
      reason: NO_SAVEPOINTS.reason,
      refused: true,
      runs: {
        'are refused, and the outer one goes on': async ({ orm }) => {
          await inTransaction(orm, async (unit) => {
            unit.create(Tag, { name: 'outer' });
            await expectNotOnMongodb(unit.transaction(() => void unit.create(Tag, { name: 'inner' })));
            unit.create(Tag, { name: 'after' });
          });
          expect(await names(orm)).toEqual(['after', 'outer']);
        },
      },
    },
  },
);
