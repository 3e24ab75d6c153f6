/** Versions: changes of an entity are counted, and compared. */
import { expect } from 'vitest';
import { type ContractContext, defineFeature } from '../contract-case.ts';
import { Sample } from '../models/sample.ts';
import { Account } from '../models/shop.ts';
import { expectRefusal } from './expectations.ts';

const setUp = async ({ orm }: ContractContext): Promise<readonly string[]> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(Account, [
      { owner: 'ann', balance: 10 },
      { owner: 'bob', balance: 10 },
    ]),
  );

export const versions = defineFeature('Versions', {
  'count the changes of an entity': async (context) => {
    const [ann = ''] = await setUp(context);
    const { orm } = context;
    await orm.unitOfWork(async (unit) => {
      const account = await unit.get(Account, ann);
      expect(account.version).toBe(1);
      account.balance = 1;
      await unit.flush();
      expect(account.version).toBe(2);
      await unit.flush();
      account.balance = 2;
    });
    expect((await orm.query(Account).where({ id: ann }).get()).version).toBe(3);
  },
  'refuse to write over what somebody else has changed': async (context) => {
    const [ann = ''] = await setUp(context);
    const { orm } = context;
    const late = orm.unitOfWork(async (unit) => {
      const account = await unit.get(Account, ann);
      await orm.unitOfWork(async (other) => void ((await other.get(Account, ann)).balance = 5));
      account.balance = 6;
      unit.create(Account, { owner: 'eve' });
    });
    await expectRefusal(late, 'ENTITY_CONFLICT', { status: 409, model: 'account', expected: 1, found: 2 });
    expect((await orm.query(Account).orderBy({ owner: 'asc' }).all()).map(({ owner, balance }) => [owner, balance])).toEqual([
      ['ann', 5],
      ['bob', 10],
    ]);
  },
  'refuse to remove what somebody else has changed, or has removed': async (context) => {
    const [ann = '', bob = ''] = await setUp(context);
    const { orm } = context;
    const removing = orm.unitOfWork(async (unit) => {
      unit.remove(await unit.get(Account, ann));
      await orm.unitOfWork(async (other) => void ((await other.get(Account, ann)).balance = 5));
    });
    await expectRefusal(removing, 'ENTITY_CONFLICT', { status: 409 });
    const changing = orm.unitOfWork(async (unit) => {
      (await unit.get(Account, bob)).balance = 1;
      await orm.unitOfWork((other) => other.query(Account).where({ id: bob }).delete());
    });
    await expectRefusal(changing, 'ENTITY_CONFLICT', { status: 409, found: undefined });
  },
  'compare the one that a client has seen': async (context) => {
    const [ann = ''] = await setUp(context);
    const { orm } = context;
    await orm.unitOfWork(async (unit) => {
      await expectRefusal(unit.get(Account, ann, { version: 2 }), 'ENTITY_CONFLICT', { status: 409, expected: 2, found: 1 });
      const account = await unit.get(Account, ann, { version: 1 });
      account.assign({ balance: 1, version: 1 });
      expect(() => account.assign({ balance: 2, version: 7 })).toThrow(expect.objectContaining({ code: 'OXI_ORM_ENTITY_CONFLICT' }));
    });
    expect((await orm.query(Account).where({ id: ann }).get()).balance).toBe(1);
  },
  'count for rows that are written at once': async (context) => {
    const [ann = ''] = await setUp(context);
    const { orm } = context;
    await orm.unitOfWork(async (unit) => {
      await unit.query(Account).where({ id: ann }).update({ balance: 1 });
      await unit.query(Account).where({ id: ann }).increment('balance');
      await unit.upsert(Account, [{ owner: 'ann', balance: 3 }, { owner: 'eve' }], { by: ['owner'] });
    });
    expect((await orm.query(Account).orderBy({ owner: 'asc' }).all()).map(({ owner, version }) => [owner, version])).toEqual([
      ['ann', 4],
      ['bob', 1],
      ['eve', 1],
    ]);
  },
  'let one of two that change at once succeed': async (context) => {
    const [ann = ''] = await setUp(context);
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const results = await Promise.allSettled(
      both.map(({ resolve }, index) =>
        context.orm.unitOfWork(async (unit) => {
          const account = await unit.get(Account, ann);
          resolve();
          await Promise.all(both.map(({ promise }) => promise));
          account.balance = index;
        }),
      ),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await context.orm.query(Sample).count()).toBe(0);
  },
});
