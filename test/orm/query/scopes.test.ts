import { belongsTo, defineModel, field, hasMany, hasOne, orm as ormPlugin, type Orm, type Query } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';

const Shop = defineModel('shop', { name: field.string(), items: hasMany(() => Item, 'shop'), owner: hasOne(() => Owner, 'shop') });
const Owner = defineModel(
  'owner',
  { name: field.string(), active: field.boolean(), shop: belongsTo(() => Shop).unique() },
  { scopes: { active: { active: true } }, defaultScopes: ['active'] },
);
const Item = defineModel(
  'item',
  { name: field.string(), price: field.integer(), hidden: field.boolean().default(false), shop: belongsTo(() => Shop) },
  {
    scopes: { shown: { hidden: false }, cheap: { price: { lt: 10 } }, between: (from: number, to: number) => ({ price: { gte: from, lte: to } }) },
    defaultScopes: ['shown'],
  },
);

describeOnDatabases((database) => {
  let kernel: TestKernel;
  let orm: Orm;

  beforeAll(async () => {
    const opened = await database.open();
    const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (own) => own.onDispose(() => opened.drop()) });
    kernel = await createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [Item, Owner], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork(async (unit) => {
      const [one = 0, two = 0] = await unit.insertMany(Shop, [{ name: 'one' }, { name: 'two' }]);
      await unit.insertMany(Owner, [
        { name: 'ann', active: true, shop: one },
        { name: 'bob', active: false, shop: two },
      ]);
      await unit.insertMany(Item, [
        { name: 'a', price: 5, shop: one },
        { name: 'b', price: 50, shop: one },
        { name: 'c', price: 6, shop: one, hidden: true },
        { name: 'd', price: 7, shop: two, hidden: true },
      ]);
    });
  });

  afterAll(() => kernel.stop());

  const names = async (query: Query<typeof Item>): Promise<string> => (await query.orderBy({ name: 'asc' }).all()).map(({ name }) => name).join('');

  describe('query.scope', () => {
    it('adds the conditions that a model names', async () => {
      expect(await names(orm.query(Item).scope('cheap'))).toBe('a');
      expect(await names(orm.query(Item).scope('between', 6, 60))).toBe('b');
      expect(await names(orm.query(Item).scope('between', 0, 60).scope('cheap').withoutScope('shown'))).toBe('acd');
      // @ts-expect-error a scope is missing a value
      expect(() => orm.query(Item).scope('between', 1)).not.toThrow();
      // @ts-expect-error there is no such scope
      expect(() => orm.query(Item).scope('chaep')).toThrow(/no scope "chaep".*Did you mean "cheap"/);
      // @ts-expect-error a model without scopes
      expect(() => orm.query(Shop).scope('constructor')).toThrow(/no scope "constructor".*none/);
    });

    it('counts as conditions of a change', async () => {
      await orm.unitOfWork(async (unit) => expect(await unit.query(Item).scope('cheap').increment('price', 0)).toBe(1));
    });
  });

  describe('a default scope', () => {
    it('holds unless it is named', async () => {
      expect([await names(orm.query(Item)), await orm.query(Item).count()]).toEqual(['ab', 2]);
      expect(await names(orm.query(Item).withoutScope('shown'))).toBe('abcd');
      expect(() => orm.query(Item).withoutScope('none' as never)).toThrow(/no scope "none"/);
    });

    it('holds in lists, counts and conditions of relations', async () => {
      const shops = await orm.query(Shop).orderBy({ id: 'asc' }).with('items', 'owner').withCount('items').all();
      expect(shops.map(({ items, itemsCount, owner }) => [items.length, itemsCount, owner?.name])).toEqual([
        [2, 2, 'ann'],
        [0, 0, undefined],
      ]);
      const found = async (where: Parameters<ReturnType<typeof shopsQuery>['where']>[0]): Promise<number[]> =>
        (await shopsQuery().where(where).all()).map(({ id }) => id);
      expect(await found({ items: { price: { gt: 0 } } })).toEqual([1]);
      expect(await found({ items: 4 })).toEqual([]);
      expect(await found({ owner: null })).toEqual([2]);
      const all = await shopsQuery()
        .with('items', (items) => items.withoutScope('shown'))
        .all();
      expect(all.map(({ items }) => items.length)).toEqual([3, 1]);
    });

    it('does not hide what is referred to', async () => {
      const Note = await orm.query(Owner).withoutScope('active').with('shop').all();
      expect(Note).toHaveLength(2);
    });

    it('holds for managed entities, and for changes of rows', async () => {
      await orm.unitOfWork(async (unit) => {
        expect(await unit.find(Item, 3)).toBeUndefined();
        expect((await unit.find(Item, 3, { withoutScope: ['shown'] }))?.name).toBe('c');
        expect(await unit.list(Item)).toHaveLength(2);
        expect(await unit.list(Item, {}, { withoutScope: ['shown'] })).toHaveLength(4);
        expect(await unit.query(Item).where({}).increment('price', 0)).toBe(2);
      });
    });
  });

  describe('query.apply', () => {
    it('gives steps a name of their own', async () => {
      const expensive = (query: Query<typeof Item>) => query.where({ price: { gt: 10 } });
      expect(await names(orm.query(Item).apply(expensive))).toBe('b');
      expect(await orm.query(Item).apply((query) => query.select('name').first())).toHaveProperty('name');
    });
  });

  function shopsQuery() {
    return orm.query(Shop).orderBy({ id: 'asc' });
  }
});

describe('the options "scopes" and "defaultScopes"', () => {
  const boot = (options: object): Promise<TestKernel> =>
    createTestKernel({
      plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [defineModel('thing', { size: field.integer() }, options as never)] })],
    });

  it.each<[string, object, RegExp]>([
    ['a field that does not exist', { scopes: { big: { sise: 5 } } }, /scope "big" is not right.*Did you mean "size"/],
    ['a value of another type', { scopes: { big: { size: 'big' } } }, /it is a number/],
    ['a default that does not exist', { scopes: { big: { size: 5 } }, defaultScopes: ['bgi'] }, /names "bgi", which is no scope; there are: big/],
    ['a default that takes values', { scopes: { of: (size: number) => ({ size }) }, defaultScopes: ['of'] }, /cannot take values/],
  ])('refuse %s', async (_, options, message) => {
    await expect(boot(options)).rejects.toThrow(message);
  });
});
