import { belongsTo, defineModel, type EntityCollection, field, hasMany, hasOne, type InferModel } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createShopFactory, type Shop } from './shop.ts';

const Category = defineModel('category', {
  name: field.string(),
  parent: belongsTo(() => Category).nullable(),
  children: hasMany(() => Category, 'parent'),
  twin: belongsTo(() => Category)
    .nullable()
    .unique(),
  twinOf: hasOne(() => Category, 'twin'),
});
type Category = InferModel<typeof Category>;

const Person = defineModel('person', { name: field.string(), passport: hasOne(() => Passport, 'holder') });
type Person = InferModel<typeof Person>;
const Passport = defineModel('passport', { number: field.string(), holder: belongsTo(() => Person).unique() });
type Passport = InferModel<typeof Passport>;

const createTree = createShopFactory([Category, Passport]);

describe('a model that refers to itself', () => {
  it('is typed without annotations', () => {
    expectTypeOf<Category['parent']>().toEqualTypeOf<Category | null>();
    expectTypeOf<Category['children']>().toEqualTypeOf<EntityCollection<Category>>();
    expectTypeOf<NonNullable<NonNullable<Category['parent']>['twinOf']>['name']>().toEqualTypeOf<string>();
    expectTypeOf<Person['passport']>().toEqualTypeOf<Passport | null>();
    expectTypeOf<Passport['holder']>().toEqualTypeOf<Person>();
  });
});

describeOnDatabases((database) => {
  let app: Shop;

  beforeEach(async () => {
    app = await createTree(database);
    await app.orm.unitOfWork((orm) => {
      // the child comes first: its parent has no key yet
      const leaf = orm.create(Category, { name: 'leaf' });
      const branch = orm.create(Category, { name: 'branch' });
      leaf.parent = branch;
      branch.parent = orm.create(Category, { name: 'root' });
      orm.create(Category, { name: 'other leaf', parent: branch, twin: leaf });
      orm.create(Passport, { number: 'P1', holder: orm.create(Person, { name: 'ann' }) });
      orm.create(Person, { name: 'bob' });
    });
  });

  afterEach(() => app.stop());

  describe('a model that refers to itself', () => {
    it('is written, parents and children, in one flush', async () => {
      const rows = await app.orm.query(Category).with('parent').orderBy({ name: 'asc' }).all();
      expect(rows.map(({ name, parent }) => [name, parent?.name])).toEqual([
        ['branch', 'root'],
        ['leaf', 'branch'],
        ['other leaf', 'branch'],
        ['root', undefined],
      ]);
    });

    it('is loaded in both directions, several levels deep', async () => {
      const root = await app.orm
        .query(Category)
        .where({ parent: null })
        .with('children', (children) => children.with('children', (leaves) => leaves.orderBy({ name: 'desc' }).with('twin')).withCount('children'))
        .get();
      expect(root).toMatchObject({
        name: 'root',
        children: [
          {
            childrenCount: 2,
            children: [
              { name: 'other leaf', twin: { name: 'leaf' } },
              { name: 'leaf', twin: null },
            ],
          },
        ],
      });
      const leaf = await app.orm
        .query(Category)
        .where({ name: 'leaf' })
        .with('parent', (parent) => parent.with('parent'))
        .with('twinOf')
        .get();
      expect([leaf.parent?.parent?.name, leaf.twinOf?.name]).toEqual(['root', 'other leaf']);
    });

    it('is asked for by conditions and sorted two levels deep', async () => {
      const names = async (where: Parameters<ReturnType<typeof query>['where']>[0]): Promise<string[]> =>
        (await query().where(where).all()).map(({ name }) => name);
      const query = () => app.orm.query(Category).orderBy({ parent: { parent: { name: 'asc' } }, name: 'asc' });
      expect(await names({ parent: { parent: { name: 'root' } } })).toEqual(['leaf', 'other leaf']);
      expect(await names({ children: { children: { name: 'leaf' } } })).toEqual(['root']);
      expect(await names({ not: { children: {} } })).toEqual(['leaf', 'other leaf']);
      expect(await names({ twinOf: { name: 'other leaf' } })).toEqual(['leaf']);
    });

    it('is populated and moved', async () => {
      await app.orm.unitOfWork(async (orm) => {
        const root = await orm.get(Category, { name: 'root' }, { with: ['children'] });
        const branches = root.children.getItems();
        await orm.populate(branches, 'children');
        const leaf = branches[0]?.children.getItems().find(({ name }) => name === 'leaf');
        leaf?.assign({ parent: root });
        await orm.populate(branches, 'parent');
        expect(branches[0]?.parent === root).toBe(true);
      });
      expect(await app.orm.query(Category).where({ name: 'root' }).withCount('children').get()).toMatchObject({ childrenCount: 2 });
    });
  });

  describe('a one to one relation', () => {
    it('works from both sides', async () => {
      const people = await app.orm.query(Person).with('passport').orderBy({ name: 'asc' }).all();
      expect(people.map(({ passport }) => passport?.number)).toEqual(['P1', undefined]);
      expect(
        await app.orm
          .query(Passport)
          .where({ holder: { name: 'ann' } })
          .with('holder')
          .get(),
      ).toMatchObject({ holder: { name: 'ann' } });
      expect(await app.orm.query(Person).where({ passport: null }).get()).toMatchObject({ name: 'bob' });
      await app.orm.unitOfWork(async (orm) => {
        const [bob, passport] = [await orm.get(Person, { name: 'bob' }, { with: ['passport'] }), await orm.get(Passport, { number: 'P1' })];
        passport.holder = bob;
        expect(bob.passport === passport).toBe(true);
      });
      expect(
        await app.orm
          .query(Person)
          .where({ passport: { number: 'P1' } })
          .get(),
      ).toMatchObject({ name: 'bob' });
    });
  });
});
