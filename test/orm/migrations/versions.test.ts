import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { orm } from '@oxidite/orm';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
    for (const [stamp, name] of [
      ['20260101000000', 'one'],
      ['20260102000000', 'two'],
      ['20260103000000', 'three'],
    ])
      project.migration(`${stamp}_${name}`, `create table ${name} (a varchar(20)); insert into ${name} values ('x')`, `drop table ${name}`);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  const undoes = database.name === 'postgresql' || database.name === 'sqlite';

  describe('the options of migrate and rollback', () => {
    it('apply up to a version, by name or time, and undo what is behind one', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      expect(await migrator.migrate({ to: '20260101000000' })).toEqual(['20260101000000_one']);
      expect(await migrator.migrate({ to: '20260102000000_two' })).toEqual(['20260102000000_two']);
      expect(await migrator.migrate()).toEqual(['20260103000000_three']);
      expect((await migrator.status()).map(({ batch }) => batch)).toEqual([1, 2, 3]);
      expect(await migrator.rollback({ to: '20260101000000' })).toEqual(['20260103000000_three', '20260102000000_two']);
      await migrator.migrate({ to: '20260102000000' });
      await migrator.migrate();
      expect(await migrator.rollback({ batch: 2 })).toEqual(['20260103000000_three', '20260102000000_two']);
    });

    it('refuse a version that does not exist, and suggest one', async () => {
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate({ to: '20260109000000' })).rejects.toMatchObject({
        code: 'OXI_ORM_MIGRATION_UNKNOWN',
        version: '20260109000000',
      });
      await expect(kernel.orm.migrator.rollback({ to: '20260101000000' })).rejects.toThrow('There are: none');
      expect(await project.tables(kernel.orm)).not.toContain('one');
    });
  });

  describe('Migrator.previewMigrate', () => {
    it('shows the statements with their parameters, runs them on real rows where it can, and changes nothing', async () => {
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await migrator.migrate({ to: '20260101000000' });
      project.write(
        'migrations/20260102000000_two.ts',
        "import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ async up(schema) { await schema.sql('create table two (a varchar(20))'); for (const { a } of await schema.query('select a from one')) await schema.sql('insert into two values (?)', [`${a}!`]); } });",
      );
      const before = await migrator.status();
      const preview = await migrator.previewMigrate({ to: '20260102000000' });
      expect(preview).toEqual({
        on: undoes ? 'transaction' : 'copy',
        migrations: [
          {
            name: '20260102000000_two',
            statements: [
              { sql: 'create table two (a varchar(20))', parameters: [] },
              ...(undoes ? [{ sql: 'insert into two values (?)', parameters: ['x!'] }] : []),
            ],
          },
        ],
      });
      expect(await project.tables(kernel.orm)).toEqual(['one', 'oxidite_migrations']);
      expect(await migrator.status()).toEqual(before);
    });

    it('does not even make the table of the history', async () => {
      await using kernel = await project.boot([]);
      expect((await kernel.orm.migrator.previewMigrate()).migrations.map(({ name }) => name)).toHaveLength(3);
      await kernel.orm.migrator.status();
      expect(await project.tables(kernel.orm)).toEqual([]);
    });

    it('says which statement would fail', async () => {
      project.migration('20260104000000_four', 'create table four (a varchar(20)); insert into nothing values (1)');
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.previewMigrate()).rejects.toMatchObject({
        code: 'OXI_ORM_MIGRATION_FAILED',
        failure: { name: '20260104000000_four', statement: 'insert into nothing values (1)', kept: [] },
      });
      expect(await project.tables(kernel.orm)).toEqual([]);
    });
  });

  it('Migrator.previewRollback shows what would be undone, and changes nothing', async () => {
    await using kernel = await project.boot([]);
    await kernel.orm.migrator.migrate();
    expect((await kernel.orm.migrator.previewRollback({ step: 1 })).migrations).toEqual([
      { name: '20260103000000_three', statements: [{ sql: 'drop table three', parameters: [] }] },
    ]);
    expect(await project.tables(kernel.orm)).toContain('three');
  });

  describe('Migrator.fresh', () => {
    it('drops all tables, whoever made them and whatever they refer to, and applies all migrations', async () => {
      await using kernel = await project.boot([]);
      const { migrator, kysely } = kernel.orm;
      expect(await migrator.fresh()).toMatchObject({ dropped: [], applied: { length: 3 } });
      await kysely.schema
        .createTable('parents')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .execute();
      await kysely.schema.createTable('children').addColumn('parent_id', 'integer').addForeignKeyConstraint('c', ['parent_id'], 'parents', ['id']).execute();
      const { dropped } = await migrator.fresh();
      expect(dropped.toSorted()).toEqual(['children', 'one', 'oxidite_migrations', 'parents', 'three', 'two']);
      expect(await project.tables(kernel.orm)).toEqual(['one', 'oxidite_migrations', 'three', 'two']);
      expect((await migrator.status()).map(({ batch }) => batch)).toEqual([1, 1, 1]);
    });

    it('is refused in production, unless it is forced', async () => {
      await using kernel = await createTestKernel({ root: project.root, env: { NODE_ENV: 'production' }, plugins: [orm(project.database)] });
      const { migrator } = kernel.use('orm');
      await migrator.migrate();
      await expect(migrator.fresh()).rejects.toMatchObject({ code: 'OXI_ORM_FRESH_REFUSED' });
      expect(await project.tables(kernel.use('orm'))).toContain('one');
      expect((await migrator.fresh({ force: true })).dropped).toContain('one');
    });
  });

  describe('the history', () => {
    it('notes the release: as it is given, from the environment, or from package.json', async () => {
      project.write('package.json', '{ "name": "app", "version": "1.4.0" }');
      await using plain = await project.boot([]);
      await plain.orm.migrator.migrate({ to: '20260101000000' });
      await using named = await createTestKernel({ root: project.root, env: { OXIDITE_RELEASE: 'build-7' }, plugins: [orm(project.database)] });
      await named.use('orm').migrator.migrate({ to: '20260102000000' });
      await named.use('orm').migrator.migrate({ release: 'given' });
      expect((await plain.orm.migrator.status()).map(({ release }) => release)).toEqual(['1.4.0', 'build-7', 'given']);
    });

    it('of an older version gets its new columns, and keeps its entries', async () => {
      const counter = {
        sqlite: 'integer primary key',
        postgresql: 'bigserial primary key',
        mysql: 'bigint primary key auto_increment',
        mariadb: 'bigint primary key auto_increment',
      };
      await using kernel = await project.boot([]);
      const { migrator, kysely } = kernel.orm;
      const { sql } = await import('kysely');
      await sql
        .raw(
          `create table oxidite_migrations (id ${counter[database.name]}, name varchar(255) not null unique, checksum varchar(100) not null, batch integer not null, applied_at bigint not null)`,
        )
        .execute(kysely);
      await sql
        .raw("insert into oxidite_migrations (name, checksum, batch, applied_at) values ('20260101000000_one', 'js:0', 4, 1767225600000)")
        .execute(kysely);
      const old = { name: '20260101000000_one', state: 'applied', batch: 4, appliedAt: new Date('2026-01-01T00:00:00Z'), durationMs: null, release: null };
      expect((await migrator.status())[0]).toEqual(old);
      expect(await migrator.migrate()).toEqual(['20260102000000_two', '20260103000000_three']);
      expect(await migrator.status()).toMatchObject([old, { batch: 5, durationMs: 0 }, { batch: 5 }]);
    });
  });
});
