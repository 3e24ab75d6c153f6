import { belongsTo, defineModel, field, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Shop = defineModel('shop', { name: field.string() });
const Sale = defineModel(
  'sale',
  {
    label: field.string(),
    count: field.integer().nullable(),
    total: field.bigint(),
    price: field.decimal({ precision: 15, scale: 2 }),
    at: field.datetime(),
    day: field.date(),
    paid: field.boolean(),
    token: field.uuid().nullable(),
    shop: belongsTo(() => Shop),
  },
  { softDeletes: true },
);

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;
  let orm: Orm;

  beforeAll(async () => {
    opened = await database.open();
    kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Sale], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork(async (unit) => {
      const shop = unit.create(Shop, { name: 'one' });
      const other = unit.create(Shop, { name: 'two' });
      const base = { at: new Date('2026-01-01T00:00:00.500Z'), day: '2026-01-01', paid: true, shop };
      unit.create(Sale, { ...base, label: 'b', count: 1, total: 4_611_686_018_427_387_904n, price: '9999999999999.98' });
      unit.create(Sale, { ...base, label: 'a', count: 4, total: 1n, price: '0.01', at: new Date('2025-01-01'), day: '2024-02-29' });
      unit.create(Sale, { ...base, label: 'c', count: null, total: -5n, price: '-1.50', shop: other });
      const gone = unit.create(Sale, { ...base, label: 'gone', count: 100, total: 100n, price: '100.00' });
      await unit.flush();
      unit.remove(gone);
    });
  });

  afterAll(async () => {
    await kernel.stop();
    await opened.drop();
  });

  describe('sum', () => {
    it('adds up without losing digits, whatever order, limit and offset are', async () => {
      const query = orm.query(Sale).orderBy({ label: 'asc' }).limit(1);
      expect(await query.sum('count')).toBe(5);
      expect(await query.sum('total')).toBe(4_611_686_018_427_387_900n);
      expect(await query.sum('price')).toBe('9999999999998.49');
      expect(await query.where({ shop: { name: 'two' } }).sum('price')).toBe('-1.50');
      expect(await query.withTrashed().sum('count')).toBe(105);
    });

    it('is 0 for no rows', async () => {
      const none = orm.query(Sale).where({ label: 'none' });
      expect([await none.sum('count'), await none.sum('total'), await none.sum('price')]).toEqual([0, 0n, '0.00']);
    });
  });

  describe('avg', () => {
    it('is a number, or a text for a decimal, and null for no rows', async () => {
      expect(await orm.query(Sale).avg('count')).toBe(2.5);
      const average = await orm
        .query(Sale)
        .where({ label: { in: ['a', 'c'] } })
        .avg('price');
      expect(average).toBeTypeOf('string');
      expect(Number(average)).toBe(-0.745);
      expect(await orm.query(Sale).where({ label: 'none' }).avg('count')).toBeNull();
    });
  });

  describe('min and max', () => {
    it('are values of the field, and null for no rows', async () => {
      const query = orm.query(Sale);
      expect([await query.min('count'), await query.max('count')]).toEqual([1, 4]);
      expect([await query.min('total'), await query.max('total')]).toEqual([-5n, 4_611_686_018_427_387_904n]);
      expect([await query.min('price'), await query.max('price')]).toEqual(['-1.50', '9999999999999.98']);
      expect([await query.min('at'), await query.max('at')]).toEqual([new Date('2025-01-01'), new Date('2026-01-01T00:00:00.500Z')]);
      expect([await query.min('day'), await query.max('day')]).toEqual(['2024-02-29', '2026-01-01']);
      expect([await query.min('label'), await query.max('label')]).toEqual(['a', 'c']);
      expect(await query.max('shopId')).toBe(2);
      expect(await query.where({ label: 'none' }).min('at')).toBeNull();
    });
  });

  describe('an aggregate', () => {
    it.each<[string, (query: ReturnType<typeof sales>) => Promise<unknown>, RegExp]>([
      ['a field that does not exist', (query) => query.sum('colour' as never), /no field "colour"/],
      ['the sum of texts', (query) => query.sum('label'), /of the type string, which has no sum/],
      ['the average of moments', (query) => query.avg('at' as never), /has no avg/],
      ['the least of booleans', (query) => query.min('paid' as never), /has no min/],
      ['text of an attacker', (query) => query.max('count) from sales --' as never), /no field/],
    ])('refuses %s', async (_, work, message) => {
      await expect(work(sales())).rejects.toThrow(message);
    });

    it('is of the type of its field', () => {
      const typed = (_body: () => unknown): void => undefined; // it is only type-checked
      typed(async (query = sales()) => {
        expectTypeOf(await query.sum('count')).toEqualTypeOf<number>();
        expectTypeOf(await query.sum('total')).toEqualTypeOf<bigint>();
        expectTypeOf(await query.sum('price')).toEqualTypeOf<string>();
        expectTypeOf(await query.avg('total')).toEqualTypeOf<number | null>();
        expectTypeOf(await query.max('at')).toEqualTypeOf<Date | null>();
        expectTypeOf(await query.min('count')).toEqualTypeOf<number | null>();
        // @ts-expect-error a moment has no sum
        await query.sum('at');
        // @ts-expect-error a boolean has no least value
        await query.min('paid');
      });
    });
  });

  function sales() {
    return orm.query(Sale);
  }
});
