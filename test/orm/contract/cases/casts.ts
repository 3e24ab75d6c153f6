/** Values of the application's own types. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Color, Paint } from '../models/shop.ts';
import { add, expectBoth, expectInvalid, expectRefusal } from './expectations.ts';

const RED = new Color('#f00');

export const casts = defineFeature('Casts', {
  'make values of what is stored, on both roads': async ({ orm }) => {
    const id = await add(orm, Paint, { name: 'red', color: RED, words: new Set(['b', 'a']) });
    await expectBoth(orm, Paint, id, { color: RED, second: null, words: new Set(['a', 'b']) });
  },
  'are compared and sorted by what is stored': async ({ orm }) => {
    await add(orm, Paint, { name: 'red', color: RED });
    await add(orm, Paint, { name: 'blue', color: new Color('#00F') });
    expect(
      (
        await orm
          .query(Paint)
          .where({ color: new Color('#F00') })
          .all()
      ).map(({ name }) => name),
    ).toEqual(['red']);
    expect(
      (
        await orm
          .query(Paint)
          .where({ color: { in: [RED], ne: new Color('#000') } })
          .all()
      ).map(({ name }) => name),
    ).toEqual(['red']);
    expect((await orm.query(Paint).orderBy({ color: 'asc' }).all()).map(({ name }) => name)).toEqual(['blue', 'red']);
    await expectRefusal(
      orm
        .query(Paint)
        .where({ color: '#f00' } as never)
        .all(),
      'QUERY_INVALID',
    );
  },
  'notice a change by what is stored': async ({ orm }) => {
    const id = await add(orm, Paint, { name: 'red', color: RED, words: new Set(['a']) });
    await orm.unitOfWork(async (unit) => {
      const paint = await unit.get(Paint, id);
      paint.words?.add('b');
      paint.color = new Color('#00f');
    });
    await expectBoth(orm, Paint, id, { color: new Color('#00f'), words: new Set(['a', 'b']) });
  },
  'keep the rules of their field, and refuse what is stored as a value': async ({ orm }) => {
    await expectInvalid(add(orm, Paint, { name: 'x', color: '#f00' } as never), '/color');
    await expectInvalid(
      orm.unitOfWork((unit) => unit.insertMany(Paint, [{ name: 'x', color: {} as Color }])),
      '/0/color',
    );
  },
  'are written in bulk': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      await unit.insertMany(Paint, [{ name: 'red', color: RED, second: new Color('#abc') }]);
      await unit
        .query(Paint)
        .where({ second: new Color('#abc') })
        .update({ color: new Color('#fff'), second: null });
    });
    expect(await orm.query(Paint).get()).toMatchObject({ color: new Color('#fff'), second: null });
  },
  'are an error when they cannot read what is stored': async ({ orm, stored }) => {
    await add(orm, Paint, { name: 'red', color: RED });
    await stored.change('paints', { color: 'red' });
    await expectRefusal(orm.query(Paint).all(), 'CAST_FAILED', { model: 'paint', field: 'color' });
  },
});
