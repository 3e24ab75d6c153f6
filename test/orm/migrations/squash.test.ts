import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { defineModel, field } from '@oxidite/orm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
    project.migration('1_one', 'create table one (id integer not null primary key, name varchar(20) not null)', 'drop table one');
    project.migration(
      '2_two',
      'create table two (id integer not null primary key, one_id integer references one (id)); create index two_one on two (one_id)',
      'drop table two',
    );
    project.migration('3_more', "alter table one add column mood varchar(20) default 'good'", 'alter table one drop column mood');
  });

  afterEach(() => project[Symbol.asyncDispose]());

  describe('Migrator.squash', () => {
    it('writes one migration that makes the same tables, and removes the others', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      expect(await migrator.squash({ name: 'Initial Tables' })).toMatchObject({
        name: '3_initial_tables',
        replaced: ['1_one', '2_two', '3_more'],
        leftovers: [],
      });
      expect(project.list('migrations')).toEqual(['3_initial_tables.ts']);
      expect(project.read('migrations/3_initial_tables.ts')).toContain("replaces: [\n    '1_one',\n    '2_two',\n    '3_more',\n  ],");
      expect(await migrator.migrate()).toEqual(['3_initial_tables']);
      expect((await migrator.drift()).migrations).toEqual([]);
      await kernel.orm.kysely.insertInto('one').values({ id: 1, name: 'x' }).execute();
      expect(await kernel.orm.kysely.selectFrom('one').select('mood').execute()).toEqual([{ mood: 'good' }]);
      expect(await migrator.rollback()).toEqual(['3_initial_tables']);
      expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
    });

    it('counts as applied where all of the old ones are', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await migrator.migrate();
      await migrator.squash();
      expect(await migrator.status()).toMatchObject([{ name: '3_squashed', state: 'applied', batch: 1 }]);
      project.migration('4_four', 'create table four (a integer)', 'drop table four');
      expect(await migrator.migrate()).toEqual(['4_four']);
      expect((await migrator.status()).map(({ name, state }) => `${name} ${state}`)).toEqual(['3_squashed applied', '4_four applied']);
      expect(await migrator.migrate()).toEqual([]);
    });

    it('is refused where only a part of the old ones is applied', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await migrator.migrate({ to: '2_two' });
      await migrator.squash();
      await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_SQUASH_PARTIAL', squash: '3_squashed', missing: ['3_more'] });
      await expect(migrator.rollback()).rejects.toMatchObject({ code: 'OXI_ORM_SQUASH_PARTIAL' });
      expect((await migrator.status()).map(({ name, state }) => `${name} ${state}`)).toEqual(['1_one missing', '2_two missing', '3_squashed partial']);
    });

    it('squashes up to a version, and what was squashed before', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await migrator.migrate();
      expect(await migrator.squash({ to: '2_two', name: 'first' })).toMatchObject({ name: '2_first', replaced: ['1_one', '2_two'] });
      expect(await migrator.squash({ name: 'second' })).toMatchObject({ name: '3_second', replaced: ['2_first', '3_more'] });
      expect(await migrator.status()).toMatchObject([{ name: '3_second', state: 'applied' }]);
      expect(await migrator.migrate()).toEqual([]);
      expect(await migrator.status()).toMatchObject([{ name: '3_second', state: 'applied' }]);
    });

    it('can be killed after the new file is there: the old ones count no more, and the next squash removes them', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      const old = project.read('migrations/1_one.ts');
      await migrator.squash();
      project.write('migrations/1_one.ts', old);
      project.write('migrations/.3_squashed.tmp', 'half a fi');
      expect((await migrator.status()).map(({ name, state }) => `${name} ${state}`)).toEqual(['1_one replaced', '3_squashed pending']);
      expect(await migrator.migrate()).toEqual(['3_squashed']);
      expect(await migrator.squash()).toEqual({ name: undefined, file: undefined, replaced: [], leftovers: ['1_one'] });
      expect(project.list('migrations')).not.toContain('1_one.ts');
    });

    it('lists the statements that change rows, and leaves them out only when it is told to', async () => {
      project.migration('4_data', "insert into one (id, name) values (7, 'seven'); update one set name = 'x' where id = 9");
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      const error = await migrator.squash().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'OXI_ORM_SQUASH_REFUSED' });
      expect(String(error)).toContain("4_data:\n    insert into one (id, name) values (7, 'seven')\n    update one set name = 'x' where id = 9\n");
      expect(String(error)).toContain('1 in "one"');
      expect(project.list('migrations')).toHaveLength(4);
      expect((await migrator.squash({ allowDataLoss: true })).replaced).toHaveLength(4);
    });

    it.each([
      ['a view', 'create view names as select name from one'],
      ['several statements in one text', 'create table a (x integer);;create table b (x integer)'],
    ])('refuses %s, which is not seen when tables are compared', async (what, statement) => {
      const text = what === 'a view' ? statement : statement.replace(';;', '; ');
      project.write(
        'migrations/4_unseen.ts',
        `import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ up: (schema) => schema.sql(${JSON.stringify(text)}) });\n`,
      );
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.squash({ allowDataLoss: true })).rejects.toThrow(/is not seen when tables are compared/);
      expect(project.list('migrations')).toHaveLength(4);
    });

    it('keeps what is searched', async () => {
      const Note = defineModel('note', { title: field.string() }, { search: ['title'] });
      rmSync(join(project.root, 'migrations'), { recursive: true });
      await using kernel = await project.boot([Note]);
      await kernel.orm.migrator.create();
      project.migration('20260101000001_two', 'create table two (a integer)', 'drop table two');
      expect((await kernel.orm.migrator.squash()).replaced).toHaveLength(2);
      await kernel.orm.migrator.migrate();
      await kernel.orm.unitOfWork((unit) => void unit.create(Note, { title: 'red apples' }));
      expect(await kernel.orm.query(Note).search('apples').count()).toBe(1);
    });

    it('refuses a name that would not keep the order', async () => {
      project.migration('3_n_after', 'create table n (a integer)');
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.squash({ to: '3_more' })).rejects.toThrow(/would come before/);
      await expect(kernel.orm.migrator.squash({ to: '3_more', name: 'more' })).rejects.toThrow(/there is a migration 3_more already/);
    });
  });
});
