/** Locks of rows. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { type ContractContext, defineFeature } from '../contract-case.ts';
import { Account } from '../models/shop.ts';
import { expectNotOnMongodb, expectRefusal } from './expectations.ts';

const inTransaction = <Result>(orm: Orm, work: (unit: Orm) => Promise<Result> | Result): Promise<Result> =>
  orm.unitOfWork((unit) => unit.transaction(() => work(unit)));

const setUp = async ({ orm }: ContractContext): Promise<readonly string[]> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(Account, [
      { owner: 'ann', balance: 10 },
      { owner: 'bob', balance: 10 },
    ]),
  );

const NO_LOCKS = 'a transaction is the only writer from its beginning, so no row is locked, skipped or waited for';

export const locks = defineFeature(
  'Locks',
  {
    'need a transaction': async (context) => {
      const [ann = ''] = await setUp(context);
      const outside = { model: 'account' };
      await context.orm.unitOfWork(async (unit) => {
        await expectRefusal(unit.get(Account, ann, { lock: 'update' }), 'LOCK_OUTSIDE_TRANSACTION', outside);
        await expectRefusal(unit.list(Account, {}, { lock: 'share' }), 'LOCK_OUTSIDE_TRANSACTION', outside);
        await expect(unit.query(Account).lock('update').all()).rejects.toMatchObject({
          code: expect.stringMatching(/^OXI_ORM_(QUERY_INVALID|LOCK_OUTSIDE_TRANSACTION)$/),
        });
      });
    },
    'go with conditions, order, limits and relations': async (context) => {
      const [ann = ''] = await setUp(context);
      await inTransaction(context.orm, async (unit) => {
        for (const lock of ['update', 'share', { mode: 'update', skipLocked: true }, { mode: 'share', noWait: true }] as const) {
          expect((await unit.get(Account, ann, { lock })).owner).toBe('ann');
          expect((await unit.list(Account, { balance: { gt: 1 } }, { lock, orderBy: { owner: 'desc' }, limit: 1 })).map(({ owner }) => owner)).toEqual(['bob']);
        }
        expect(await unit.query(Account).where({ owner: 'ann' }).lock('update').get()).toMatchObject({ balance: 10 });
      });
    },
    'read an entity anew, after what is pending was flushed': async (context) => {
      const [ann = '', bob = ''] = await setUp(context);
      await inTransaction(context.orm, async (unit) => {
        const account = await unit.get(Account, ann);
        await unit.query(Account).where({ id: ann }).update({ balance: 3 });
        (await unit.get(Account, bob)).balance = 4;
        expect(await unit.get(Account, ann, { lock: 'update' })).toBe(account);
        expect([account.balance, (await unit.get(Account, bob, { lock: 'update' })).balance]).toEqual([3, 4]);
      });
    },
    'let one after the other take from a row': async (context) => {
      const [ann = ''] = await setUp(context);
      await Promise.all(
        Array.from({ length: 4 }, () =>
          inTransaction(context.orm, async (unit) => {
            const account = await unit.get(Account, ann, { lock: 'update' });
            account.balance -= 2;
          }),
        ),
      );
      expect((await context.orm.query(Account).where({ id: ann }).get()).balance).toBe(2);
    },
    'are skipped, or an error of status 503, where others hold them': {
      async run(context) {
        const [ann = ''] = await setUp(context);
        await inTransaction(context.orm, async (unit) => {
          await unit.get(Account, ann, { lock: 'update' });
          await inTransaction(context.orm, async (other) => {
            expect((await other.list(Account, {}, { lock: { mode: 'update', skipLocked: true } })).map(({ owner }) => owner)).toEqual(['bob']);
            await expectRefusal(
              other.transaction(() => other.get(Account, ann, { lock: { mode: 'update', noWait: true } })),
              'DATABASE_BUSY',
              { status: 503 },
            );
          });
        });
      },
      differs: {
        sqlite: {
          reason: NO_LOCKS,
          async run(context) {
            const [ann = ''] = await setUp(context);
            const order: string[] = [];
            await Promise.all(
              ['one', 'two'].map((name) =>
                inTransaction(context.orm, async (unit) => {
                  order.push(`${name} begins`);
                  expect(await unit.list(Account, {}, { lock: { mode: 'update', skipLocked: true } })).toHaveLength(2);
                  await unit.get(Account, ann, { lock: { mode: 'update', noWait: true } });
                  order.push(`${name} ends`);
                }),
              ),
            );
            expect(order).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
          },
        },
      },
    },
    'refuse modes that do not exist': async (context) => {
      const [ann = ''] = await setUp(context);
      await inTransaction(context.orm, async (unit) => {
        for (const lock of ['exclusive', { skipLocked: true }, { mode: 'update', skipLocked: true, noWait: true }])
          await expectRefusal(unit.get(Account, ann, { lock: lock as never }), 'QUERY_INVALID');
      });
    },
  },
  {
    mongodb: {
      reason:
        'there are no locks: `lock` is refused; of two transactions that change the same document the second fails with status 503, and `attempts` runs it again',
      refused: true,
      runs: {
        'are refused of entities and of rows': async (context) => {
          const [ann = ''] = await setUp(context);
          await inTransaction(context.orm, async (unit) => {
            for (const lock of ['update', 'share'] as const) {
              await expectNotOnMongodb(unit.get(Account, ann, { lock }));
              await expectNotOnMongodb(unit.list(Account, {}, { lock }));
              await expectNotOnMongodb(unit.query(Account).lock(lock, { skipLocked: true }).all());
            }
          });
        },
        'are not waited for: the second that changes a document fails': async (context) => {
          const [ann = ''] = await setUp(context);
          const { orm } = context;
          await inTransaction(orm, async (unit) => {
            await unit.query(Account).where({ id: ann }).update({ balance: 5 });
            await expectRefusal(
              inTransaction(orm, (other) => other.query(Account).where({ id: ann }).update({ balance: 6 })),
              'DATABASE_BUSY',
              { status: 503 },
            );
          });
          expect((await orm.query(Account).where({ id: ann }).get()).balance).toBe(5);
        },
      },
    },
  },
);
