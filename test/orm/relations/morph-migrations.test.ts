import { type AnyModel, defineModel, field, morphTo } from '@oxidite/orm';
import { sql } from 'kysely';
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

    it('are as good where the relation and its models have reserved names, and take a check without quotes for the same', async () => {
      const Group = defineModel('group', { name: field.string() });
      const Select = defineModel('select', { title: field.string() });
      const Check = defineModel('check', { key: field.string(), order: morphTo(() => [Group, Select]), from: morphTo(() => [Group, Select]).nullable() });
      const text = await evolve(Check, Group, Select);
      await using kernel = await project.boot([Check, Group, Select]);
      const { orm } = kernel;
      const expectChecked = async (): Promise<void> => {
        expect(await orm.schema.diff()).toEqual({ up: [], down: [] });
        await orm.unitOfWork((unit) => void unit.create(Check, { key: 'kept', order: unit.create(Group, { name: 'a' }) }));
        await expect(orm.kysely.insertInto('checks').values({ key: 'refused' }).execute()).rejects.toThrow();
      };
      await expectChecked();
      if (database.name === 'sqlite') {
        await orm.kysely.schema.dropTable('checks').execute();
        const statements = [...text.matchAll(/create (?:table|index)[^`]* "checks" [^`]*/g)].map(([statement]) =>
          statement.replace(/"(\w+)" is null/g, '$1 is null'),
        );
        for (const statement of statements) await sql.raw(statement).execute(orm.kysely);
      } else {
        await sql`alter table ${sql.table('checks')} drop constraint checks_order_check`.execute(orm.kysely);
        const condition = sql`case when order_group_id is null then 0 else 1 end + case when order_select_id is null then 0 else 1 end = 1`;
        await sql`alter table ${sql.table('checks')} add constraint checks_order_check check (${condition})`.execute(orm.kysely);
      }
      await expectChecked();
      expect(await orm.migrator.create()).toBeUndefined();
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
