/** Indexes that PostgreSQL has not built to their end. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { CREATE_INDEX, CREATE_UNIQUE_INDEX, createOutsideProject, DROP_INDEX, type OutsideProject, toCode, writeOutside } from '../support/outside-project.ts';

let project: OutsideProject;

beforeEach(async () => {
  project = await createOutsideProject();
});

afterEach(() => project[Symbol.asyncDispose]());

describe('an index that cannot be built', () => {
  it('is named as INVALID, keeps the migration pending, and is built when it is dropped and mended', async () => {
    writeOutside(project, '2_index', [CREATE_UNIQUE_INDEX], [DROP_INDEX]);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    const fail = async (): Promise<unknown> => migrator.migrate().catch((thrown: unknown) => thrown);
    const first = await fail();
    expect(first).toMatchObject({
      code: 'OXI_ORM_MIGRATION_FAILED',
      failure: {
        name: '2_index',
        done: ['1_notes'],
        kept: [],
        statement: CREATE_UNIQUE_INDEX,
        cause: { code: 'OXI_ORM_INDEX_INVALID', indexes: ['notes_title'] },
      },
    });
    expect(String(first)).toMatch(/could not create unique index "notes_title"\nThe index notes_title is INVALID: .* drop index concurrently notes_title\./);
    expect(String(first)).toContain('Nothing else of it remains in the database.');
    expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'pending']);
    expect(await project.ask("select name from oxidite_migrations where name = '2_index'")).toEqual([]);
    expect(String(await fail())).toMatch(/relation "notes_title" already exists\nThe index notes_title is INVALID/);
    await project.ask('delete from notes where id = 2');
    await project.ask(DROP_INDEX);
    expect(await migrator.migrate()).toEqual(['2_index']);
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
  });

  it('is not taken for the one that is wanted by "if not exists"', async () => {
    writeOutside(project, '2_index', [CREATE_UNIQUE_INDEX.replace('concurrently', 'concurrently if not exists')], [DROP_INDEX]);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await expect(migrator.migrate()).rejects.toMatchObject({ failure: { cause: { indexes: ['notes_title'] } } });
    await project.ask('delete from notes where id = 2');
    await expect(migrator.migrate()).rejects.toMatchObject({
      failure: { kept: [], cause: { code: 'OXI_ORM_INDEX_INVALID', message: expect.stringMatching(/^The index notes_title is INVALID/) } },
    });
    expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'pending']);
  });

  it('is told of before anything else is run, when the process was killed while it was built', async () => {
    writeOutside(project, '2_index', `console.log('building'); ${toCode(CREATE_INDEX)}`, [DROP_INDEX]);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await migrator.migrate({ to: '1_notes' });
    const reader = await project.openReader();
    const child = startChild(project, 'await migrator.migrate();');
    await child.printed('building');
    await project.waits('create index');
    await child.kill();
    expect((await migrator.status())[1]).toMatchObject({ state: 'interrupted', direction: 'up', statements: [], invalid: ['notes_title'] }); // waits for the server to notice
    await reader.query('commit');
    await reader.end();
    const error = await migrator.migrate().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED', interruption: { statements: [], invalid: ['notes_title'] } });
    expect(String(error)).toContain('The index notes_title is INVALID');
    await expect(migrator.migrate({ resume: true })).rejects.toMatchObject({ code: 'OXI_ORM_INDEX_INVALID', indexes: ['notes_title'] });
    await project.ask(DROP_INDEX);
    await project.ask('create table unrelated (a integer)');
    expect((await migrator.status())[1]).toMatchObject({ state: 'pending' });
    expect(await migrator.migrate()).toEqual(['2_index']);
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
  }, 60_000);
});
