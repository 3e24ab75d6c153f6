/** Keys of several parts. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Line, Order } from '../models/shop.ts';
import { add, expectRefusal } from './expectations.ts';

const lines = async (orm: Parameters<typeof add>[0]): Promise<string> => {
  const id = await add(orm, Order, { number: 'one' });
  await orm.unitOfWork((unit) =>
    unit.insertMany(
      Line,
      [1, 2, 3].map((position) => ({ order: id, position, what: `thing ${position}` })),
    ),
  );
  return id;
};

export const compositeKeys = defineFeature('Keys of several parts', {
  'find entities by all of their parts': async ({ orm }) => {
    const orderId = await lines(orm);
    await orm.unitOfWork(async (unit) => {
      expect((await unit.get(Line, { orderId, position: 2 })).what).toBe('thing 2');
      expect(await unit.find(Line, { orderId, position: 9 })).toBeUndefined();
      expect((await unit.list(Line, { order: orderId }, { orderBy: { position: 'desc' } })).map(({ position }) => position)).toEqual([3, 2, 1]);
    });
  },
  'are changed and removed': async ({ orm }) => {
    const orderId = await lines(orm);
    await orm.unitOfWork(async (unit) => {
      (await unit.get(Line, { orderId, position: 1 })).assign({ what: 'changed' });
      unit.remove(await unit.get(Line, { orderId, position: 3 }));
    });
    expect((await orm.query(Line).orderBy({ position: 'asc' }).all()).map(({ what }) => what)).toEqual(['changed', 'thing 2']);
  },
  'are unique as a whole': async ({ orm }) => {
    const order = await lines(orm);
    const other = await add(orm, Order, { number: 'two' });
    await orm.unitOfWork((unit) => void unit.create(Line, { order: other, position: 1, what: 'x' }));
    await expectRefusal(
      orm.unitOfWork((unit) => void unit.create(Line, { order, position: 1, what: 'x' })),
      'UNIQUE_VIOLATION',
      { status: 409, model: 'line' },
    );
  },
  'are given back by what writes rows at once': async ({ orm }) => {
    const order = await add(orm, Order, { number: 'one' });
    expect(await orm.unitOfWork((unit) => unit.insertMany(Line, [{ order, position: 7, what: 'x' }]))).toEqual([{ orderId: order, position: 7 }]);
    await orm.unitOfWork((unit) =>
      unit.upsert(
        Line,
        [
          { order, position: 7, what: 'y' },
          { order, position: 8, what: 'z' },
        ],
        { by: ['order', 'position'] },
      ),
    );
    expect((await orm.query(Line).orderBy({ position: 'asc' }).all()).map(({ what }) => what)).toEqual(['y', 'z']);
  },
  'are the many of another model': async ({ orm }) => {
    const id = await lines(orm);
    const order = await orm
      .query(Order)
      .where({ lines: { position: 3 } })
      .with('lines')
      .withCount('lines')
      .get();
    expect([order.id, order.lines.length, order.linesCount]).toEqual([id, 3, 3]);
    await orm.unitOfWork(async (unit) => expect((await unit.get(Order, id, { with: ['lines'] })).lines.length).toBe(3));
  },
  'go with the entity they belong to': async ({ orm }) => {
    const id = await lines(orm);
    await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Order, id)));
    expect(await orm.query(Line).count()).toBe(0);
  },
  'sort pages and cursors': async ({ orm }) => {
    await lines(orm);
    const query = orm.query(Line).orderBy({ amount: 'asc' });
    const first = await query.paginateByCursor({ limit: 2 });
    const second = await query.paginateByCursor({ limit: 2, after: first.next ?? '' });
    expect([...first.items, ...second.items].map(({ position }) => position)).toEqual([1, 2, 3]);
    expect((await query.paginate({ limit: 2, offset: 2 })).items.map(({ position }) => position)).toEqual([3]);
  },
});
