import { orm as ormPlugin, type Orm } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBlog, Tag } from '../support/blog.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { Owner } from '../support/sample.ts';
import { watchStatements } from '../support/watch-statements.ts';

let kernel: TestKernel;
let orm: Orm;

beforeEach(async () => {
  kernel = await createTestKernel({ plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Owner], autoMigrate: 'models' })] });
  orm = kernel.use('orm');
  await orm.unitOfWork((unit) => {
    unit.create(Owner, { name: 'Ann' });
    unit.create(Owner, { name: 'Ben' });
  });
});

afterEach(() => kernel.stop());

describe('an entity that is loaded by its key', () => {
  it('is read once, and is the same object ever after', async () => {
    await orm.unitOfWork(async (unit) => {
      const statements = await watchStatements(async () => {
        const [first, second] = [await unit.find(Owner, 1), await unit.find(Owner, 1)];
        expect(first).toBe(second);
        expect(first?.name).toBe('Ann');
      });
      expect(statements).toHaveLength(1);
    });
  });

  it('fills in what was only known by its key', async () => {
    await orm.unitOfWork(async (unit) => {
      const reference = unit.em.getReference(orm.entity(Owner), 2);
      expect(await unit.get(Owner, 2)).toBe(reference);
      expect(reference.name).toBe('Ben');
    });
  });

  it('meets the filters that the application has added, also in a transaction', async () => {
    await orm.unitOfWork(async (unit) => {
      unit.em.addFilter({ name: 'tenant', cond: { name: 'Ann' }, entity: [orm.entity(Owner)] });
      expect(await unit.find(Owner, 2)).toBeUndefined();
      await unit.transaction(async () => expect(await unit.find(Owner, 2)).toBeUndefined());
      expect((await unit.find(Owner, 1))?.name).toBe('Ann');
    });
  });

  it('shows in a transaction what that has written', async () => {
    await orm.unitOfWork((unit) =>
      unit.transaction(async () => {
        await unit.query(Owner).where({ id: 1 }).update({ name: 'Cid' });
        expect((await unit.find(Owner, 1))?.name).toBe('Cid');
      }),
    );
  });
});

describeOnDatabases((database) => {
  it('an entity that is loaded by its key is not read again while others change its row', async () => {
    await using blog = await createBlog(database);
    const { id } = await blog.orm.unitOfWork((orm) => orm.create(Tag, { name: 'old' }));
    await blog.orm.unitOfWork(async (orm) => {
      const tag = await orm.get(Tag, id);
      await blog.orm.unitOfWork((other) => other.query(Tag).where({ id }).update({ name: 'new' }));
      expect(await orm.get(Tag, id)).toBe(tag);
      expect(tag.name).toBe('old');
      orm.clear();
      expect((await orm.get(Tag, id)).name).toBe('new');
    });
  });
});

describe('a flush', () => {
  it('without entities asks the database nothing, and a change after it is written', async () => {
    await orm.unitOfWork(async (unit) => {
      expect(await watchStatements(() => unit.flush())).toEqual([]);
      unit.create(Owner, { name: 'Dot' });
      expect(await watchStatements(() => unit.flush())).toHaveLength(1);
    });
  });
});
