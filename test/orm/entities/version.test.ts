import { belongsTo, defineModel, field, manyToMany, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Label = defineModel('label', { name: field.string() });
const Product = defineModel(
  'product',
  {
    name: field.string().unique(),
    stock: field.integer().default(0),
    parent: belongsTo(() => Product).nullable(),
    labels: manyToMany(() => Label),
  },
  { version: true, softDeletes: true },
);

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;
  let orm: Orm;

  beforeEach(async () => {
    opened = await database.open();
    kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Product], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork((unit) => ['a', 'b', 'c'].forEach((name) => unit.create(Product, { name })));
  });

  afterEach(async () => {
    await kernel.stop();
    await opened.drop();
  });

  const versions = async (): Promise<number[]> => (await orm.query(Product).withTrashed().orderBy({ id: 'asc' }).all()).map(({ version }) => version);
  const conflict = (facts: object): object => ({ code: 'OXI_ORM_ENTITY_CONFLICT', status: 409, model: 'product', ...facts });

  describe('a model with versions', () => {
    it('counts the changes of each entity, starting with 1', async () => {
      expect(await versions()).toEqual([1, 1, 1]);
      await orm.unitOfWork(async (unit) => {
        const product = await unit.get(Product, 1);
        product.stock = 1;
        await unit.flush();
        expect(product.version).toBe(2);
        product.assign({ stock: 2, name: 'A' });
        await unit.flush();
        await unit.flush();
        expect(product.version).toBe(3);
        for (const other of await unit.list(Product)) other.stock = 9;
      });
      expect(await versions()).toEqual([4, 2, 2]);
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Product, 1)));
      await orm.unitOfWork(async (unit) => unit.restore(await unit.get(Product, 1, { withTrashed: true })));
      expect(await versions()).toEqual([6, 2, 2]);
    });

    it('counts when only unique fields of several entities change, and not for pairs', async () => {
      await orm.unitOfWork(async (unit) => {
        for (const product of await unit.list(Product)) product.name += '!';
      });
      expect(await versions()).toEqual([2, 2, 2]);
      await orm.unitOfWork(async (unit) => unit.attach(await unit.get(Product, 1), 'labels', unit.create(Label, { name: 'x' })));
      expect(await versions()).toEqual([2, 2, 2]);
    });

    it.each<[string, (unit: Orm) => Promise<unknown>]>([
      ['changed', async (unit) => void ((await unit.get(Product, 1)).stock = 5)],
      ['changed with others', async (unit) => (await unit.list(Product)).forEach((product) => (product.stock = 5))],
      ['removed softly', async (unit) => unit.remove(await unit.get(Product, 1))],
      ['removed', async (unit) => unit.forceRemove(await unit.get(Product, 1))],
    ])('refuses that a stale entity is %s, and writes nothing', async (_, work) => {
      const stale = orm.unitOfWork(async (unit) => {
        await work(unit);
        await orm.unitOfWork(async (other) => void ((await other.get(Product, 1)).stock = 1));
        unit.create(Label, { name: 'not written' });
      });
      await expect(stale).rejects.toMatchObject(conflict({ expected: 1, found: 2 }));
      expect([await versions(), await orm.query(Label).count(), (await orm.query(Product).where({ id: 1 }).get()).stock]).toEqual([[2, 1, 1], 0, 1]);
    });

    it('refuses that an entity is changed that is gone', async () => {
      const stale = orm.unitOfWork(async (unit) => {
        (await unit.get(Product, 1)).stock = 5;
        await orm.unitOfWork(async (other) => other.forceRemove(await other.get(Product, 1)));
      });
      await expect(stale).rejects.toMatchObject(conflict({ expected: 1, found: undefined, message: expect.stringContaining('is gone') }));
    });

    it('compares the version that a client has seen', async () => {
      await orm.unitOfWork(async (unit) => void ((await unit.get(Product, 1)).stock = 1));
      await orm.unitOfWork(async (unit) => {
        expect((await unit.get(Product, 1, { version: 2 })).stock).toBe(1);
        await expect(unit.get(Product, { name: 'a' }, { version: 1 })).rejects.toMatchObject(conflict({ expected: 1, found: 2 }));
        expect(await unit.find(Product, 99, { version: 1 })).toBeUndefined();
        await expect(unit.get(Label, 1, { version: 1 })).rejects.toMatchObject({ code: 'OXI_ORM_ENTITY_NOT_FOUND' });
        const product = await unit.get(Product, 1);
        expect(() => product.assign({ stock: 7, version: 1 })).toThrow(expect.objectContaining(conflict({ expected: 1, found: 2 })));
        expect(product.stock).toBe(1);
        product.assign(Product.update.parse({ stock: 8, version: 2 }));
      });
      expect(await orm.query(Product).where({ id: 1 }).get()).toMatchObject({ stock: 8, version: 3 });
    });

    it('refuses a version where there is none, or that an application makes', async () => {
      await orm.unitOfWork(async (unit) => {
        unit.create(Label, { name: 'x' });
        await unit.flush();
        await expect(unit.get(Label, 1, { version: 1 })).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
        const invalid = expect.objectContaining({ code: 'OXI_ORM_INVALID_ENTITY', errors: [expect.objectContaining({ path: '/version' })] });
        expect(() => unit.create(Product, { name: 'x', version: 5 } as never)).toThrow(invalid);
        const product = await unit.get(Product, 1);
        expect(() => product.assign({ version: '1' as never })).toThrow(invalid);
        Object.assign(product, { version: 40, stock: 3 });
      });
      expect(await versions()).toEqual([2, 1, 1]);
      expect(() => defineModel('wrong', { version: field.integer() }, { version: true })).toThrow(/"version" is already there/);
    });

    it('counts for an entity that was made through MikroORM, or only referred to', async () => {
      await orm.unitOfWork(async (unit) => {
        unit.em.persist(Object.assign(new (unit.entity(Product))(), { name: 'd', stock: 0 }));
        await unit.flush();
        const reference = unit.em.getReference(unit.entity(Product), 1 as never);
        Object.assign(reference, { stock: 4 });
      });
      expect(await versions()).toEqual([2, 1, 1, 1]);
    });

    it('counts for rows that are written without entities', async () => {
      await orm.unitOfWork(async (unit) => {
        await unit.insertMany(Product, [{ name: 'd' }]);
        await unit
          .query(Product)
          .where({ name: { in: ['a', 'd'] } })
          .update({ stock: 4 });
        await unit.query(Product).where({ name: 'a' }).increment('stock', 1);
      });
      expect(await versions()).toEqual([3, 1, 1, 2]);
    });

    it('lets one of two that change at once succeed', async () => {
      const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      const results = await Promise.allSettled(
        both.map(({ resolve }, index) =>
          orm.unitOfWork(async (unit) => {
            (await unit.get(Product, 1)).stock = 10 + index;
            resolve();
            await Promise.all(both.map(({ promise }) => promise));
          }),
        ),
      );
      expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: conflict({ expected: 1, found: 2 }) }]);
      expect(await versions()).toEqual([2, 1, 1]);
    });
  });

  describe('the schemas of a model with versions', () => {
    it('send the version, take the one that was seen, and none to create', () => {
      expect(Product.read.shape.version.parse(3)).toBe(3);
      expect(Product.update.parse({ version: 2 })).toEqual({ version: 2 });
      expect(Product.update.parse({})).toEqual({});
      expect(() => Product.update.parse({ version: 'x' })).toThrow(/version/);
      expect(Object.keys(Product.create.shape)).not.toContain('version');
      expectTypeOf<(typeof Product.update)['_output']>().toHaveProperty('version').toEqualTypeOf<number | undefined>();
      expectTypeOf(Label.update.shape).not.toHaveProperty('version');
    });
  });
});
