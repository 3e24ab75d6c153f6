import { type AnyModel, belongsTo, defineModel, field } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Article } from '../support/blog.ts';
import { createProject, type Project } from '../support/project.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  const note = (extra: Parameters<typeof defineModel>[1] = {}): AnyModel => defineModel('note', { text: field.string(), ...extra });

  /** Makes a migration for the models and applies it. */
  async function evolve(models: readonly AnyModel[], name?: string): Promise<{ name: string | undefined; notes: readonly string[]; text: string }> {
    await using kernel = await project.boot(models);
    await kernel.clock.advance({ minutes: (evolutions += 1) });
    const created = await kernel.orm.migrator.create(name === undefined ? {} : { name });
    await kernel.orm.migrator.migrate();
    expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    expect(await kernel.orm.migrator.create()).toBeUndefined();
    return { name: created?.name, notes: created?.notes ?? [], text: created === undefined ? '' : project.read(`migrations/${created.name}.ts`) };
  }
  let evolutions = 0;

  describe('Migrator.create', () => {
    it('writes what the models need, ready to run and to undo', async () => {
      const { name, text } = await evolve([Article]);
      expect(name).toMatch(/^\d{14}_create_tables$/);
      expect(text).toContain("import { defineMigration } from '@oxidite/orm';");
      const keys = { sqlite: '"id" integer not null primary key autoincrement,', postgresql: '"id" bigserial,', mysql: '"id" bigint', mariadb: '"id" bigint' };
      expect(text).toContain(`await schema.sql(\`create table "articles" (\n      ${keys[database.name]}`);
      expect(text).not.toContain('\\`');
      await using kernel = await project.boot([Article]);
      await kernel.orm.migrator.rollback();
      expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
    });

    it('writes one change after the other, and names each', async () => {
      const Owner = defineModel('owner', { name: field.string() });
      const names = [
        await evolve([note()]),
        await evolve([note({ rank: field.integer().nullable() })]),
        await evolve([note({ rank: field.integer().nullable().unique() })]),
        await evolve([note({ owner: belongsTo(() => Owner).nullable() }), Owner]),
        await evolve([note({ mood: field.enum(['good', 'bad']).nullable() })]),
        await evolve([note({ mood: field.enum(['good', 'bad', "it's"]).nullable() })]),
        await evolve([note()], 'Forget the Mood!'),
      ].map(({ name }) => name?.slice(15));
      expect(names).toEqual(['create_notes', 'change_notes', 'change_notes', 'create_owners', 'change_notes', 'change_notes', 'forget_the_mood']);
      await using kernel = await project.boot([note()]);
      for (let left = 7; left > 0; left--) expect(await kernel.orm.migrator.rollback({ step: 1 })).toHaveLength(1);
      expect((await kernel.orm.migrator.migrate()).length).toBe(7);
    });

    it('changes relations, and their indexes with them', async () => {
      const Owner = defineModel('owner', { name: field.string() });
      const steps = [
        note({ owner: belongsTo(() => Owner) }),
        note({ owner: belongsTo(() => Owner).nullable() }),
        note({
          owner: belongsTo(() => Owner)
            .nullable()
            .unique(),
        }),
        note({
          owner: belongsTo(() => Owner)
            .nullable()
            .onDelete('restrict'),
        }),
        note({ owner: belongsTo(() => Owner).unique(), twin: belongsTo(() => Owner).nullable() }),
        note({ twin: belongsTo(() => Owner) }),
        note({ text: field.text(), rank: field.decimal().default('0.00') }),
        note({ text: field.string({ maxLength: 20 }).index(), rank: field.decimal({ precision: 14 }), at: field.datetime(), data: field.json(z.json()) }),
      ];
      for (const step of steps) await evolve([step, Owner]);
      await using kernel = await project.boot([note(), Owner]);
      for (let left = steps.length; left > 0; left--) expect(await kernel.orm.migrator.rollback({ step: 1 })).toHaveLength(1);
      expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
      expect(await kernel.orm.migrator.migrate()).toHaveLength(steps.length);
    });

    it('keeps the rows through a change and back', async () => {
      await evolve([note()]);
      await using kernel = await project.boot([note({ mood: field.enum(['good', 'bad']).nullable() })]);
      await kernel.orm.kysely
        .insertInto('notes')
        .values([{ text: 'a' }, { text: 'b' }])
        .execute();
      await kernel.clock.advance({ days: 1 });
      await kernel.orm.migrator.create();
      await kernel.orm.migrator.migrate();
      expect(await kernel.orm.kysely.selectFrom('notes').selectAll().execute()).toEqual([
        { id: 1, text: 'a', mood: null },
        { id: 2, text: 'b', mood: null },
      ]);
      await kernel.orm.migrator.rollback();
      expect(await kernel.orm.kysely.selectFrom('notes').selectAll().execute()).toEqual([
        { id: 1, text: 'a' },
        { id: 2, text: 'b' },
      ]);
    });

    it('warns of lost data and of needed values', async () => {
      await evolve([note({ old: field.text() })]);
      const { notes, text } = await evolve([note({ required: field.integer() })]);
      expect(notes.join(' ')).toContain('This loses the values of "notes"."old".');
      expect(notes.join(' ')).toContain('"required" must not be null: if "notes" has rows');
      expect(text).toContain('// This loses the values');
      expect((await evolve([defineModel('other', {})])).notes).toEqual(['This loses all rows of "notes".']);
    });

    it('escapes what has a meaning in a template', async () => {
      await evolve([defineModel('item', { sign: field.enum(['`', '${x}', '\\']) })]);
    });

    it('writes an empty migration to be filled by hand', async () => {
      await using kernel = await project.boot([note()]);
      const first = await kernel.orm.migrator.create({ blank: true, name: 'By Hand' });
      const second = await kernel.orm.migrator.create({ blank: true, name: 'by hand' });
      expect([first?.name, second?.name]).toEqual(['20260101000000_by_hand', '20260101000001_by_hand']);
      expect(await kernel.orm.migrator.migrate()).toHaveLength(2);
      expect((await kernel.orm.migrator.create({ blank: true }))?.name).toBe('20260101000002_change_tables');
    });

    it('says which older migration does not run on an empty database', async () => {
      project.migration('1_data', 'insert into elsewhere values (1)');
      await using kernel = await project.boot([note()]);
      await expect(kernel.orm.migrator.create()).rejects.toMatchObject({
        code: 'OXI_ORM_MIGRATION_FAILED',
        failure: { name: '1_data', statement: 'insert into elsewhere values (1)' },
      });
      expect(project.list('migrations')).toEqual(['1_data.ts']);
    });
  });

  describe('orm.schema', () => {
    it('adds what is missing and drops nothing', async () => {
      await using kernel = await project.boot([note()], { autoMigrate: 'models' });
      await kernel.orm.kysely.insertInto('notes').values({ text: 'kept' }).execute();
      await kernel.orm.kysely.schema.createTable('foreign').addColumn('x', 'text').execute();
      await kernel.orm.kysely.schema.alterTable('notes').addColumn('extra', 'text').execute();
      await using grown = await project.boot([note({ bio: field.text().nullable() })], { autoMigrate: 'models' });
      expect(await grown.orm.kysely.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1, text: 'kept', extra: null, bio: null }]);
      expect((await grown.orm.schema.diff()).up.map(({ sql }) => sql)).toEqual(['drop table "foreign"', 'alter table "notes" drop column "extra"']);
      await grown.orm.schema.drop();
      expect(await project.tables(grown.orm)).toEqual(['foreign']);
    });

    it('refuses to change what is there', async () => {
      await using _kernel = await project.boot([note()], { autoMigrate: 'models' });
      await using changed = await project.boot([defineModel('note', { text: field.integer() })]);
      await expect(changed.orm.schema.create()).rejects.toMatchObject({ code: 'OXI_ORM_SCHEMA_MISMATCH' });
    });
  });
});
