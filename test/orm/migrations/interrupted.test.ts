import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startChild } from '../support/child-process.ts';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject, type Project } from '../support/project.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  /** Whether changes of tables can be undone. */
  const undoes = database.name === 'postgresql' || database.name === 'sqlite';
  /** Waits for ever where `hold` is set, so that the process can be killed there. */
  const hold = "if (globalThis.holds) { console.log('holding'); await new Promise((resolve) => setTimeout(resolve, 3600000)); }";

  function writeMigration(name: string, up: string, down = ''): void {
    const method = (key: string, body: string): string => `async ${key}(schema) { ${body} },`;
    project.write(
      `migrations/${name}.ts`,
      `import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ ${method('up', up)} ${down === '' ? '' : method('down', down)} });\n`,
    );
  }

  /** Runs the migrator in a process that is killed where the migration holds. */
  async function killed(work: string): Promise<void> {
    const child = startChild(project, `globalThis.holds = true;\n${work}`);
    await child.printed('holding');
    await child.kill();
  }

  const middle = `
    await schema.sql('create table first (a varchar(20))');
    await schema.sql('insert into first values (?)', ['x']);
    await schema.sql('create table second (a varchar(20))');
    await schema.sql('insert into second values (?)', ['y']);
    ${hold}
    await schema.sql('create table third (a varchar(20))');`;

  describe('a migration whose process is killed half-way', () => {
    it(undoes ? 'leaves nothing behind' : 'is reported, keeps others from running, and is resumed behind the statements that are in place', async () => {
      project.migration('1_before', 'create table before_it (a varchar(20))', 'drop table before_it');
      writeMigration('2_middle', middle);
      project.migration('3_after', 'create table after_it (a varchar(20))');
      await killed('await migrator.migrate();');
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      if (undoes) {
        expect((await migrator.status()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
        expect(await project.tables(kernel.orm)).toEqual([]);
        expect(await migrator.migrate()).toEqual(['1_before', '2_middle', '3_after']);
        return;
      }
      const statements = ['create table first (a varchar(20))', 'insert into first values (?)', 'create table second (a varchar(20))'];
      expect(await migrator.status()).toMatchObject([
        { name: '1_before', state: 'applied' },
        { name: '2_middle', state: 'interrupted', direction: 'up', statements },
        { name: '3_after', state: 'pending' },
      ]);
      const error = await migrator.migrate().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED', interruption: { name: '2_middle', direction: 'up', statements } });
      expect(String(error)).toContain('insert into first values (?)\n');
      expect(String(error)).toContain('migrate --resume');
      await expect(migrator.rollback()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED' });
      expect((await migrator.previewMigrate({ resume: true })).migrations).toMatchObject([
        { name: '2_middle', statements: [{ sql: 'insert into second values (?)' }, { sql: 'create table third (a varchar(20))' }] },
        { name: '3_after' },
      ]);
      expect(await migrator.migrate({ resume: true })).toEqual(['2_middle', '3_after']);
      expect(await kernel.orm.kysely.selectFrom('first').selectAll().execute()).toEqual([{ a: 'x' }]);
      expect(await kernel.orm.kysely.selectFrom('second').selectAll().execute()).toEqual([{ a: 'y' }]);
      expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied', 'applied', 'applied']);
    });

    it('counts as pending when none of its statements was in place', async () => {
      writeMigration('1_early', `${hold} await schema.sql('create table early (a varchar(20))');`);
      await killed('await migrator.migrate();');
      await using kernel = await project.boot([]);
      expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['pending']);
      expect(await kernel.orm.migrator.migrate()).toEqual(['1_early']);
    });

    it(undoes ? 'is still applied when it was being undone' : 'is resumed when it was being undone', async () => {
      writeMigration(
        '1_both',
        "await schema.sql('create table a (x varchar(20))'); await schema.sql('create table b (x varchar(20))');",
        `await schema.sql('drop table b'); ${hold} await schema.sql('drop table a');`,
      );
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await migrator.migrate();
      await killed('await migrator.rollback();');
      if (undoes) {
        expect((await migrator.status()).map(({ state }) => state)).toEqual(['applied']);
        expect(await migrator.rollback()).toEqual(['1_both']);
        return;
      }
      expect(await migrator.status()).toMatchObject([{ name: '1_both', state: 'interrupted', direction: 'down', statements: ['drop table b'] }]);
      const error = await migrator.migrate().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ interruption: { name: '1_both', direction: 'down' } });
      expect(String(error)).toContain('rollback --resume');
      await expect(migrator.migrate({ resume: true })).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED' });
      expect(await migrator.rollback({ resume: true })).toEqual(['1_both']);
      expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
    });
  });

  describe('Migrator.resolve', () => {
    it('notes that a pending migration is applied, for tables that were there before', async () => {
      project.migration('1_there', 'create table there (a varchar(20))');
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.resolve('1_there', 'applied');
      expect(await kernel.orm.migrator.migrate()).toEqual([]);
      expect(await kernel.orm.migrator.status()).toMatchObject([{ name: '1_there', state: 'applied', batch: 1, durationMs: null }]);
    });

    it('refuses what would not be true', async () => {
      project.migration('1_one', 'create table one (a varchar(20))');
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await expect(migrator.resolve('1_one', 'not-applied')).rejects.toThrow(/pending already/);
      await migrator.migrate();
      await expect(migrator.resolve('1_one', 'applied')).rejects.toThrow(/applied already/);
      await expect(migrator.resolve('1_one', 'not-applied')).rejects.toThrow(/oxidite rollback/);
      await expect(migrator.resolve('9_none', 'applied')).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_RESOLVE', migration: '9_none' });
    });
  });

  if (undoes) return; // there, a migration that fails leaves nothing, see migrator.test.ts

  describe('a migration that fails half-way', () => {
    const failing =
      "await schema.sql('create table one (a varchar(20))'); await schema.sql('insert into one values (1)'); await schema.sql('insert into nothing values (1)');";
    const corrected = failing.replace('nothing', 'one').replace("'insert into one values (1)'", "'insert into one values (2)'");

    it('is resumed when it is corrected behind what is in place', async () => {
      writeMigration('1_fails', failing);
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await expect(migrator.migrate()).rejects.toMatchObject({
        failure: { kept: ['create table one (a varchar(20))'], statement: 'insert into nothing values (1)' },
      });
      writeMigration('1_fails', corrected);
      expect((await migrator.status())[0]?.state).toBe('interrupted');
      expect(await migrator.migrate({ resume: true })).toEqual(['1_fails']);
      expect((await migrator.status())[0]?.state).toBe('applied');
      expect(await kernel.orm.kysely.selectFrom('one').selectAll().orderBy('a').execute()).toEqual([{ a: '1' }, { a: '2' }]);
    });

    it('stays interrupted when it fails again', async () => {
      writeMigration('1_fails', failing);
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED' });
      await expect(migrator.migrate({ resume: true })).rejects.toMatchObject({ failure: { kept: ['create table one (a varchar(20))'] } });
      expect(await migrator.status()).toMatchObject([{ state: 'interrupted', statements: ['create table one (a varchar(20))'] }]);
    });

    it.each([
      ['another one stands in its place', "await schema.sql('create table other (a varchar(20))');"],
      ['it is gone', ''],
    ])('is not resumed when of a statement that is in place %s', async (_, text) => {
      writeMigration('1_fails', failing);
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED' });
      writeMigration('1_fails', text);
      const error = await migrator.migrate({ resume: true }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'OXI_ORM_MIGRATION_RESUME', migration: '1_fails' });
      expect(String(error)).toContain('create table one (a varchar(20))');
      expect((await migrator.status())[0]?.state).toBe('interrupted');
      expect(await project.tables(kernel.orm)).toEqual(['one', 'oxidite_migrations']);
    });

    it('counts as pending when nothing of it is in place', async () => {
      writeMigration('1_fails', "await schema.sql('insert into nothing values (1)'); await schema.sql('create table one (a varchar(20))');");
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({ failure: { kept: [] } });
      expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['pending']);
    });

    it('cannot be resumed when a text of several statements failed in its middle', async () => {
      writeMigration('1_several', "await schema.sql('create table one (a varchar(20)); create table two (a varchar(20)); nonsense');");
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED' });
      await expect(kernel.orm.migrator.migrate()).rejects.toThrow(/not known how much of this text is in place/);
      await expect(kernel.orm.migrator.migrate({ resume: true })).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_RESUME' });
    });

    it('can be finished by hand', async () => {
      writeMigration('1_fails', failing);
      await using kernel = await project.boot([]);
      const { migrator } = kernel.orm;
      await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED' });
      await migrator.resolve('1_fails', 'applied');
      expect(await migrator.migrate()).toEqual([]);
    });
  });
});
