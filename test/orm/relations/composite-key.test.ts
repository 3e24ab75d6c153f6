import {
  type AnyModel,
  belongsTo,
  type CreateData,
  defineModel,
  field,
  hasMany,
  hasOne,
  type InferModel,
  type InferRow,
  type KeyOf,
  manyToMany,
  morphTo,
  type Orm,
} from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import { createLayouts } from '../../../plugins/orm/src/model/model-layout.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';
import { createShopFactory, type Shop } from './shop.ts';

const Bill = defineModel('bill', { number: field.string(), lines: hasMany(() => BillLine, 'bill'), stamp: hasOne(() => Stamp, 'bill') });
type Bill = InferModel<typeof Bill>;
const BillLine = defineModel(
  'billLine',
  { position: field.integer(), text: field.string(), bill: belongsTo(() => Bill).onDelete('cascade'), seller: belongsTo(() => Bill).nullable() },
  { key: ['bill', 'position'], softDeletes: true, timestamps: true },
);
type BillLine = InferModel<typeof BillLine>;
const Stamp = defineModel(
  'stamp',
  {
    bill: belongsTo(() => Bill)
      .unique()
      .onDelete('cascade'),
    code: field.string(),
  },
  { key: ['code', 'bill'] },
);

const createBills = createShopFactory([BillLine, Stamp]);

declare const orm: Orm;
/** The bodies are only type-checked. */
const typed = (_body: () => unknown): void => undefined;

describe('a key of several parts', () => {
  it('is an object in types, beside no id', () => {
    expectTypeOf<KeyOf<typeof BillLine>>().toEqualTypeOf<{ readonly billId: number; readonly position: number }>();
    expectTypeOf<keyof InferRow<typeof BillLine>>().toEqualTypeOf<'billId' | 'position' | 'text' | 'sellerId' | 'createdAt' | 'updatedAt'>();
    expectTypeOf<keyof CreateData<typeof Stamp>>().toEqualTypeOf<'bill' | 'code'>();
    expectTypeOf<keyof z.output<typeof BillLine.update>>().toEqualTypeOf<'text'>();
    expectTypeOf<keyof z.output<typeof BillLine.read>>().toEqualTypeOf<'createdAt' | 'position' | 'text' | 'updatedAt'>();
    expect(Object.keys(BillLine.update.shape)).toEqual(['text']);
    expect(Object.keys(BillLine.read.shape)).toEqual(['position', 'text', 'createdAt', 'updatedAt']);
    typed(async (line = {} as BillLine) => {
      expectTypeOf(await orm.get(BillLine, { billId: 1, position: 2 })).toEqualTypeOf<BillLine>();
      orm.query(Bill).where({ lines: line });
      // @ts-expect-error it has no id
      void line.id;
      // @ts-expect-error the position is a number
      return orm.get(BillLine, { billId: 1, position: 'x' });
    });
  });

  const Plain = defineModel('plain', { name: field.string() });
  const keyed =
    (key: readonly string[], fields: AnyModel['fields'] = {}, options: object = {}) =>
    (): AnyModel =>
      defineModel('keyed', { one: field.integer(), two: field.integer(), ...fields }, { key, ...options });
  const Keyed = keyed(['one', 'two'])();
  it.each<[string, () => unknown, RegExp]>([
    ['one part', keyed(['one']), /at least two parts/],
    ['a part twice', keyed(['one', 'one']), /names a part twice/],
    ['a part that is not there', keyed(['one', 'toString']), /"toString", which is neither a field nor a belongsTo/],
    ['a relation to many', keyed(['one', 'many'], { many: manyToMany(() => Plain) }), /"many", which is neither/],
    ['a part that may be null', keyed(['one', 'none'], { none: belongsTo(() => Plain).nullable() }), /"none", which may be null/],
    ['a part without an order', keyed(['one', 'words'], { words: field.text() }), /"words", which is of type text/],
    ['an id beside it', keyed(['one', 'two'], {}, { id: 'uuid' }), /both an "id" and a "key"/],
    ['a primary field beside it', keyed(['one', 'two'], { three: field.integer().primary() }), /both a primary field and a "key"/],
    [
      'that somebody belongs to it',
      () => createLayouts([defineModel('x', { of: belongsTo(() => Keyed) })]),
      /refers to keyed, whose key has several parts \(one, two\).*uniques/,
    ],
    ['that somebody may belong to it', () => createLayouts([defineModel('x', { of: morphTo(() => [Plain, Keyed]) })]), /whose key has several parts/],
    ['pairs with it', () => createLayouts([defineModel('x', { many: manyToMany(() => Keyed) })]), /whose key has several parts/],
    ['pairs of its own', () => createLayouts([keyed(['one', 'two'], { many: manyToMany(() => Plain) })()]), /whose key has several parts/],
  ])('refuses %s', (_, make, message) => expect(make).toThrow(message));
});

describeOnDatabases((database) => {
  let app: Shop;
  let first: number;
  let second: number;

  beforeEach(async () => {
    app = await createBills(database);
    [first, second] = await app.orm.unitOfWork(async (unit) => {
      const bills = ['A', 'B'].map((number) => unit.create(Bill, { number }));
      const [one, two] = bills;
      if (one === undefined || two === undefined) throw new Error('there are two');
      for (const [bill, position] of [
        [two, 1],
        [one, 2],
        [one, 1],
      ] as const)
        unit.create(BillLine, { bill, position, text: `${bill.number}${position}` });
      unit.create(Stamp, { bill: one, code: 'S' });
      await unit.flush();
      return [one.id, two.id];
    });
  });

  afterEach(() => app.stop());

  const texts = async (): Promise<string[]> => (await app.orm.query(BillLine).orderBy({ text: 'asc' }).all()).map(({ text }) => text);

  describe('entities with a key of several parts', () => {
    it('are found by key, by conditions, and with relations', async () => {
      await app.orm.unitOfWork(async (unit) => {
        const line = await unit.get(BillLine, { billId: first, position: 2 }, { with: ['bill'] });
        expect([line.text, line.bill.number]).toEqual(['A2', 'A']);
        expect((await unit.find(BillLine, { text: 'A2' })) === line).toBe(true);
        expect(await unit.find(BillLine, { billId: second, position: 2 })).toBeUndefined();
        await expect(unit.get(BillLine, { billId: 99, position: 1 })).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_NOT_FOUND' });
        expect((await unit.list(BillLine, {}, { orderBy: { text: 'desc' } })).map(({ text }) => text)).toEqual(['B1', 'A2', 'A1']);
        const bill = await unit.get(Bill, first, { with: ['lines', 'stamp'] });
        expect(bill.lines.contains(line)).toBe(true);
        expect(bill.stamp?.code).toBe('S');
      });
    });

    it('are changed and removed, softly and for good', async () => {
      await app.orm.unitOfWork(async (unit) => {
        (await unit.get(BillLine, { billId: first, position: 1 })).assign({ text: 'A1 changed', seller: second });
        unit.remove(await unit.get(BillLine, { billId: first, position: 2 }));
        unit.forceRemove(await unit.get(BillLine, { billId: second, position: 1 }));
      });
      expect(await texts()).toEqual(['A1 changed']);
      await app.orm.unitOfWork(async (unit) => {
        expect(await unit.find(BillLine, { billId: first, position: 2 })).toBeUndefined();
        unit.restore(await unit.get(BillLine, { billId: first, position: 2 }, { withTrashed: true }));
      });
      expect(await texts()).toEqual(['A1 changed', 'A2']);
      await app.orm.unitOfWork(async (unit) => unit.remove(await unit.get(Bill, first)));
      expect(await texts()).toEqual([]);
    });

    it('can be changed when they came with a relation', async () => {
      await app.orm.unitOfWork(async (unit) => {
        const bill = await unit.get(Bill, first);
        for (const line of await bill.lines.loadItems()) unit.assign(line, { text: `${line.text}!` });
      });
      expect(await texts()).toEqual(['A1!', 'A2!', 'B1']);
    });

    it('name the parts that are taken or missing', async () => {
      const create = (data: object): Promise<void> => app.orm.unitOfWork((unit) => void unit.create(BillLine, { text: 'x', ...data } as never));
      await expect(create({ bill: first, position: 1 })).rejects.toMatchObject({
        code: 'OXI_ORM_UNIQUE_VIOLATION',
        model: 'billLine',
        errors: [{ path: '/bill' }, { path: '/position' }],
      });
      await expect(create({ bill: 99, position: 1 })).rejects.toMatchObject({ code: 'OXI_ORM_FOREIGN_KEY_VIOLATION', errors: [{ path: '/bill' }] });
      await expect(create({ bill: first })).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', errors: [{ path: '/position' }] });
    });
  });

  describe('queries of a model with a key of several parts', () => {
    it('sort pages by all parts', async () => {
      const pages = await Promise.all([0, 1, 2].map((offset) => app.orm.query(BillLine).paginate({ limit: 1, offset })));
      expect(pages.map(({ items, total }) => [items[0]?.text, total])).toEqual([
        ['A1', 3],
        ['A2', 3],
        ['B1', 3],
      ]);
      expect(app.orm.query(BillLine).toSql().sql).not.toMatch(/order by/);
    });

    it('are read in parts, behind all parts of the key', async () => {
      const found: string[] = [];
      for await (const { text } of app.orm.query(BillLine).stream({ chunk: 1 })) found.push(text);
      expect(found).toEqual(['A1', 'A2', 'B1']);
      const page = await app.orm.query(BillLine).orderBy({ billId: 'desc' }).paginateByCursor({ limit: 2 });
      expect(page.items.map(({ text }) => text)).toEqual(['B1', 'A1']);
      const next = await app.orm
        .query(BillLine)
        .orderBy({ billId: 'desc' })
        .paginateByCursor({ limit: 2, after: page.next ?? '' });
      expect(next.items.map(({ text }) => text)).toEqual(['A2']);
    });

    it('write rows in bulk', async () => {
      await app.orm.unitOfWork(async (unit) => {
        expect(await unit.insertMany(BillLine, [{ bill: first, position: 3, text: 'A3' }])).toEqual([{ billId: first, position: 3 }]);
        await unit.upsert(BillLine, [{ bill: first, position: 3, text: 'A3!' }], { by: ['bill', 'position'] });
        expect(
          await unit
            .query(BillLine)
            .where({ bill: { lines: { text: 'B1' } } })
            .update({ text: 'B1!' }),
        ).toBe(1);
        await expect(unit.query(BillLine).where({}).update({ position: 9 })).rejects.toThrow(/"position" is its key/);
      });
      expect(await texts()).toEqual(['A1', 'A2', 'A3!', 'B1!']);
    });

    it('load, count and compare it as the many, and the one, of another', async () => {
      const bills = await app.orm
        .query(Bill)
        .with('lines', (lines) => lines.select('text'))
        .with('stamp')
        .withCount('lines')
        .orderBy({ number: 'asc' })
        .all();
      expect(bills).toEqual([
        { id: first, number: 'A', lines: [{ text: 'A1' }, { text: 'A2' }], linesCount: 2, stamp: { code: 'S', billId: first } },
        { id: second, number: 'B', lines: [{ text: 'B1' }], linesCount: 1, stamp: null },
      ]);
      const numbers = async (where: Parameters<ReturnType<typeof query>['where']>[0]): Promise<string[]> =>
        (await query().where(where).all()).map(({ number }) => number);
      const query = () => app.orm.query(Bill);
      expect(await numbers({ lines: { text: 'A2' } })).toEqual(['A']);
      expect(await numbers({ lines: { billId: second, position: 1 } })).toEqual(['B']);
      expect(await numbers({ stamp: null })).toEqual(['B']);
      await app.orm.unitOfWork(async (unit) => {
        expect(
          await unit
            .query(Bill)
            .where({ lines: await unit.get(BillLine, { billId: second, position: 1 }) })
            .get(),
        ).toMatchObject({ number: 'B' });
      });
      expect(
        await app.orm
          .query(BillLine)
          .where({ bill: { number: 'A' } })
          .with('bill')
          .orderBy({ position: 'asc' })
          .first(),
      ).toMatchObject({ bill: { number: 'A' }, position: 1 });
    });
  });

  describe('migrations', () => {
    it('make the key in the order of its parts', async () => {
      await using project = await createProject(database);
      await using kernel = await project.boot([BillLine, Stamp]);
      const created = await kernel.orm.migrator.create();
      expect(project.read(`migrations/${created?.name}.ts`)).toMatch(/primary key \("?bill_id"?, ?"position"\)/i);
      await kernel.orm.migrator.migrate();
      expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    });
  });
});
