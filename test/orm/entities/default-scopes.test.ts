/** Default scopes of what relations of managed entities lead to. What they hide must outlive every flush. */
import { belongsTo, defineModel, field, hasMany, hasOne, type InferModel, manyToMany, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { watchStatements } from '../support/watch-statements.ts';
import { describeOnDatabases } from '../support/databases.ts';

const shown = { scopes: { shown: { hidden: false } }, defaultScopes: ['shown'] } as const;

const Shop = defineModel('shop', {
  name: field.string(),
  items: hasMany(() => Item, 'shop'),
  spares: hasMany(() => Item, 'spareOf'),
  owner: hasOne(() => Owner, 'shop'),
  tags: manyToMany(() => Tag, { pivot: { weight: field.integer().default(1) } }),
  marks: manyToMany(() => Tag, { table: 'shop_marks' }),
});
const Owner = defineModel(
  'owner',
  {
    name: field.string(),
    hidden: field.boolean().default(false),
    shop: belongsTo(() => Shop)
      .nullable()
      .unique(),
  },
  shown,
);
const Item = defineModel(
  'item',
  { name: field.string(), hidden: field.boolean().default(false), shop: belongsTo(() => Shop), spareOf: belongsTo(() => Shop).nullable() },
  { ...shown, softDeletes: true },
);
const Tag = defineModel('tag', { name: field.string(), hidden: field.boolean().default(false), marked: manyToMany(() => Shop, 'marks') }, shown);
type Shop = InferModel<typeof Shop>;

const RELATIONS = ['items', 'spares', 'owner', 'tags', 'marks'] as const;
const names = (collection: Iterable<{ readonly name: string }>): string =>
  [...collection]
    .map(({ name }) => name)
    .toSorted()
    .join('');
const look = ({ items, spares, owner, tags, marks }: Shop): unknown => [names(items), names(spares), owner?.name ?? null, names(tags), names(marks)];

describeOnDatabases((database) => {
  let kernel: TestKernel;
  let orm: Orm;

  beforeAll(async () => {
    const opened = await database.open();
    const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (own) => own.onDispose(() => opened.drop()) });
    kernel = await createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [Shop], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
  });
  beforeEach(async () => {
    await orm.unitOfWork(async (unit) => {
      await unit.query(Owner).withoutScope('shown').where({}).delete();
      await unit.query(Item).withoutScope('shown').withTrashed().where({}).forceDelete();
      await unit.query(Tag).withoutScope('shown').where({}).delete();
      await unit.query(Shop).where({}).delete();
      const tags = ['x', 'y', 'z'].map((name) => unit.create(Tag, { name, hidden: name === 'x' }));
      for (const name of ['one', 'two']) {
        const shop = unit.create(Shop, { name, tags, marks: tags });
        unit.create(Owner, { name: name === 'one' ? 'ann' : 'bob', hidden: name === 'two', shop });
        for (const item of ['a', 'b', 'c', 'd']) unit.create(Item, { name: item, hidden: item === 'a', shop, spareOf: shop });
      }
      await unit.flush();
      for (const item of await unit.list(Item, { name: 'd' })) unit.remove(item);
    });
  });
  afterAll(() => kernel.stop());

  const SHOWN = [
    ['bc', 'bc', 'ann', 'yz', 'yz'],
    ['bc', 'bc', null, 'yz', 'yz'],
  ];
  const ALL = [
    ['abc', 'abc', 'ann', 'xyz', 'xyz'],
    ['abc', 'abc', 'bob', 'xyz', 'xyz'],
  ];
  const shops = (unit: Orm): Promise<Shop[]> => unit.list(Shop, {}, { orderBy: { id: 'asc' } });
  /** What the tables hold, whatever is hidden. */
  const stored = async (): Promise<unknown> => {
    const rows = await orm
      .query(Shop)
      .with('items', (items) => items.withoutScope('shown'))
      .with('spares', (spares) => spares.withoutScope('shown'))
      .with('owner', (owners) => owners.withoutScope('shown'))
      .with('tags', (tags) => tags.withoutScope('shown'))
      .with('marks', (marks) => marks.withoutScope('shown'))
      .orderBy({ id: 'asc' })
      .all();
    return rows.map((row) => look(row as unknown as Shop)); // they have the same names
  };

  describe('a default scope of what relations of entities lead to', () => {
    it('holds for with, as it does in a query', async () => {
      await orm.unitOfWork(async (unit) => {
        expect((await unit.list(Shop, {}, { with: RELATIONS, orderBy: { id: 'asc' } })).map(look)).toEqual(SHOWN);
      });
      expect(
        (
          await orm
            .query(Shop)
            .with(...RELATIONS)
            .orderBy({ id: 'asc' })
            .all()
        ).map((row) => look(row as unknown as Shop)),
      ).toEqual(SHOWN);
    });

    it('holds for one that is found, and in a transaction with a lock', async () => {
      await orm.unitOfWork(async (unit) => expect(look(await unit.get(Shop, { name: 'two' }, { with: RELATIONS }))).toEqual(SHOWN[1]));
      await orm.unitOfWork((unit) =>
        unit.transaction(async () => expect(look(await unit.get(Shop, { name: 'one' }, { with: RELATIONS, lock: 'update' }))).toEqual(SHOWN[0])),
      );
    });

    it('holds for populate, load and loadItems', async () => {
      await orm.unitOfWork(async (unit) => {
        const list = await shops(unit);
        await unit.populate(list, ...RELATIONS);
        expect(list.map(look)).toEqual(SHOWN);
      });
      await orm.unitOfWork(async (unit) => {
        const list = await shops(unit);
        await list[0]?.load(...RELATIONS);
        expect(list.map(look)).toEqual(SHOWN);
      });
      await orm.unitOfWork(async (unit) => expect(names((await (await shops(unit))[1]?.items.loadItems()) ?? [])).toBe('bc'));
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'two' });
        expect([names(await shop.items.loadItems()), names(await shop.tags.loadItems())]).toEqual(['bc', 'yz']);
      });
    });

    it('holds for loadCount', async () => {
      await orm.unitOfWork(async (unit) => {
        const [, shop] = await shops(unit);
        if (shop === undefined) throw new Error('there are two');
        expect([await shop.items.loadCount(), await shop.tags.loadCount(), await shop.marks.loadCount()]).toEqual([2, 2, 2]);
        await shop.load('items');
        expect(await shop.items.loadCount()).toBe(2);
        expect(await (await unit.get(Shop, { name: 'one' })).tags.loadCount()).toBe(2);
      });
    });

    it('does not hold when it is named behind the relation', async () => {
      await orm.unitOfWork(async (unit) => {
        const withoutScope = ['items.shown', 'spares.shown', 'owner.shown', 'tags.shown', 'marks.shown'] as const;
        expect((await unit.list(Shop, {}, { with: RELATIONS, withoutScope, orderBy: { id: 'asc' } })).map(look)).toEqual(ALL);
      });
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'one' }, { with: ['items', 'spares'], withoutScope: ['items.shown'] });
        expect([names(shop.items), names(shop.spares)]).toEqual(['abc', 'bc']);
      });
    });

    it('is refused when it is no scope, or its relation is not loaded', async () => {
      await orm.unitOfWork(async (unit) => {
        // @ts-expect-error there is no such scope
        await expect(unit.list(Shop, {}, { with: ['items'], withoutScope: ['items.shwon'] })).rejects.toThrow(/no scope "shwon".*Did you mean "shown"/);
        // @ts-expect-error shops have no scopes
        await expect(unit.list(Shop, {}, { withoutScope: ['shown'] })).rejects.toThrow(/no scope "shown"/);
        await expect(unit.list(Shop, {}, { withoutScope: ['items.shown'] })).rejects.toThrow(/"items", which is not loaded/);
      });
    });

    it('does not hide what is referred to', async () => {
      await orm.unitOfWork(async (unit) => {
        const owner = await unit.get(Owner, { name: 'bob' }, { with: ['shop'], withoutScope: ['shown'] });
        expect(owner.shop?.name).toBe('two');
      });
    });

    it('leaves entities in JSON as they are loaded', async () => {
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'two' }, { with: ['items', 'owner'] });
        expect(JSON.parse(JSON.stringify(shop))).toMatchObject({ name: 'two', items: [{ name: 'b' }, { name: 'c' }], owner: null });
      });
    });
  });

  describe('a flush after a default scope has hidden something', () => {
    it('writes nothing when nothing was changed', async () => {
      await orm.unitOfWork(async (unit) => {
        const list = await unit.list(Shop, {}, { with: RELATIONS });
        unit.em.getUnitOfWork().computeChangeSets();
        expect(unit.em.getUnitOfWork().getChangeSets()).toEqual([]);
        expect(unit.em.getUnitOfWork().getCollectionUpdates()).toEqual([]);
        for (const { items, tags } of list) expect([items.isInitialized(), tags.isInitialized()]).toEqual([true, true]);
      });
      expect(await stored()).toEqual(ALL);
    });

    it('neither deletes nor unlinks what was hidden when lists are emptied or replaced', async () => {
      await orm.unitOfWork(async (unit) => {
        const [one, two] = await unit.list(Shop, {}, { with: RELATIONS, orderBy: { id: 'asc' } });
        if (one === undefined || two === undefined) throw new Error('there are two');
        for (const list of [one.spares, one.tags, one.marks]) list.removeAll();
        two.spares.set([]);
        two.assign({ tags: [], marks: [...two.marks].slice(0, 1) });
      });
      const rest = await stored();
      expect(rest).toEqual([
        ['abc', 'a', 'ann', 'x', 'x'],
        ['abc', 'a', 'bob', 'x', expect.stringMatching(/^x[yz]$/)],
      ]);
    });

    it('keeps what was hidden when others are added, removed, attached and detached', async () => {
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'two' }, { with: RELATIONS });
        const [y] = await unit.list(Tag, { name: 'y' });
        if (y === undefined) throw new Error('there is one');
        unit.create(Item, { name: 'e', shop });
        expect(names(shop.items)).toBe('bce');
        shop.marks.add(unit.create(Tag, { name: 'w' }));
        shop.marks.remove(y);
        unit.detach(shop, 'tags', y);
        unit.attach(shop, 'tags', { to: unit.create(Tag, { name: 'v' }), pivot: { weight: 3 } });
      });
      expect(await stored()).toEqual([ALL[0], ['abce', 'abc', 'bob', 'vxz', 'wxz']]);
    });

    it('takes what is attached anew for the pair that was hidden', async () => {
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'two' }, { with: RELATIONS });
        const x = await unit.get(Tag, { name: 'x' }, { withoutScope: ['shown'] });
        unit.attach(shop, 'marks', x);
        unit.attach(shop, 'tags', { to: x, pivot: { weight: 7 } });
      });
      expect(await stored()).toEqual(ALL);
    });

    it('replaces what was hidden only when all pairs are said: by sync, and in a relation that was not loaded', async () => {
      await orm.unitOfWork(async (unit) => {
        const y = await unit.get(Tag, { name: 'y' });
        await unit.sync(await unit.get(Shop, { name: 'one' }, { with: ['marks'] }), 'marks', [y]);
        (await unit.get(Shop, { name: 'two' })).assign({ marks: [y] });
      });
      expect(await stored()).toEqual(ALL.map((shop) => [...shop.slice(0, 4), 'y']));
    });

    it('keeps what was hidden when it is loaded besides', async () => {
      await orm.unitOfWork(async (unit) => {
        const list = await unit.list(Shop, {}, { with: RELATIONS });
        await unit.list(Item, {}, { withoutScope: ['shown'] });
        await unit.list(Owner, {}, { withoutScope: ['shown'], with: ['shop'] });
        await unit.list(Tag, {}, { withoutScope: ['shown'], with: ['marked'] });
        list[0]?.assign({ name: 'changed' });
      });
      expect(await stored()).toEqual(ALL);
      expect(await orm.query(Shop).where({ name: 'changed' }).count()).toBe(1);
    });

    it('writes what was added before the rest was loaded', async () => {
      await orm.unitOfWork(async (unit) => {
        const shop = await unit.get(Shop, { name: 'two' });
        shop.marks.add(unit.create(Tag, { name: 'v' }));
        await shop.load('marks');
        expect(names(shop.marks)).toBe('vyz');
      });
      expect(await stored()).toMatchObject([ALL[0], [...(ALL[1] ?? []).slice(0, 4), 'vxyz']]);
    });
  });
});

describe('relations of entities that are found with soft deletes', () => {
  it('leave out what is softly deleted', async () => {
    const Room = defineModel('room', { name: field.string(), chairs: hasMany(() => Chair, 'room') }, { softDeletes: true });
    const Chair = defineModel('chair', { name: field.string(), room: belongsTo(() => Room) }, { softDeletes: true });
    const plugin = ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Room], autoMigrate: 'models' });
    await using kernel = await createTestKernel({ plugins: [plugin] });
    const orm = kernel.use('orm');
    await orm.unitOfWork(async (unit) => {
      const room = unit.create(Room, { name: 'one' });
      unit.create(Chair, { name: 'kept', room });
      const gone = unit.create(Chair, { name: 'gone', room });
      await unit.flush();
      unit.remove(gone);
    });
    const statements = await watchStatements(() =>
      orm.unitOfWork(async (unit) =>
        expect((await unit.get(Room, { name: 'one' }, { with: ['chairs'] })).chairs.getItems().map(({ name }) => name)).toEqual(['kept']),
      ),
    );
    expect(statements).toHaveLength(3);
    await orm.unitOfWork(async (unit) => expect((await unit.list(Room, {}, { with: ['chairs'], withTrashed: true }))[0]?.chairs.length).toBe(1));
  });
});
