import { type AnyModel, defineModel, field, manyToMany } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import { createLayouts } from '../../../plugins/orm/src/model/model-layout.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';

const Tag = defineModel('tag', { name: field.string() });

describeOnDatabases((database) => {
  describe('migrations of a manyToMany', () => {
    it('add fields to its pairs, keeping them, and take them away', async () => {
      await using project = await createProject(database);
      {
        await using before = await project.boot([defineModel('page', { tags: manyToMany(() => Tag) })]);
        await before.orm.migrator.create();
        await before.orm.migrator.migrate();
        await before.orm.kysely.insertInto('tags').values({ name: 'a' }).execute();
        await before.orm.kysely.insertInto('pages').values({ id: 1 }).execute();
        await before.orm.kysely.insertInto('page_tags').values({ page_id: 1, tag_id: 1 }).execute();
      }
      const pivot = { note: field.string().nullable(), mood: field.enum(['good', 'bad']).nullable(), at: field.datetime().nullable() };
      await using after = await project.boot([defineModel('page', { tags: manyToMany(() => Tag, { pivot }) })]);
      await after.clock.advance({ days: 1 });
      const created = await after.orm.migrator.create();
      expect(created?.notes).toEqual([]);
      await after.orm.migrator.migrate();
      expect(await after.orm.schema.diff()).toEqual({ up: [], down: [] });
      expect(await after.orm.kysely.selectFrom('page_tags').selectAll().execute()).toEqual([{ page_id: 1, tag_id: 1, note: null, mood: null, at: null }]);
      await after.orm.migrator.rollback();
      expect(await after.orm.kysely.selectFrom('page_tags').selectAll().execute()).toEqual([{ page_id: 1, tag_id: 1 }]);
    });
  });
});

describe('createLayouts of pairs with fields', () => {
  const page = (pivot: Record<string, ReturnType<typeof field.string>>, extra: AnyModel['fields'] = {}): AnyModel =>
    defineModel('page', { ...extra, tags: manyToMany(() => Tag, { pivot }) });

  it.each<[string, AnyModel, RegExp]>([
    ['a name that is not in camelCase', page({ Note: field.string() }), /"Note", a field of the pairs of "tags", has to be in camelCase/],
    ['a hidden field', defineModel('page', { tags: manyToMany(() => Tag, { pivot: { note: field.string().hidden() } }) }), /neither primary nor hidden/],
    ['a primary field', defineModel('page', { tags: manyToMany(() => Tag, { pivot: { note: field.string().primary() } }) }), /neither primary nor hidden/],
    ['a column that is taken', page({ tagId: field.string() }), /two columns of the pairs of "tags" are named "tag_id"/],
    ['a model that has a "pivot"', page({ note: field.string() }, { pivot: field.string() }), /page has a "pivot" of its own/],
  ])('refuses %s', (_, model, message) => expect(() => createLayouts([model])).toThrow(message));
});
