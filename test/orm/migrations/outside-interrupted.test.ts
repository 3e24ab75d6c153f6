/** Migrations with `transaction: false` that wait for another process, are killed, or fail between two statements. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { CREATE_INDEX, createOutsideProject, DROP_INDEX, HOLD, type OutsideProject, toCode, writeOutside } from '../support/outside-project.ts';

describe('a migration with "transaction: false", on PostgreSQL', () => {
  let project: OutsideProject;

  beforeEach(async () => {
    project = await createOutsideProject();
  });

  afterEach(() => project[Symbol.asyncDispose]());

  it('is run once by two processes, of which one waits while the other builds', async () => {
    writeOutside(project, '2_index', [CREATE_INDEX], [DROP_INDEX]);
    {
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate({ to: '1_notes' });
    }
    const reader = await project.openReader();
    const first = startChild(project, 'console.log(await migrator.migrate());', 'first');
    await project.waits('create index');
    const second = startChild(project, 'console.log(await migrator.migrate());', 'second');
    await second.printed('waiting for another process');
    await reader.query('commit');
    await reader.end();
    expect(await first.ended()).toContain("[ '2_index' ]");
    expect(await second.ended()).toMatch(/"holder":\{"pid":\d+,"application":"oxidite"[\s\S]*\[\]/);
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: true }]);
  }, 60_000);

  it('is resumed behind what is in place when its process is killed, and rows are written once', async () => {
    const statements = ['create table first (a integer)', 'insert into first values (1)', CREATE_INDEX, 'update first set a = a + 1'];
    writeOutside(project, '2_middle', `${statements.map(toCode).join('\n')}\n${HOLD}\n${toCode('insert into first values (5)')}`, ['drop table first']);
    project.migration('3_after', 'create table after_it (a integer)');
    await project.killed('await migrator.migrate();');
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    expect(await migrator.status()).toMatchObject([
      { name: '1_notes', state: 'applied' },
      { name: '2_middle', state: 'interrupted', direction: 'up', statements },
      { name: '3_after', state: 'pending' },
    ]);
    await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED', interruption: { name: '2_middle', statements } });
    expect((await migrator.previewMigrate({ resume: true })).migrations).toMatchObject([
      { name: '2_middle', statements: [{ sql: 'insert into first values (5)' }] },
      { name: '3_after' },
    ]);
    expect(await migrator.migrate({ resume: true })).toEqual(['2_middle', '3_after']);
    expect(await project.ask('select a from first order by a')).toEqual([{ a: 2 }, { a: 5 }]);
  });

  it('is resumed when it was being undone', async () => {
    writeOutside(project, '2_index', [CREATE_INDEX], `${toCode(DROP_INDEX)} ${HOLD} ${toCode('delete from notes')}`);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await migrator.migrate();
    await project.killed('await migrator.rollback({ step: 1 });');
    expect((await migrator.status())[1]).toMatchObject({ state: 'interrupted', direction: 'down', statements: [DROP_INDEX] });
    expect(await migrator.rollback({ resume: true })).toEqual(['2_index']);
    expect(await project.ask('select * from notes')).toEqual([]);
  });

  it('stays applied when its process was killed while an index was dropped, and is undone anew', async () => {
    writeOutside(project, '2_index', [CREATE_INDEX], [DROP_INDEX]);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await migrator.migrate();
    const reader = await project.openReader();
    const child = startChild(project, 'await migrator.rollback({ step: 1 });');
    await project.waits('drop index');
    await child.kill();
    expect((await migrator.status())[1]).toMatchObject({ name: '2_index', state: 'applied' }); // waits for the server to notice
    await reader.query('commit');
    await reader.end();
    expect(await project.indexes()).toEqual([{ name: 'notes_title', valid: false }]);
    expect(await migrator.rollback({ step: 1 })).toEqual(['2_index']);
    expect(await project.indexes()).toEqual([]);
  }, 60_000);

  it('is resumed when it failed between two statements and is corrected behind what is in place', async () => {
    writeOutside(project, '2_fails', ['create table one (a integer)', 'insert into one values (1)', 'insert into nothing values (1)']);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    const kept = ['create table one (a integer)', 'insert into one values (1)'];
    const error = await migrator.migrate().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure: { kept, statement: 'insert into nothing values (1)' } });
    expect(String(error)).toContain('migrate --resume');
    expect((await migrator.status())[1]).toMatchObject({ state: 'interrupted', statements: kept });
    writeOutside(project, '2_fails', [...kept, 'insert into one values (2)']);
    expect(await migrator.migrate({ resume: true })).toEqual(['2_fails']);
    expect(await project.ask('select a from one order by a')).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('writes rows together with the note that they are written, and finds an index whose note was lost', async () => {
    writeOutside(project, '2_noted', ["insert into notes values (3, 'c')"]);
    writeOutside(project, '3_noted', [CREATE_INDEX, 'select 1']);
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    await migrator.migrate({ to: '1_notes' });
    await project.ask(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not noted'; end $$;
        create trigger refuse before update on oxidite_migrations for each row when (new.progress like '{"done":["%') execute function refuse()`);
    await expect(migrator.migrate()).rejects.toMatchObject({ failure: { name: '2_noted', kept: [] } });
    expect(await project.ask('select * from notes where id = 3')).toEqual([]);
    await migrator.resolve('2_noted', 'applied');
    await expect(migrator.migrate()).rejects.toMatchObject({ failure: { name: '3_noted', kept: [CREATE_INDEX] } });
    await project.ask('drop trigger refuse on oxidite_migrations');
    expect((await migrator.status())[2]).toMatchObject({ name: '3_noted', state: 'interrupted', statements: [CREATE_INDEX] });
    expect(await migrator.migrate({ resume: true })).toEqual(['3_noted']);
  });

  it('says what stays when its connection is cut between two statements, and is resumed', async () => {
    writeOutside(
      project,
      '2_cut',
      `${toCode('create table first (a integer)')} await globalThis.cut?.(await schema.query('select pg_backend_pid() as pid')); ${toCode('insert into first values (1)')}`,
    );
    await using kernel = await project.boot([]);
    const { migrator } = kernel.orm;
    const cut = ([row]: readonly { readonly pid: number }[]): Promise<unknown> => project.ask(`select pg_terminate_backend(${row?.pid}, 5000)`);
    Object.assign(globalThis, { cut });
    try {
      await expect(migrator.migrate()).rejects.toMatchObject({
        code: 'OXI_ORM_MIGRATION_FAILED',
        failure: { name: '2_cut', done: ['1_notes'], kept: ['create table first (a integer)'], statement: 'insert into first values (1)' },
      });
    } finally {
      Object.assign(globalThis, { cut: undefined });
    }
    expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'interrupted']);
    expect(await migrator.migrate({ resume: true })).toEqual(['2_cut']);
    expect(await project.ask('select * from first')).toEqual([{ a: 1 }]);
  });
});
