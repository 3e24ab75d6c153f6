/** What looks at migrations with `transaction: false` before they are applied, or takes their place. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CREATE_INDEX, CREATE_UNIQUE_INDEX, createOutsideProject, DROP_INDEX, type OutsideProject, writeOutside } from '../support/outside-project.ts';

let project: OutsideProject;

beforeEach(async () => {
  project = await createOutsideProject();
});

afterEach(() => project[Symbol.asyncDispose]());

describe('Migrator.previewMigrate and previewRollback', () => {
  it('run it on a copy of the tables, with the types that migrations have made, and change nothing', async () => {
    project.migration('1_notes', "create table notes (id integer, title varchar(20)); insert into notes values (1, 'a')", 'drop table notes');
    project.migration(
      '1_types',
      "create type mood as enum ('good', 'bad'); alter table notes add column mood mood",
      'alter table notes drop column mood; drop type mood',
    );
    writeOutside(project, '2_index', [CREATE_UNIQUE_INDEX, "alter type mood add value 'new'", "update notes set mood = 'new'"], [DROP_INDEX]);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await migrator.migrate({ to: '1_types' });
    expect(await migrator.previewMigrate()).toEqual({
      on: 'copy',
      migrations: [
        {
          name: '2_index',
          statements: [CREATE_UNIQUE_INDEX, "alter type mood add value 'new'", "update notes set mood = 'new'"].map((sql) => ({ sql, parameters: [] })),
        },
      ],
    });
    expect(await project.indexes()).toEqual([]);
    expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'applied', 'pending']);
    await migrator.migrate();
    expect(await migrator.previewRollback({ step: 1 })).toMatchObject({ on: 'copy', migrations: [{ name: '2_index', statements: [{ sql: DROP_INDEX }] }] });
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
    expect(await migrator.previewRollback({ batch: 3 })).toEqual({ on: 'transaction', migrations: [] });
  });
});

describe('Migrator.check', () => {
  const rules = async (): Promise<string[]> => {
    await using kernel = await project.boot([]);
    await kernel.orm.migrator.migrate({ to: '1_notes' });
    return (await kernel.orm.migrator.check()).findings.map(({ rule, line }) => `${rule} ${line ?? '-'}`);
  };

  it('finds what PostgreSQL refuses in a transaction, before it is run, and what is wrong behind it', async () => {
    project.migration('2_index', `${CREATE_INDEX}; alter table notes drop column id`, 'select 1');
    expect(await rules()).toEqual(['in-transaction 2', 'drop-column 2', 'drop-used-column 2']);
    await using kernel = await project.boot([]);
    const error = await kernel.orm.migrator.migrate().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { kept: [], statement: CREATE_INDEX, cause: { code: 'OXI_ORM_STATEMENT_IN_TRANSACTION' } } });
    expect(String(error)).toMatch(/cannot run inside a transaction block\. Give the migration the option "transaction: false"/);
  });

  it('recommends the option for an index, and finds nothing wrong with it then', async () => {
    project.migration('2_index', CREATE_INDEX.replace('concurrently ', ''), DROP_INDEX.replace('concurrently ', ''));
    expect(await rules()).toEqual(['pg-index 2']);
    await using kernel = await project.boot([]);
    expect((await kernel.orm.migrator.check()).findings[0]?.recipe).toContain('"transaction: false": create index concurrently');
    writeOutside(project, '2_index', [CREATE_INDEX], [DROP_INDEX]);
    expect(await rules()).toEqual([]);
  });

  it('warns of several statements that cannot be run again, and lets pass those that can', async () => {
    writeOutside(project, '2_index', [CREATE_INDEX, 'vacuum notes', 'create index concurrently more on notes (id)'], [DROP_INDEX]);
    expect(await rules()).toEqual(['several-outside -']);
    writeOutside(project, '2_index', ["set lock_timeout = '3s'", CREATE_INDEX, 'vacuum notes'], [DROP_INDEX]);
    expect(await rules()).toEqual([]);
    writeOutside(
      project,
      '2_index',
      ['drop index concurrently if exists notes_title', CREATE_INDEX.replace('concurrently', 'concurrently if not exists')],
      [DROP_INDEX],
    );
    expect(await rules()).toEqual([]);
  });

  it('knows that locks end with each statement', async () => {
    const constraint = ["alter table notes add constraint c check (title <> '') not valid", 'alter table notes validate constraint c'];
    project.migration('2_check', constraint.join(';'), 'select 1');
    expect(await rules()).toContain('pg-validate-together 2');
    writeOutside(project, '2_check', constraint, ['alter table notes drop constraint c']);
    expect(await rules()).not.toContain('pg-validate-together 4');
  });
});

it('Migrator.rehearse goes up, down and up again with it, and squash puts it into one that needs no transaction: false', async () => {
  project.migration('1_notes', 'create table notes (id integer primary key, title varchar(20))', 'drop table notes');
  writeOutside(project, '2_index', [CREATE_INDEX, 'reindex index concurrently notes_title', 'vacuum analyze notes'], [DROP_INDEX]);
  await using kernel = await project.boot([]);
  const { migrator } = kernel.orm;
  expect(await migrator.rehearse()).toEqual([
    { name: '1_notes', isReversible: true },
    { name: '2_index', isReversible: true },
  ]);
  expect(await migrator.squash()).toMatchObject({ name: '2_squashed', replaced: ['1_notes', '2_index'] });
  expect(project.read('migrations/2_squashed.ts')).not.toContain('transaction');
  await migrator.migrate();
  expect(await project.indexes()).toMatchObject([{ name: 'notes_pkey' }, { name: 'notes_title', valid: true }]);
});
