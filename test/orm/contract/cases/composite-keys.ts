/** Keys of several parts. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Invoice, Line } from '../models/relational.ts';
import { add, expectRefusal, refusesModels } from './expectations.ts';

const lines = async (orm: Parameters<typeof add>[0]): Promise<string> => {
  const id = await add(orm, Invoice, { number: 'one' });
  await orm.unitOfWork((unit) =>
    unit.insertMany(
      Line,
      [1, 2, 3].map((position) => ({ invoice: id, position, what: `thing ${position}` })),
    ),
  );
  return id;
};

export const compositeKeys = defineFeature(
  'Keys of several parts',
  {
    'find entities by all of their parts': async ({ orm }) => {
      const invoiceId = await lines(orm);
      await orm.unitOfWork(async (unit) => {
        expect((await unit.get(Line, { invoiceId, position: 2 })).what).toBe('thing 2');
        expect(await unit.find(Line, { invoiceId, position: 9 })).toBeUndefined();
        expect((await unit.list(Line, { invoice: invoiceId }, { orderBy: { position: 'desc' } })).map(({ position }) => position)).toEqual([3, 2, 1]);
      });
    },
    'are changed and removed': async ({ orm }) => {
      const invoiceId = await lines(orm);
      await orm.unitOfWork(async (unit) => {
        (await unit.get(Line, { invoiceId, position: 1 })).assign({ what: 'changed' });
        unit.remove(await unit.get(Line, { invoiceId, position: 3 }));
      });
      expect((await orm.query(Line).orderBy({ position: 'asc' }).all()).map(({ what }) => what)).toEqual(['changed', 'thing 2']);
    },
    'are unique as a whole': async ({ orm }) => {
      const invoice = await lines(orm);
      const other = await add(orm, Invoice, { number: 'two' });
      await orm.unitOfWork((unit) => void unit.create(Line, { invoice: other, position: 1, what: 'x' }));
      await expectRefusal(
        orm.unitOfWork((unit) => void unit.create(Line, { invoice, position: 1, what: 'x' })),
        'UNIQUE_VIOLATION',
        { status: 409, model: 'line' },
      );
    },
    'are given back by what writes rows at once': async ({ orm }) => {
      const invoice = await add(orm, Invoice, { number: 'one' });
      expect(await orm.unitOfWork((unit) => unit.insertMany(Line, [{ invoice, position: 7, what: 'x' }]))).toEqual([{ invoiceId: invoice, position: 7 }]);
      await orm.unitOfWork((unit) =>
        unit.upsert(
          Line,
          [
            { invoice, position: 7, what: 'y' },
            { invoice, position: 8, what: 'z' },
          ],
          { by: ['invoice', 'position'] },
        ),
      );
      expect((await orm.query(Line).orderBy({ position: 'asc' }).all()).map(({ what }) => what)).toEqual(['y', 'z']);
    },
    'are the many of another model': async ({ orm }) => {
      const id = await lines(orm);
      const invoice = await orm
        .query(Invoice)
        .where({ lines: { position: 3 } })
        .with('lines')
        .withCount('lines')
        .get();
      expect([invoice.id, invoice.lines.length, invoice.linesCount]).toEqual([id, 3, 3]);
      await orm.unitOfWork(async (unit) => expect((await unit.get(Invoice, id, { with: ['lines'] })).lines.length).toBe(3));
    },
    'go with the entity they belong to': async ({ orm }) => {
      const id = await lines(orm);
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Invoice, id)));
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
  },
  {
    mongodb: {
      reason: 'a document has one key: a model with a `key` of several fields is refused when the connection is opened',
      refused: true,
      runs: {
        'are refused with what to write instead': (context) =>
          refusesModels(context, [Line, Invoice], 'line', /one key; write \{ id: 'uuid' \}, and "uniques"/),
      },
    },
  },
);
