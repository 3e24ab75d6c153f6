/** The data of pairs. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Item, Order } from '../models/shop.ts';
import { expectRefusal, NO_FOREIGN_KEYS } from './expectations.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

const DEFAULTS = { price: '0.00', remark: null, gift: false, weight: null, extra: null, addedAt: new Date(1_000) };

/** Writes an order and three items, and returns their keys. */
function setUp(orm: Orm): Promise<{ order: string; lamp: string; chair: string; table: string }> {
  return orm.unitOfWork(async (unit) => {
    const order = unit.create(Order, { number: 'one' });
    const [lamp, chair, table] = [unit.create(Item, { name: 'lamp' }), unit.create(Item, { name: 'chair' }), unit.create(Item, { name: 'table' })];
    await unit.flush();
    return { order: order.id, lamp: lamp.id, chair: chair.id, table: table.id };
  });
}

const pairsOf = async (orm: Orm): Promise<unknown> =>
  (
    await orm
      .query(Order)
      .with('items', (items) => items.orderBy({ name: 'asc' }))
      .get()
  ).items.map(({ name, pivot }) => [name, pivot.quantity, pivot.price]);

export const pivots = defineFeature('Pairs with data', {
  'have values of every type, and defaults': async ({ orm }) => {
    const { order, lamp, chair } = await setUp(orm);
    const data = { quantity: 1, price: '9.5', remark: "it's 😀", gift: true, weight: 2n ** 60n, extra: { size: 4 }, addedAt: new Date(5_001) };
    await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Order, order), 'items', { to: lamp, pivot: { quantity: 2 } }, { to: chair, pivot: data }));
    const { items } = await orm
      .query(Order)
      .with('items', (query) => query.orderBy({ name: 'desc' }))
      .get();
    expect(items).toEqual([
      { id: lamp, name: 'lamp', pivot: { ...DEFAULTS, quantity: 2 } },
      { id: chair, name: 'chair', pivot: { ...data, price: '9.50' } },
    ]);
  },
  'are loaded with the rows that a limit for each row leaves': async ({ orm }) => {
    const { order, lamp, chair, table } = await setUp(orm);
    await orm.unitOfWork(async (unit) => {
      const others = [lamp, chair, table].map((to, index) => ({ to, pivot: { quantity: index + 1 } }));
      unit.attach(await unit.get(Order, order), 'items', ...others);
      unit.create(Order, { number: 'two', items: [{ to: lamp, pivot: { quantity: 7 } }] });
    });
    const orders = await orm
      .query(Order)
      .with('items', (items) => items.orderBy({ name: 'asc' }).limit(2))
      .orderBy({ number: 'asc' })
      .all();
    expect(orders.map(({ items }) => items.map(({ name, pivot }) => `${pivot.quantity} ${name}`))).toEqual([['2 chair', '1 lamp'], ['7 lamp']]);
  },
  'change what is given of a pair that is there': async ({ orm }) => {
    const { order, lamp } = await setUp(orm);
    const attach = (pivot: { quantity: number; price?: string }): Promise<void> =>
      orm.unitOfWork(async (unit) => unit.attach(await unit.get(Order, order), 'items', { to: lamp, pivot }));
    await attach({ quantity: 2, price: '7' });
    await attach({ quantity: 3 });
    expect(await pairsOf(orm)).toEqual([['lamp', 3, '7.00']]);
  },
  'are given on creation, and from the other side': async ({ orm }) => {
    const { lamp } = await setUp(orm);
    await orm.unitOfWork(async (unit) => {
      const order = unit.create(Order, { number: 'two', items: [{ to: lamp, pivot: { quantity: 5 } }] });
      unit.attach(await unit.get(Item, { name: 'chair' }), 'orders', { to: order, pivot: { quantity: 6 } });
    });
    const two = await orm.query(Order).where({ number: 'two' }).with('items').get();
    expect(new Map(two.items.map(({ name, pivot }) => [name, pivot.quantity]))).toEqual(
      new Map([
        ['lamp', 5],
        ['chair', 6],
      ]),
    );
  },
  'keep the rules of their fields': async ({ orm }) => {
    const { order, lamp, chair } = await setUp(orm);
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Order, order);
      const refused = expect.objectContaining({
        code: 'OXI_ORM_INVALID_ENTITY',
        status: 422,
        errors: [expect.objectContaining({ path: '/items/1/pivot/quantity' })],
      });
      expect(() => unit.attach(entity, 'items', { to: lamp, pivot: { quantity: 1 } }, { to: chair, pivot: { quantity: 0 } })).toThrow(refused);
    });
    expect(await pairsOf(orm)).toEqual([]);
  },
  'are made exactly these by sync, which tells what that came to': async ({ orm }) => {
    const { order, lamp, chair, table } = await setUp(orm);
    const sync = (...pairs: { to: string; pivot: { quantity: number; price?: string; weight?: bigint } }[]): Promise<unknown> =>
      orm.unitOfWork(async (unit) => unit.sync(await unit.get(Order, order), 'items', pairs));
    expect(await sync({ to: lamp, pivot: { quantity: 1 } }, { to: chair, pivot: { quantity: 2 } })).toEqual({
      attached: [lamp, chair],
      updated: [],
      detached: [],
    });
    expect(await sync({ to: chair, pivot: { quantity: 3, weight: 5n } }, { to: table, pivot: { quantity: 4 } })).toEqual({
      attached: [table],
      updated: [chair],
      detached: [lamp],
    });
    expect(await sync({ to: chair, pivot: { quantity: 3, weight: 5n } }, { to: table, pivot: { quantity: 4, price: '0' } })).toEqual({
      attached: [],
      updated: [],
      detached: [],
    });
    expect(await pairsOf(orm)).toEqual([
      ['chair', 3, '0.00'],
      ['table', 4, '0.00'],
    ]);
    expect(await sync()).toMatchObject({ attached: [], updated: [] });
    expect(await pairsOf(orm)).toEqual([]);
  },
  'are all written by sync, or none': {
    async run({ orm }) {
      const { order, lamp } = await setUp(orm);
      const failing = orm.unitOfWork(async (unit) =>
        unit.sync(await unit.get(Order, order), 'items', [
          { to: lamp, pivot: { quantity: 1 } },
          { to: NOBODY, pivot: { quantity: 1 } },
        ]),
      );
      await expectRefusal(failing, 'FOREIGN_KEY_VIOLATION', { status: 409, errors: [{ in: 'body', path: '/items' }] });
      expect(await pairsOf(orm)).toEqual([]);
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { order, lamp } = await setUp(orm);
          await orm.unitOfWork(async (unit) =>
            unit.sync(await unit.get(Order, order), 'items', [
              { to: lamp, pivot: { quantity: 1 } },
              { to: NOBODY, pivot: { quantity: 1 } },
            ]),
          );
          expect(await pairsOf(orm)).toEqual([['lamp', 1, '0.00']]);
        },
      },
    },
  },
});
