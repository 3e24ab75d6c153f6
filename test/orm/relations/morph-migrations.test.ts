import { type AnyModel, defineModel, field, morphTo } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

const Product = defineModel('product', { name: field.string() });
const Story = defineModel('story', { title: field.string() }, { id: 'uuid' });
const about = (...targets: readonly AnyModel[]): AnyModel => defineModel('remark', { body: field.text(), subject: morphTo(() => targets).onDelete('cascade') });

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  /** Makes a migration for the models and applies it; returns its text. */
  async function evolve(...models: readonly AnyModel[]): Promise<string> {
    await using kernel = await project.boot(models);
    await kernel.clock.advance({ minutes: (evolutions += 1) });
    const created = await kernel.orm.migrator.create();
    await kernel.orm.migrator.migrate();
    expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    return created === undefined ? '' : project.read(`migrations/${created.name}.ts`);
  }
  let evolutions = 0;

  describe('migrations of a morphTo', () => {
    it('make its foreign keys and its check', async () => {
      const text = await evolve(about(Product, Story));
      expect(text).toContain('"subject_product_id"');
      expect(text).toContain('"subject_story_id"');
      expect(text).toContain('remarks_subject_check');
      expect(text).toMatch(/delete cascade/i);
    });

    it('add a model to its list, keeping the rows, and take it away again', async () => {
      await evolve(about(Product), Story);
      await using kernel = await project.boot([about(Product, Story)]);
      await kernel.orm.kysely.insertInto('products').values({ name: 'lamp' }).execute();
      await kernel.orm.kysely.insertInto('remarks').values({ body: 'kept', subject_product_id: 1 }).execute();
      await kernel.clock.advance({ days: 1 });
      const created = await kernel.orm.migrator.create();
      expect(created?.notes).toEqual([]);
      if (database.name === 'sqlite') expect(project.read(`migrations/${created?.name}.ts`)).toContain('alter table "remarks__new" rename to "remarks"');
      await kernel.orm.migrator.migrate();
      expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
      const story = '018f0000-0000-7000-8000-000000000001';
      await kernel.orm.kysely.insertInto('stories').values({ id: story, title: 'tale' }).execute();
      await kernel.orm.kysely.insertInto('remarks').values({ body: 'new', subject_story_id: story }).execute();
      const insert = (row: object): Promise<unknown> =>
        kernel.orm.kysely
          .insertInto('remarks')
          .values({ body: 'x', ...row })
          .execute();
      await expect(insert({})).rejects.toThrow();
      await expect(insert({ subject_product_id: 1, subject_story_id: story })).rejects.toThrow();
      await kernel.orm.kysely.deleteFrom('stories').execute();
      expect(await kernel.orm.kysely.selectFrom('remarks').select('body').execute()).toEqual([{ body: 'kept' }]);
      await kernel.orm.migrator.rollback();
      expect(await kernel.orm.kysely.selectFrom('remarks').selectAll().execute()).toEqual([{ id: 1, body: 'kept', subject_product_id: 1 }]);
    });
  });
});
