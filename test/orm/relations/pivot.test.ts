import { defineModel, field, manyToMany, type Orm } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createOrders, Item, Label, Order } from './orders.ts';
import { createShopFactory, type Shop } from './shop.ts';

const DEFAULTS = { price: '0.00', note: null, gift: false, kind: 'sale', extra: null, addedAt: new Date(1_000) };

describeOnDatabases((database) => {
  let shop: Shop;
  let order: number;
  let items: number[];
  let labels: string[];

  beforeEach(async () => {
    shop = await createOrders(database);
    await shop.orm.unitOfWork(async (orm) => {
      const first = orm.create(Order, { number: 'one' });
      const things = ['lamp', 'chair', 'table'].map((name) => orm.create(Item, { name }));
      const words = ['red', 'blue'].map((name) => orm.create(Label, { name }));
      await orm.flush();
      [order, items, labels] = [first.id, things.map(({ id }) => id), words.map(({ id }) => id)];
    });
  });

  afterEach(() => shop.stop());

  const item = (index: number): number => items[index] ?? 0;
  const label = (index: number): string => labels[index] ?? '';
  const lines = async (): Promise<unknown[]> =>
    (await shop.orm.query(Order).with('items').get()).items.map(({ id, pivot: { quantity, price, note } }) => [id, quantity, price, note]);
  const change = <Result>(work: (orm: Orm, entity: Order) => Result | Promise<Result>, load: readonly 'items'[] = []): Promise<Result> =>
    shop.orm.unitOfWork(async (orm) => work(orm, await orm.get(Order, order, { with: load })));

  describe('orm.attach', () => {
    it('writes the data of pairs, of every type, and defaults', async () => {
      const extra = { size: 4 };
      const at = new Date(5_000);
      await change((orm, entity) =>
        orm.attach(
          entity,
          'items',
          { to: item(0), pivot: { quantity: 2 } },
          { to: { id: item(1) }, pivot: { quantity: 1, price: '9.5', note: 'x', gift: true, kind: 'loan', extra, addedAt: at } },
        ),
      );
      const { items: found } = await shop.orm.query(Order).with('items').get();
      expect(found).toEqual([
        { id: item(0), name: 'lamp', pivot: { ...DEFAULTS, quantity: 2 } },
        { id: item(1), name: 'chair', pivot: { quantity: 1, price: '9.50', note: 'x', gift: true, kind: 'loan', extra, addedAt: at } },
      ]);
    });

    it('gives a pair that is there the data that is given', async () => {
      await change((orm, entity) => orm.attach(entity, 'items', { to: item(0), pivot: { quantity: 2, note: 'kept' } }));
      await change((orm, entity) => orm.attach(entity, 'items', { to: item(0), pivot: { quantity: 3 } }));
      expect(await lines()).toEqual([[item(0), 3, '0.00', 'kept']]);
      await change((orm, entity) => orm.attach(entity, 'labels', { to: label(0), pivot: { weight: 7 } }));
      await change((orm, entity) => orm.attach(entity, 'labels', label(0), label(1)));
      const { labels: found } = await shop.orm
        .query(Order)
        .with('labels', (query) => query.orderBy({ name: 'desc' }))
        .get();
      expect(found.map(({ name, pivot }) => [name, pivot.weight])).toEqual([
        ['red', 7],
        ['blue', 0],
      ]);
    });

    it('works from the other side, with new entities, and with a loaded collection', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const entity = await orm.get(Order, order, { with: ['items'] });
        orm.attach(entity, 'items', { to: orm.create(Item, { name: 'new' }), pivot: { quantity: 5 } });
        expect(entity.items.getItems().map(({ name }) => name)).toEqual(['new']);
        orm.attach(await orm.get(Item, item(0)), 'orders', { to: entity, pivot: { quantity: 6 } });
      });
      expect((await lines()).map((line) => (line as number[])[1])).toEqual([6, 5]);
      const [lamp] = await shop.orm.query(Item).where({ name: 'lamp' }).with('orders').all();
      expect(lamp?.orders).toMatchObject([{ number: 'one', pivot: { quantity: 6 } }]);
    });

    it('counts what was said last of a pair', async () => {
      const data = { to: item(0), pivot: { quantity: 1 } };
      for (const load of [[], ['items']] as const) {
        await change((orm, entity) => (orm.attach(entity, 'items', data), orm.detach(entity, 'items', item(0))), load);
        expect(await lines()).toEqual([]);
        await change((orm, entity) => (orm.detach(entity, 'items', item(0)), orm.attach(entity, 'items', data)), load);
        expect(await lines()).toHaveLength(1);
        await change((orm, entity) => orm.detach(entity, 'items', item(0)), load);
        expect(await lines()).toEqual([]);
      }
    });

    it('checks all data by the rules of its fields', async () => {
      const path = (index: number, name: string): object => expect.objectContaining({ in: 'body', path: `/items/${index}/pivot/${name}` });
      await change((orm, entity) => {
        const attach =
          (...pairs: unknown[]) =>
          () =>
            orm.attach(entity, 'items', ...(pairs as never[]));
        const invalid = (...errors: object[]) => expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY', status: 422, model: 'order', errors });
        expect(attach(item(0))).toThrow(invalid(path(0, 'quantity')));
        expect(attach({ to: item(0), pivot: { quantity: 0 } }, { to: item(1), pivot: { quantity: 'x', colour: 1, addedAt: 'today', extra: {} } })).toThrow(
          invalid(path(0, 'quantity'), path(1, 'colour'), path(1, 'quantity'), path(1, 'extra/size'), path(1, 'addedAt')),
        );
        expect(attach({ to: item(0), pivot: [] })).toThrow(invalid(expect.objectContaining({ path: '/items' })));
        expect(attach({ to: null, pivot: { quantity: 1 } })).toThrow(/takes a item or its key/);
      });
      expect(await lines()).toEqual([]);
    });

    it('names the relation when the other does not exist', async () => {
      await expect(change((orm, entity) => orm.attach(entity, 'items', { to: 99, pivot: { quantity: 1 } }))).rejects.toMatchObject({
        code: 'OXI_ORM_FOREIGN_KEY_VIOLATION',
        errors: [{ path: '/items', message: 'does not exist' }],
      });
    });
  });

  describe('create and assign', () => {
    it('take the data of pairs', async () => {
      await shop.orm.unitOfWork((orm) => {
        orm.create(Order, { number: 'two', items: [{ to: item(0), pivot: { quantity: 4 } }], labels: [label(0), { to: label(1), pivot: { weight: 2 } }] });
      });
      const two = await shop.orm.query(Order).where({ number: 'two' }).with('items', 'labels').get();
      expect(two.items).toMatchObject([{ name: 'lamp', pivot: { quantity: 4 } }]);
      expect(Object.fromEntries(two.labels.map(({ name, pivot }) => [name, pivot.weight]))).toEqual({ red: 0, blue: 2 });
    });

    it('keep the data of pairs that stay, loaded or not', async () => {
      for (const load of [[], ['items']] as const) {
        await change((orm, entity) =>
          orm.attach(entity, 'items', { to: item(0), pivot: { quantity: 1, note: 'kept' } }, { to: item(1), pivot: { quantity: 2 } }),
        );
        await change(
          (_, entity) =>
            entity.assign({
              items: [
                { to: item(0), pivot: { quantity: 9 } },
                { to: item(2), pivot: { quantity: 3 } },
              ],
            }),
          load,
        );
        expect(await lines()).toEqual([
          [item(0), 9, '0.00', 'kept'],
          [item(2), 3, '0.00', null],
        ]);
        await change((_, entity) => entity.assign({ items: [] }), load);
        expect(await lines()).toEqual([]);
      }
    });

    it('refuse bad data before anything is created', async () => {
      await shop.orm.unitOfWork((orm) => {
        expect(() => orm.create(Order, { number: 'bad', items: [{ to: item(0), pivot: { quantity: 0 } }] })).toThrow(
          expect.objectContaining({ errors: [expect.objectContaining({ path: '/items/0/pivot/quantity' })] }),
        );
      });
      expect(await shop.orm.query(Order).count()).toBe(1);
    });
  });

  describe('a collection of pairs with data', () => {
    it('writes what several owners have added of the same entities', async () => {
      const Person = defineModel('person', { name: field.string(), teams: manyToMany(() => Team, 'people') });
      const Team = defineModel('team', { name: field.string(), people: manyToMany(() => Person, { pivot: { weight: field.integer().default(0) } }) });
      await using own = await createShopFactory([Team])(database);
      await own.orm.unitOfWork(async (orm) => {
        const teams = ['one', 'two'].map((name) => orm.create(Team, { name }));
        const person = orm.create(Person, { name: 'ann' });
        await orm.flush();
        for (const team of teams) team.people.add(person);
      });
      expect(await own.orm.query(Person).withCount('teams').get()).toMatchObject({ teamsCount: 2 });
    });

    it('writes what is added with defaults, and takes out what is removed', async () => {
      await change(async (orm, entity) => {
        const [red, blue] = await orm.list(Label, {}, { orderBy: { name: 'desc' } });
        if (red === undefined || blue === undefined) throw new Error('there are labels');
        entity.labels.add(red, blue);
        await orm.flush();
        await orm.populate(entity, 'labels');
        entity.labels.remove(red);
      });
      expect((await shop.orm.query(Order).with('labels').get()).labels).toMatchObject([{ name: 'blue', pivot: { weight: 0 } }]);
    });

    it('refuses to add what needs a value', async () => {
      const added = change(async (orm, entity) => entity.items.add(await orm.get(Item, item(0))));
      await expect(added).rejects.toMatchObject({ errors: [{ path: '/items/0/pivot/quantity', message: 'is required' }] });
    });
  });

  describe('orm.sync', () => {
    it('makes the pairs exactly these and returns what differs', async () => {
      const at = (index: number, quantity: number, price = '1.5') => ({ to: item(index), pivot: { quantity, price } });
      expect(await change((orm, entity) => orm.sync(entity, 'items', [at(0, 1), at(1, 2)]))).toEqual({
        attached: [item(0), item(1)],
        updated: [],
        detached: [],
      });
      expect(await change((orm, entity) => orm.sync(entity, 'items', [at(1, 2, '1.50'), at(0, 7)]))).toEqual({
        attached: [],
        updated: [item(0)],
        detached: [],
      });
      expect(await change((orm, entity) => orm.sync(entity, 'items', [at(2, 1), at(0, 7)]))).toEqual({ attached: [item(2)], updated: [], detached: [item(1)] });
      expect(await lines()).toEqual([
        [item(0), 7, '1.50', null],
        [item(2), 1, '1.50', null],
      ]);
      expect(await change((orm, entity) => orm.sync(entity, 'items', []))).toEqual({ attached: [], updated: [], detached: [item(0), item(2)] });
    });

    it('compares values of every type', async () => {
      const pair = () => ({
        to: item(0),
        pivot: { quantity: 1, price: '2', note: null, gift: true, kind: 'loan' as const, extra: { size: 1 }, addedAt: new Date(9_000) },
      });
      await change((orm, entity) => orm.sync(entity, 'items', [pair()]));
      const same = { attached: [], updated: [], detached: [] };
      expect(await change((orm, entity) => orm.sync(entity, 'items', [pair()]))).toEqual(same);
      expect(await change((orm, entity) => orm.sync(entity, 'items', [{ to: item(0), pivot: { quantity: 1 } }]))).toEqual(same);
      for (const difference of [
        { price: '2.01' },
        { note: 'x' },
        { gift: false },
        { kind: 'sale' as const },
        { extra: { size: 2 } },
        { extra: null },
        { addedAt: new Date(9_001) },
      ])
        expect(await change((orm, entity) => orm.sync(entity, 'items', [{ to: item(0), pivot: { quantity: 1, ...difference } }]))).toEqual({
          ...same,
          updated: [item(0)],
        });
    });

    it('works without data, from either side, and keeps what is loaded', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const lamp = await orm.get(Item, item(0), { with: ['labels'] });
        expect(await orm.sync(lamp, 'labels', [label(0), label(0), label(1)])).toEqual({ attached: [label(0), label(1)], updated: [], detached: [] });
        expect(lamp.labels.length).toBe(2);
        expect(await orm.sync(lamp, 'labels', [{ id: label(1) }])).toEqual({ attached: [], updated: [], detached: [label(0)] });
        await orm.flush();
        expect(await orm.sync(lamp, 'orders', [{ to: order, pivot: { quantity: 3 } }])).toEqual({ attached: [order], updated: [], detached: [] });
      });
      expect(await shop.orm.query(Item).where({ name: 'lamp' }).with('labels').get()).toMatchObject({ labels: [{ name: 'blue' }] });
      expect(await lines()).toEqual([[item(0), 3, '0.00', null]]);
    });

    it('flushes what is pending first', async () => {
      await shop.orm.unitOfWork(async (orm) => {
        const entity = orm.create(Order, { number: 'new' });
        const thing = orm.create(Item, { name: 'new' });
        expect(await orm.sync(entity, 'items', [{ to: thing, pivot: { quantity: 1 } }])).toEqual({ attached: [thing.id], updated: [], detached: [] });
      });
      expect(
        await shop.orm
          .query(Order)
          .where({ number: 'new', items: { name: 'new' } })
          .exists(),
      ).toBe(true);
    });

    it('writes all or nothing', async () => {
      await change((orm, entity) => orm.attach(entity, 'items', { to: item(0), pivot: { quantity: 1 } }));
      const broken = change((orm, entity) => {
        orm.create(Item, { name: 'lost' });
        return orm.sync(entity, 'items', [
          { to: item(1), pivot: { quantity: 1 } },
          { to: 99, pivot: { quantity: 1 } },
        ]);
      });
      await expect(broken).rejects.toMatchObject({ code: 'OXI_ORM_FOREIGN_KEY_VIOLATION', errors: [{ path: '/items' }] });
      expect(await lines()).toEqual([[item(0), 1, '0.00', null]]);
      expect(await shop.orm.query(Item).where({ name: 'lost' }).exists()).toBe(false);
    });

    it('is part of the transaction it is in', async () => {
      const rolledBack = change((orm, entity) =>
        orm.transaction(async () => {
          await orm.sync(entity, 'items', [{ to: item(0), pivot: { quantity: 1 } }]);
          throw new Error('no');
        }),
      );
      await expect(rolledBack).rejects.toThrow('no');
      expect(await lines()).toEqual([]);
    });
  });

  describe('query.with', () => {
    it('keeps the data of pairs when the related rows are refined', async () => {
      await change((orm, entity) => orm.attach(entity, 'items', { to: item(0), pivot: { quantity: 1 } }, { to: item(1), pivot: { quantity: 2 } }));
      const refined = await shop.orm
        .query(Order)
        .with('items', (query) =>
          query
            .where({ name: { ne: 'lamp' } })
            .select('name')
            .with('labels'),
        )
        .withCount('items')
        .get();
      expect(refined).toMatchObject({ itemsCount: 2, items: [{ name: 'chair', labels: [], pivot: { quantity: 2 } }] });
      expect(await shop.orm.query(Item).with('labels').where({ name: 'lamp' }).get()).toEqual({ id: item(0), name: 'lamp', labels: [] });
    });
  });
});
