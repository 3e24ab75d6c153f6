import { type AnyModel, defineModel, field } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

const street = field.string();
const city = field.string().unique();

describeOnDatabases((database) => {
  let project: Project;
  let evolutions = 0;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  /** Makes a migration for the model and applies it; returns its text. */
  async function evolve(model: AnyModel, expectedNotes: readonly string[] = []): Promise<string> {
    await using kernel = await project.boot([model]);
    await kernel.clock.advance({ minutes: (evolutions += 1) });
    const created = await kernel.orm.migrator.create();
    expect(created?.notes ?? []).toEqual(expectedNotes);
    await kernel.orm.migrator.migrate();
    expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    expect(await kernel.orm.migrator.create()).toBeUndefined();
    return created === undefined ? '' : project.read(`migrations/${created.name}.ts`);
  }

  const rows = async (model: AnyModel): Promise<unknown[]> => {
    await using kernel = await project.boot([model]);
    return await kernel.orm.query(model).all(); // before it is closed
  };

  const undo = async (model: AnyModel): Promise<void> => {
    await using kernel = await project.boot([model]);
    await kernel.orm.migrator.rollback();
  };

  describe('migrations of an embedded value', () => {
    it('make its columns, their indexes, and its check', async () => {
      const text = await evolve(
        defineModel('shop', { name: field.string(), address: field.embedded({ street, city, note: field.text().nullable() }).nullable() }),
      );
      for (const part of ['address_street', 'address_city', 'address_note', 'shops_address_check']) expect(text).toContain(part);
    });

    it('tie columns whose names have to be quoted', async () => {
      const model = defineModel('shop', { part: field.embedded({ order: field.integer(), where: field.string().nullable() }).nullable().column('') });
      await evolve(model);
      await using kernel = await project.boot([model]);
      await kernel.orm.unitOfWork((orm) => orm.insertMany(model, [{}, { part: { order: 1 } }]));
      expect(await kernel.orm.query(model).all()).toEqual([
        { id: 1, part: null },
        { id: 2, part: { order: 1, where: null } },
      ]);
      await expect(kernel.orm.kysely.insertInto('shops').values({ where: 'x' }).execute()).rejects.toThrow(/check|constraint/i);
    });

    it('add one to rows that are there, change it, and take it away again', async () => {
      const plain = defineModel('shop', { name: field.string() });
      const small = defineModel('shop', { name: field.string(), address: field.embedded({ street, city }).nullable() });
      const large = defineModel('shop', { name: field.string(), address: field.embedded({ street, city, level: field.integer().nullable() }).nullable() });
      await evolve(plain);
      await using kernel = await project.boot([plain]);
      await kernel.orm.unitOfWork((orm) => void orm.create(plain, { name: 'kept' }));
      await evolve(small);
      expect(await rows(small)).toEqual([{ id: 1, name: 'kept', address: null }]);
      await using next = await project.boot([small]);
      await next.orm.unitOfWork((orm) => void orm.create(small, { name: 'new', address: { street: 'x', city: 'y' } }));
      await evolve(large);
      expect(await rows(large)).toMatchObject([{ address: null }, { address: { street: 'x', city: 'y', level: null } }]);
      await undo(large);
      await undo(small);
      expect(await rows(plain)).toEqual([
        { id: 1, name: 'kept' },
        { id: 2, name: 'new' },
      ]);
    });

    it('rename its columns with it, and one by one, and keep the rows', async () => {
      const old = defineModel('shop', { home: field.embedded({ street, town: city, note: field.text().nullable() }).nullable() });
      const now = defineModel('shop', {
        address: field
          .embedded({ street, city: city.renamedFrom('town'), note: field.text().nullable() })
          .nullable()
          .renamedFrom('home'),
      });
      await evolve(old);
      await using kernel = await project.boot([old]);
      await kernel.orm.unitOfWork((orm) => {
        orm.create(old, {});
        orm.create(old, { home: { street: 'a', town: 'b' } });
      });
      await evolve(now);
      const value = { street: 'a', note: null };
      expect(await rows(now)).toMatchObject([{ address: null }, { address: { ...value, city: 'b' } }]);
      await undo(now);
      expect(await rows(old)).toMatchObject([{ home: null }, { home: { ...value, town: 'b' } }]);
    });

    it('gather fields that were beside each other, and do nothing where they keep their names', async () => {
      const flat = defineModel('shop', { street, city });
      const kept = defineModel('shop', { address: field.embedded({ street, city }).column('') });
      const moved = defineModel('shop', { address: field.embedded({ street, city }).renamedFrom('') });
      await evolve(flat);
      await using kernel = await project.boot([flat]);
      await kernel.orm.unitOfWork((orm) => void orm.create(flat, { street: 'a', city: 'b' }));
      expect(await evolve(kept)).toBe('');
      const expected = [{ id: 1, address: { street: 'a', city: 'b' } }];
      expect(await rows(kept)).toEqual(expected);
      await evolve(moved);
      expect(await rows(moved)).toEqual(expected);
    });
  });
});
