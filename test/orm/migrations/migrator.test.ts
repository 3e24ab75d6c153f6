import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProject, type Project } from '../support/project.ts';
import { describeOnDatabases } from '../support/databases.ts';

describeOnDatabases((database) => {
  let project: Project;

  beforeEach(async () => {
    project = await createProject(database);
  });

  afterEach(() => project[Symbol.asyncDispose]());

  /** Whether changes of tables can be undone. */
  const undoes = database.name === 'postgresql' || database.name === 'sqlite';
  const tables = (kernel: Awaited<ReturnType<Project['boot']>>): Promise<string[]> => project.tables(kernel.orm);

  describe('migrate', () => {
    it('applies what is pending, in order, and only once', async () => {
      project.migration('20260102000000_two', 'alter table one add column b text');
      project.migration('20260101000000_one', 'create table one (a text)');
      await using kernel = await project.boot([]);
      expect(await kernel.orm.migrator.migrate()).toEqual(['20260101000000_one', '20260102000000_two']);
      expect(await kernel.orm.migrator.migrate()).toEqual([]);
      expect(await tables(kernel)).toEqual(['one', 'oxidite_migrations']);
      expect(await kernel.orm.migrator.status()).toEqual([
        { name: '20260101000000_one', state: 'applied', batch: 1, appliedAt: new Date(kernel.clock.now()), durationMs: 0, release: null },
        { name: '20260102000000_two', state: 'applied', batch: 1, appliedAt: new Date(kernel.clock.now()), durationMs: 0, release: null },
      ]);
    });

    it('leaves nothing of a migration that fails but what cannot be undone, keeps those before it, and names file and statements', async () => {
      project.migration('1_good', 'create table good (a text)');
      project.migration('2_bad', 'create table half (a text); insert into good values (1); insert into nothing values (1)');
      project.migration('3_never', 'create table never (a text)');
      await using kernel = await project.boot([]);
      const error = await kernel.orm.migrator.migrate().catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'OXI_ORM_MIGRATION_FAILED',
        failure: {
          name: '2_bad',
          direction: 'up',
          statement: 'insert into nothing values (1)',
          done: ['1_good'],
          kept: undoes ? [] : ['create table half (a text)'],
        },
      });
      expect(String(error)).toContain(
        undoes ? 'Nothing of it remains' : 'these of its statements stay, though the migration does not count as applied:\n  create table half (a text)\n',
      );
      expect(String(error)).toContain(join(project.root, 'migrations/2_bad.ts'));
      expect(await tables(kernel)).toEqual(['good', ...(undoes ? [] : ['half']), 'oxidite_migrations']);
      expect(await kernel.orm.kysely.selectFrom('good').selectAll().execute()).toEqual([]);
      expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['applied', undoes ? 'pending' : 'interrupted', 'pending']);
      project.migration('2_bad', 'drop table if exists half; create table half (a text)');
      if (!undoes) {
        await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({
          code: 'OXI_ORM_MIGRATION_INTERRUPTED',
          interruption: { name: '2_bad', direction: 'up', statements: ['create table half (a text)'] },
        });
        await kernel.orm.migrator.resolve('2_bad', 'not-applied');
      }
      expect(await kernel.orm.migrator.migrate()).toEqual(['2_bad', '3_never']);
      expect((await kernel.orm.migrator.status()).map(({ batch }) => batch)).toEqual([1, 2, 2]);
    });

    it('counts a statement that was not awaited', async () => {
      project.write(
        'migrations/1_hasty.ts',
        "import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ up(schema) { void schema.sql('create table a (x text)'); void schema.sql('nonsense'); } });",
      );
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({ failure: { statement: 'nonsense' } });
      expect(await tables(kernel)).toEqual([...(undoes ? [] : ['a']), 'oxidite_migrations']);
    });

    it('moves data with parameters and queries', async () => {
      project.migration('1_one', "create table a (x text); insert into a values ('it''s')");
      project.write(
        'migrations/2_move.ts',
        "import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ async up(schema) { await schema.sql('create table b (x text)'); for (const row of await schema.query('select x from a where x <> ?', ['y'])) await schema.sql('insert into b values (?)', [`${row.x}!`]); } });",
      );
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate();
      expect(await kernel.orm.kysely.selectFrom('b').selectAll().execute()).toEqual([{ x: "it's!" }]);
    });

    it.each(['begin', ' COMMIT', 'rollback', 'savepoint x', 'start transaction'])('refuses "%s" in a migration', async (statement) => {
      project.migration('1_transaction', `create table a (x text); ${statement}`);
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toThrow(/in a transaction already/);
      expect(await tables(kernel)).toEqual([...(undoes ? [] : ['a']), 'oxidite_migrations']);
    });

    it('refuses to break foreign keys', async () => {
      project.migration(
        '1_parents',
        'create table p (id integer primary key); create table c (p_id integer references p (id)); insert into p values (1); insert into c values (1)',
      );
      project.migration('2_break', 'delete from p');
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toThrow(/foreign key constraint/i);
      expect(await kernel.orm.kysely.selectFrom('p').selectAll().execute()).toHaveLength(1);
    });

    it('reports an applied migration that was edited, whatever its line ends are', async () => {
      project.migration('1_one', 'create table one (a text)');
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate();
      project.write('migrations/1_one.ts', `${project.read('migrations/1_one.ts').replaceAll('\n', '\r\n')}\r\n`);
      expect((await kernel.orm.migrator.status())[0]?.state).toBe('applied');
      project.migration('1_one', 'create table one (a text, b text)');
      project.migration('2_two', 'create table two (a text)');
      await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_EDITED', migrations: ['1_one'] });
      expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['edited', 'pending']);
      expect(await kernel.orm.migrator.migrate({ allowEdited: true })).toEqual(['2_two']);
    });

    it.each<[string, string, RegExp]>([
      ['has no migration', 'export const x = 1;', /default export is not a migration/],
      [
        'has a migration without up()',
        "import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({});",
        /1_bad\.ts is not a usable migration: its default export is not a migration/,
      ],
      ['cannot be imported', "throw new Error('broken');", /could not be imported: broken/],
    ])('says when a file %s', async (_, text, message) => {
      project.write('migrations/1_bad.ts', text);
      await using kernel = await project.boot([]);
      await expect(kernel.orm.migrator.migrate()).rejects.toThrow(message);
    });

    it('has nothing to do without a directory', async () => {
      await using kernel = await project.boot([]);
      expect([await kernel.orm.migrator.migrate(), await kernel.orm.migrator.status(), await kernel.orm.migrator.rollback()]).toEqual([[], [], []]);
    });

    it('happens at boot when the options say so', async () => {
      project.migration('1_one', 'create table one (a text)');
      await using kernel = await project.boot([], { autoMigrate: 'migrations' });
      expect(await tables(kernel)).toContain('one');
      if (database.name === 'sqlite') expect(existsSync(join(project.root, 'app.db'))).toBe(true);
    });
  });

  describe('rollback', () => {
    const setUp = async (): Promise<Awaited<ReturnType<Project['boot']>>> => {
      const kernel = await project.boot([]);
      project.migration('1_one', 'create table one (id integer primary key)', 'drop table one');
      project.migration(
        '2_two',
        'create table two (one_id integer not null references one (id)); insert into one values (1); insert into two values (1)',
        'drop table two; delete from one',
      );
      await kernel.orm.migrator.migrate();
      project.migration('3_three', 'create table three (a text)', 'drop table three');
      await kernel.orm.migrator.migrate();
      return kernel;
    };

    it('undoes the last run', async () => {
      await using kernel = await setUp();
      expect(await kernel.orm.migrator.rollback()).toEqual(['3_three']);
      expect(await kernel.orm.migrator.rollback()).toEqual(['2_two', '1_one']);
      expect(await tables(kernel)).toEqual(['oxidite_migrations']);
      expect(await kernel.orm.migrator.migrate()).toEqual(['1_one', '2_two', '3_three']);
    });

    it('undoes as many as it is told', async () => {
      await using kernel = await setUp();
      expect(await kernel.orm.migrator.rollback({ step: 2 })).toEqual(['3_three', '2_two']);
      expect(await kernel.orm.migrator.rollback({ step: 9 })).toEqual(['1_one']);
    });

    it('undoes nothing when one of them cannot be undone', async () => {
      await using kernel = await setUp();
      project.migration('4_four', 'create table four (a text)');
      await kernel.orm.migrator.migrate();
      await expect(kernel.orm.migrator.rollback({ step: 2 })).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_IRREVERSIBLE', migration: '4_four' });
      expect(await tables(kernel)).toContain('three');
    });

    it('says when a file is missing', async () => {
      await using kernel = await setUp();
      const { rmSync } = await import('node:fs');
      rmSync(join(project.root, 'migrations/3_three.ts'));
      expect((await kernel.orm.migrator.status()).map(({ name, state }) => `${name} ${state}`)).toEqual(['1_one applied', '2_two applied', '3_three missing']);
      await expect(kernel.orm.migrator.rollback()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_MISSING' });
    });

    it('leaves nothing half undone, or says what is', async () => {
      await using kernel = await setUp();
      project.migration('3_three', 'create table three (a text)', 'drop table three; drop table nothing');
      await expect(kernel.orm.migrator.rollback()).rejects.toMatchObject({
        failure: { direction: 'down', statement: 'drop table nothing', kept: undoes ? [] : ['drop table three'] },
      });
      expect((await tables(kernel)).includes('three')).toBe(undoes);
      expect((await kernel.orm.migrator.status()).at(-1)).toMatchObject({ name: '3_three', state: undoes ? 'edited' : 'interrupted' });
    });
  });
});
