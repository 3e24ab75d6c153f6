/** Migrations with `transaction: false`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { describeOnDatabases, SERVER_DATABASES } from '../support/databases.ts';
import { askPostgresql } from '../support/postgresql-database.ts';
import { createProject, type Project } from '../support/project.ts';

const CREATE = 'create index concurrently notes_title on notes (title)';
const CREATE_UNIQUE = 'create unique index concurrently notes_title on notes (title)';
const DROP = 'drop index concurrently notes_title';
/** Waits for ever where `holds` is set, so that the process can be killed there. */
const HOLD = "if (globalThis.holds) { console.log('holding'); await new Promise((resolve) => setTimeout(resolve, 3600000)); }";

/** Writes a migration that runs outside of a transaction; `up` and `down` are code, or statements. */
function writeOutside(project: Project, name: string, up: readonly string[] | string, down?: readonly string[]): void {
  const toCode = (body: readonly string[] | string): string =>
    typeof body === 'string' ? body : body.map((sql) => `await schema.sql(${JSON.stringify(sql)});`).join('\n');
  project.write(
    `migrations/${name}.ts`,
    `import { defineMigration } from '@oxidite/orm';
export default defineMigration({
  transaction: false,
  async up(schema) { ${toCode(up)} },
${down === undefined ? '' : `  async down(schema) { ${toCode(down)} },\n`}});
`,
  );
}

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

describeOnDatabases(
  () => {
    const [postgresql] = SERVER_DATABASES;
    let project: Project;

    beforeEach(async () => {
      project = await createProject(postgresql);
      project.migration('1_notes', "create table notes (id integer, title varchar(20)); insert into notes values (1, 'a'), (2, 'a')", 'drop table notes');
    });

    afterEach(() => project[Symbol.asyncDispose]());

    const urlOf = (): string => ('url' in project.database ? project.database.url : '');
    const ask = <Row extends object>(sql: string): Promise<Row[]> => askPostgresql<Row>(urlOf(), sql);
    /** Lists the indexes of the table, with whether they are valid. */
    const indexes = (): Promise<{ name: string; valid: boolean }[]> =>
      ask("select indexrelid::regclass::text as name, indisvalid as valid from pg_index where indrelid = 'notes'::regclass order by 1");
    const code = (statement: string): string => `await schema.sql(${JSON.stringify(statement)});`;

    /** Opens a transaction that can see the rows: an index has to wait for its end. */
    async function openReader(): Promise<Client> {
      const reader = new Client({ connectionString: urlOf() });
      reader.on('error', () => undefined); // the database is dropped under it when the test fails
      await reader.connect();
      await reader.query('begin isolation level repeatable read; select 1 from notes');
      return reader;
    }

    /** Resolves when a statement waits for a reader. */
    async function waits(statement: string): Promise<void> {
      while ((await ask(`select 1 from pg_stat_activity where query like '${statement}%' and wait_event_type = 'Lock'`)).length === 0);
    }

    async function killed(work: string): Promise<void> {
      const child = startChild(project, `globalThis.holds = true;\n${work}`);
      await child.printed('holding');
      await child.kill();
    }

    describe('a migration with "transaction: false"', () => {
      it('builds an index concurrently, between migrations in transactions, and drops it', async () => {
        writeOutside(project, '2_index', [CREATE], [DROP]);
        project.migration('3_more', 'create table more (id integer)', 'drop table more');
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        expect(await migrator.migrate()).toEqual(['1_notes', '2_index', '3_more']);
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
        expect(await migrator.drift()).toMatchObject({ migrations: [] });
        expect(await migrator.rollback()).toEqual(['3_more', '2_index', '1_notes']);
        expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
        await migrator.migrate();
        expect(await migrator.rollback({ step: 2 })).toEqual(['3_more', '2_index']);
        expect(await indexes()).toEqual([]);
        expect((await migrator.fresh()).applied).toHaveLength(3);
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
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
        expect(await ask('select distinct id from seen')).toHaveLength(3);
        expect(await ask('select * from timeouts')).toEqual([{ lock: '0', statement: '0' }]);
        expect(await ask('select title from notes where id = 1')).toEqual([{ title: 'b' }]);
      });

      it('keeps what belongs together in one text, and cannot begin or end a transaction', async () => {
        writeOutside(project, '2_together', ['create table a (x integer); insert into a values (1); insert into nothing values (1)']);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED', failure: { kept: [] } });
        expect(await project.tables(kernel.orm)).toEqual(['notes', 'oxidite_migrations']);
        writeOutside(project, '2_together', ['begin']);
        await expect(migrator.migrate()).rejects.toThrow(/what belongs together stands in one text/);
        writeOutside(project, '2_together', [`select 1; ${CREATE}`]);
        await expect(migrator.migrate()).rejects.toThrow(/give the statement a schema\.sql\(\) of its own/);
      });

      it('is run once by two processes, of which one waits while the other builds', async () => {
        writeOutside(project, '2_index', [CREATE], [DROP]);
        {
          await using kernel = await project.boot([]);
          await kernel.orm.migrator.migrate({ to: '1_notes' });
        }
        const reader = await openReader();
        const first = startChild(project, 'console.log(await migrator.migrate());', 'first');
        await waits('create index');
        const second = startChild(project, 'console.log(await migrator.migrate());', 'second');
        await second.printed('waiting for another process');
        await reader.query('commit');
        await reader.end();
        expect(await first.ended()).toContain("[ '2_index' ]");
        expect(await second.ended()).toMatch(/"holder":\{"pid":\d+,"application":"oxidite"[\s\S]*\[\]/);
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
      }, 60_000);

      it('is resumed behind what is in place when its process is killed, and rows are written once', async () => {
        const statements = ['create table first (a integer)', 'insert into first values (1)', CREATE, 'update first set a = a + 1'];
        writeOutside(project, '2_middle', `${statements.map(code).join('\n')}\n${HOLD}\n${code('insert into first values (5)')}`, ['drop table first']);
        project.migration('3_after', 'create table after_it (a integer)');
        await killed('await migrator.migrate();');
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
        expect(await ask('select a from first order by a')).toEqual([{ a: 2 }, { a: 5 }]);
      });

      it('is resumed when it was being undone', async () => {
        writeOutside(project, '2_index', [CREATE]);
        project.write(
          'migrations/2_index.ts',
          `import { defineMigration } from '@oxidite/orm';
export default defineMigration({ transaction: false, async up(schema) { ${code(CREATE)} }, async down(schema) { ${code(DROP)} ${HOLD} ${code('delete from notes')} } });\n`,
        );
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await migrator.migrate();
        await killed('await migrator.rollback({ step: 1 });');
        expect((await migrator.status())[1]).toMatchObject({ state: 'interrupted', direction: 'down', statements: [DROP] });
        expect(await migrator.rollback({ resume: true })).toEqual(['2_index']);
        expect(await ask('select * from notes')).toEqual([]);
      });

      it('stays applied when its process was killed while an index was dropped, and is undone anew', async () => {
        writeOutside(project, '2_index', [CREATE], [DROP]);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await migrator.migrate();
        const reader = await openReader();
        const child = startChild(project, 'await migrator.rollback({ step: 1 });');
        await waits('drop index');
        await child.kill();
        expect((await migrator.status())[1]).toMatchObject({ name: '2_index', state: 'applied' }); // waits for the server to notice
        await reader.query('commit');
        await reader.end();
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: false }]);
        expect(await migrator.rollback({ step: 1 })).toEqual(['2_index']);
        expect(await indexes()).toEqual([]);
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
        expect(await ask('select a from one order by a')).toEqual([{ a: 1 }, { a: 2 }]);
      });

      it('writes rows together with the note that they are written, and finds an index whose note was lost', async () => {
        writeOutside(project, '2_noted', ["insert into notes values (3, 'c')"]);
        writeOutside(project, '3_noted', [CREATE, 'select 1']);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await migrator.migrate({ to: '1_notes' });
        await ask(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'not noted'; end $$;
          create trigger refuse before update on oxidite_migrations for each row when (new.progress like '{"done":["%') execute function refuse()`);
        await expect(migrator.migrate()).rejects.toMatchObject({ failure: { name: '2_noted', kept: [] } });
        expect(await ask('select * from notes where id = 3')).toEqual([]);
        await migrator.resolve('2_noted', 'applied');
        await expect(migrator.migrate()).rejects.toMatchObject({ failure: { name: '3_noted', kept: [CREATE] } });
        await ask('drop trigger refuse on oxidite_migrations');
        expect((await migrator.status())[2]).toMatchObject({ name: '3_noted', state: 'interrupted', statements: [CREATE] });
        expect(await migrator.migrate({ resume: true })).toEqual(['3_noted']);
      });

      it('does what the guide says', async () => {
        const guide = readFileSync(join(import.meta.dirname, '../../../docs/guides/migrations.md'), 'utf8');
        const text = /```ts\n\/\/ postgresql\/migrations\/(\S+)\n([\s\S]*?)```/.exec(guide);
        project.migration('1_notes', 'create table notes (id integer, heading varchar(80))', 'drop table notes');
        project.write(`migrations/${text?.[1] ?? ''}`, text?.[2] ?? '');
        await using kernel = await project.boot([]);
        await kernel.orm.migrator.migrate();
        expect(await indexes()).toEqual([{ name: 'notes_heading', valid: true }]);
        expect(await kernel.orm.migrator.rollback({ step: 1 })).toEqual(['20990102000000_index_heading']);
      });

      it('says what stays when its connection is cut between two statements, and is resumed', async () => {
        writeOutside(
          project,
          '2_cut',
          `${code('create table first (a integer)')} await globalThis.cut?.(await schema.query('select pg_backend_pid() as pid')); ${code('insert into first values (1)')}`,
        );
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        const cut = ([row]: readonly { readonly pid: number }[]): Promise<unknown> => ask(`select pg_terminate_backend(${row?.pid}, 5000)`);
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
        expect(await ask('select * from first')).toEqual([{ a: 1 }]);
      });
    });

    describe('an index that cannot be built', () => {
      it('is named as INVALID, keeps the migration pending, and is built when it is dropped and mended', async () => {
        writeOutside(project, '2_index', [CREATE_UNIQUE], [DROP]);
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
            statement: CREATE_UNIQUE,
            cause: { code: 'OXI_ORM_INDEX_INVALID', indexes: ['notes_title'] },
          },
        });
        expect(String(first)).toMatch(
          /could not create unique index "notes_title"\nThe index notes_title is INVALID: .* drop index concurrently notes_title\./,
        );
        expect(String(first)).toContain('Nothing else of it remains in the database.');
        expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'pending']);
        expect(await ask("select name from oxidite_migrations where name = '2_index'")).toEqual([]);
        expect(String(await fail())).toMatch(/relation "notes_title" already exists\nThe index notes_title is INVALID/);
        await ask('delete from notes where id = 2');
        await ask(DROP);
        expect(await migrator.migrate()).toEqual(['2_index']);
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
      });

      it('is not taken for the one that is wanted by "if not exists"', async () => {
        writeOutside(project, '2_index', [CREATE_UNIQUE.replace('concurrently', 'concurrently if not exists')], [DROP]);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await expect(migrator.migrate()).rejects.toMatchObject({ failure: { cause: { indexes: ['notes_title'] } } });
        await ask('delete from notes where id = 2');
        await expect(migrator.migrate()).rejects.toMatchObject({
          failure: { kept: [], cause: { code: 'OXI_ORM_INDEX_INVALID', message: expect.stringMatching(/^The index notes_title is INVALID/) } },
        });
        expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'pending']);
      });

      it('is told of before anything else is run, when the process was killed while it was built', async () => {
        writeOutside(project, '2_index', `console.log('building'); ${code(CREATE)}`, [DROP]);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await migrator.migrate({ to: '1_notes' });
        const reader = await openReader();
        const child = startChild(project, 'await migrator.migrate();');
        await child.printed('building');
        await waits('create index');
        await child.kill();
        expect((await migrator.status())[1]).toMatchObject({ state: 'interrupted', direction: 'up', statements: [], invalid: ['notes_title'] }); // waits for the server to notice
        await reader.query('commit');
        await reader.end();
        const error = await migrator.migrate().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED', interruption: { statements: [], invalid: ['notes_title'] } });
        expect(String(error)).toContain('The index notes_title is INVALID');
        await expect(migrator.migrate({ resume: true })).rejects.toMatchObject({ code: 'OXI_ORM_INDEX_INVALID', indexes: ['notes_title'] });
        await ask(DROP);
        await ask('create table unrelated (a integer)');
        expect((await migrator.status())[1]).toMatchObject({ state: 'pending' });
        expect(await migrator.migrate()).toEqual(['2_index']);
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
      }, 60_000);
    });

    describe('Migrator.previewMigrate and previewRollback', () => {
      it('run it on a copy of the tables, with the types that migrations have made, and change nothing', async () => {
        project.migration('1_notes', "create table notes (id integer, title varchar(20)); insert into notes values (1, 'a')", 'drop table notes');
        project.migration(
          '1_types',
          "create type mood as enum ('good', 'bad'); alter table notes add column mood mood",
          'alter table notes drop column mood; drop type mood',
        );
        writeOutside(project, '2_index', [CREATE_UNIQUE, "alter type mood add value 'new'", "update notes set mood = 'new'"], [DROP]);
        await using kernel = await project.boot([]);
        const { migrator } = kernel.orm;
        await migrator.migrate({ to: '1_types' });
        expect(await migrator.previewMigrate()).toEqual({
          on: 'copy',
          migrations: [
            {
              name: '2_index',
              statements: [CREATE_UNIQUE, "alter type mood add value 'new'", "update notes set mood = 'new'"].map((sql) => ({ sql, parameters: [] })),
            },
          ],
        });
        expect(await indexes()).toEqual([]);
        expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'applied', 'pending']);
        await migrator.migrate();
        expect(await migrator.previewRollback({ step: 1 })).toMatchObject({ on: 'copy', migrations: [{ name: '2_index', statements: [{ sql: DROP }] }] });
        expect(await indexes()).toEqual([{ name: 'notes_title', valid: true }]);
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
        project.migration('2_index', `${CREATE}; alter table notes drop column id`, 'select 1');
        expect(await rules()).toEqual(['in-transaction 2', 'drop-column 2', 'drop-used-column 2']);
        await using kernel = await project.boot([]);
        const error = await kernel.orm.migrator.migrate().catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ failure: { kept: [], statement: CREATE, cause: { code: 'OXI_ORM_STATEMENT_IN_TRANSACTION' } } });
        expect(String(error)).toMatch(/cannot run inside a transaction block\. Give the migration the option "transaction: false"/);
      });

      it('recommends the option for an index, and finds nothing wrong with it then', async () => {
        project.migration('2_index', CREATE.replace('concurrently ', ''), DROP.replace('concurrently ', ''));
        expect(await rules()).toEqual(['pg-index 2']);
        await using kernel = await project.boot([]);
        expect((await kernel.orm.migrator.check()).findings[0]?.recipe).toContain('"transaction: false": create index concurrently');
        writeOutside(project, '2_index', [CREATE], [DROP]);
        expect(await rules()).toEqual([]);
      });

      it('warns of several statements that cannot be run again, and lets pass those that can', async () => {
        writeOutside(project, '2_index', [CREATE, 'vacuum notes', 'create index concurrently more on notes (id)'], [DROP]);
        expect(await rules()).toEqual(['several-outside -']);
        writeOutside(project, '2_index', ["set lock_timeout = '3s'", CREATE, 'vacuum notes'], [DROP]);
        expect(await rules()).toEqual([]);
        writeOutside(
          project,
          '2_index',
          ['drop index concurrently if exists notes_title', CREATE.replace('concurrently', 'concurrently if not exists')],
          [DROP],
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
      writeOutside(project, '2_index', [CREATE, 'reindex index concurrently notes_title', 'vacuum analyze notes'], [DROP]);
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      expect(await migrator.rehearse()).toEqual([
        { name: '1_notes', isReversible: true },
        { name: '2_index', isReversible: true },
      ]);
      expect(await migrator.squash()).toMatchObject({ name: '2_squashed', replaced: ['1_notes', '2_index'] });
      expect(project.read('migrations/2_squashed.ts')).not.toContain('transaction');
      await migrator.migrate();
      expect(await indexes()).toMatchObject([{ name: 'notes_pkey' }, { name: 'notes_title', valid: true }]);
    });
  },
  SERVER_DATABASES.slice(0, 1),
);
