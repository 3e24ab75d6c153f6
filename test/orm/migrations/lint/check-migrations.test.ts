import { describe, expect, it, afterEach, beforeEach } from 'vitest';
import { defineModel, field } from '@oxidite/orm';
import { describeOnDatabases } from '../../support/databases.ts';
import { createProject, type Project } from '../../support/project.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  describe('Migrator.check', () => {
    it('looks at what is pending, on a copy, and changes nothing', async () => {
      project.migration('1_notes', 'create table notes (id integer primary key, title varchar(100))', 'drop table notes');
      await using kernel = await project.boot([]);
      const { migrator, schema } = kernel.orm;
      expect(await migrator.check()).toEqual({ migrations: ['1_notes'], findings: [], allowed: [] });
      await migrator.migrate();
      project.migration('2_drop', 'alter table notes drop column title', 'alter table notes add column title varchar(100)');
      const before = [await schema.describe(), await migrator.status()];
      const { migrations, findings } = await migrator.check();
      expect(migrations).toEqual(['2_drop']);
      expect(findings.map(({ rule, line }) => [rule, line])).toEqual([
        ['drop-column', 2],
        ['drop-used-column', 2],
      ]);
      expect([await schema.describe(), await migrator.status()]).toEqual(before);
      expect(await migrator.check({ to: '1_notes' })).toMatchObject({ migrations: [], findings: [] });
    });

    it('takes what no applied migration has made for what the running release does not use', async () => {
      project.migration('1_notes', 'create table notes (id integer primary key)', 'drop table notes');
      await using kernel = await project.boot([]);
      const { migrator, kysely } = kernel.orm;
      await migrator.migrate();
      await kysely.schema.alterTable('notes').addColumn('by_hand', 'integer').execute();
      await kysely.schema.createTable('others').addColumn('id', 'integer').execute();
      project.migration('2_drop', 'drop table others; alter table notes drop column by_hand', 'select 1');
      const rules = (await migrator.check()).findings.map(({ rule }) => rule);
      expect(rules.filter((rule) => rule !== 'pg-lock-timeout')).toEqual(['drop-table', 'drop-column']);
    });

    it('finds nothing in the first migration of the models, and harm in what make:migration writes for a change', async () => {
      const models = (title: ReturnType<typeof field.string>) => [defineModel('note', { title, body: field.text().nullable() })];
      {
        await using kernel = await project.boot(models(field.string()));
        await kernel.orm.migrator.create({ name: 'one' });
        expect((await kernel.orm.migrator.check()).findings).toEqual([]);
        await kernel.orm.migrator.migrate();
      }
      await using kernel = await project.boot([defineModel('note', { title: field.string({ maxLength: 50 }).unique() })]);
      await kernel.clock.advance({ minutes: 1 });
      await kernel.orm.migrator.create({ name: 'two' });
      const { findings } = await kernel.orm.migrator.check();
      expect(new Set(findings.map(({ rule }) => rule))).toEqual(
        new Set([
          'drop-column',
          'drop-used-column',
          'new-constraint',
          ...{
            sqlite: [],
            postgresql: ['narrow-type', 'pg-unique-scan', 'pg-type-rewrite', 'pg-lock-timeout'],
            mysql: ['narrow-type', 'mysql-type-copy'],
            mariadb: ['narrow-type', 'mysql-type-copy'],
          }[database.name],
        ]),
      );
      expect(findings.every(({ line }) => line !== undefined)).toBe(true);
      expect(findings[0]?.file).toMatch(/migrations\/.*_two\.ts$/);
    });
  });
});
