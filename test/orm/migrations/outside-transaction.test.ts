/** Migrations with `transaction: false`. What becomes of one that is interrupted, or whose index cannot be built, stands in the files beside this one. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { CREATE_INDEX, createOutsideProject, DROP_INDEX, type OutsideProject, writeOutside } from '../support/outside-project.ts';
import { createProject } from '../support/project.ts';

describeOnDatabases((database) => {
  it(`a migration with "transaction: false" ${database.name === 'sqlite' ? 'is refused, before any of the run is applied' : 'is applied and undone like any other'}`, async () => {
    await using project = await createProject(database);
    project.migration('1_notes', 'create table notes (id integer)', 'drop table notes');
    writeOutside(project, '2_rows', ['insert into notes values (1)', 'create table more (id integer)'], ['drop table more', 'delete from notes']);
    await using kernel = await project.boot([]);
    const { migrator, kysely } = kernel.orm;
    if (database.name === 'sqlite') {
      const error = await migrator.migrate().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'OXI_ORM_MIGRATION_TRANSACTION', migration: '2_rows' });
      await expect(migrator.previewMigrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_TRANSACTION' });
      expect(await project.tables(kernel.orm)).not.toContain('notes');
      return;
    }
    expect(await migrator.migrate()).toEqual(['1_notes', '2_rows']);
    expect(await kysely.selectFrom('notes').selectAll().execute()).toEqual([{ id: 1 }]);
    expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'applied']);
    expect(await migrator.rollback({ step: 1 })).toEqual(['2_rows']);
    expect(await kysely.selectFrom('notes').selectAll().execute()).toEqual([]);
    expect(await project.tables(kernel.orm)).toEqual(['notes', 'oxidite_migrations']);
  });
});

describe('a migration with "transaction: false", on PostgreSQL', () => {
  let project: OutsideProject;

  beforeEach(async () => {
    project = await createOutsideProject();
  });

  afterEach(() => project[Symbol.asyncDispose]());

  it('builds an index concurrently, between migrations in transactions, and drops it', async () => {
    writeOutside(project, '2_index', [CREATE_INDEX], [DROP_INDEX]);
    project.migration('3_more', 'create table more (id integer)', 'drop table more');
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    expect(await migrator.migrate()).toEqual(['1_notes', '2_index', '3_more']);
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
    expect(await migrator.drift()).toMatchObject({ migrations: [] });
    expect(await migrator.rollback()).toEqual(['3_more', '2_index', '1_notes']);
    expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
    await migrator.migrate();
    expect(await migrator.rollback({ step: 2 })).toEqual(['3_more', '2_index']);
    expect(await project.indexes()).toEqual([]);
    expect((await migrator.fresh()).applied).toHaveLength(3);
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
  });

  it('commits each statement by itself, and settings do not reach the next migration', async () => {
    writeOutside(project, '2_separate', [
      "set lock_timeout = '7s'",
      "update notes set title = 'b' where id = 1",
      'create table seen as select pg_current_xact_id()::text as id',
      'insert into seen select pg_current_xact_id()::text',
      'insert into seen select pg_current_xact_id()::text',
    ]);
    project.migration(
      '3_timeout',
      "create table timeouts as select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement",
    );
    await using kernel = await project.boot([]);
    await kernel.orm.migrator.migrate();
    expect(await project.ask('select distinct id from seen')).toHaveLength(3);
    expect(await project.ask('select * from timeouts')).toEqual([{ lock: '0', statement: '0' }]);
    expect(await project.ask('select title from notes where id = 1')).toEqual([{ title: 'b' }]);
  });

  it('keeps what belongs together in one text, and cannot begin or end a transaction', async () => {
    writeOutside(project, '2_together', ['create table a (x integer); insert into a values (1); insert into nothing values (1)']);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED', failure: { kept: [] } });
    expect(await project.tables(kernel.orm)).toEqual(['notes', 'oxidite_migrations']);
    writeOutside(project, '2_together', ['begin']);
    await expect(migrator.migrate()).rejects.toThrow(/what belongs together stands in one text/);
    writeOutside(project, '2_together', [`select 1; ${CREATE_INDEX}`]);
    await expect(migrator.migrate()).rejects.toThrow(/give the statement a schema\.sql\(\) of its own/);
  });
  it('does what the guide says', async () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/migrations.md'), 'utf8');
    const text = /```ts\n\/\/ postgresql\/migrations\/(\S+)\n([\s\S]*?)```/.exec(guide);
    project.migration('1_notes', 'create table notes (id integer, heading varchar(80))', 'drop table notes');
    project.write(`migrations/${text?.[1] ?? ''}`, text?.[2] ?? '');
    await using kernel = await project.boot([]);
    await kernel.orm.migrator.migrate();
    expect(await project.indexes()).toEqual([{ name: 'notes_heading', valid: true }]);
    expect(await kernel.orm.migrator.rollback({ step: 1 })).toEqual(['20990102000000_index_heading']);
  });
});
