import { defineModel, field, orm } from '@oxidite/orm';
import { describeMigrations } from '@oxidite/orm/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Article } from './support/blog.ts';
import { describeOnDatabases } from './support/databases.ts';
import { createProject, type Project } from './support/project.ts';

/** Collects the tests of a suite, to run them here. */
function collect(
  declare: (runner: { describe(name: string, define: () => void): void; it(name: string, run: () => Promise<void>): void }) => void,
): Map<string, () => Promise<void>> {
  const tests = new Map<string, () => Promise<void>>();
  declare({ describe: (_, define) => define(), it: (name, run) => void tests.set(name.split(/[ ,]/, 2).join(' '), run) });
  return tests;
}

describeOnDatabases((database) => {
  let project: Project;

  beforeAll(async () => {
    project = await createProject(database);
  });
  afterAll(() => project[Symbol.asyncDispose]());

  describe('describeMigrations', () => {
    it('passes what make:migration writes, one change after the other', async () => {
      const note = (extra: Parameters<typeof defineModel>[1]) => defineModel('note', { text: field.string(), ...extra });
      const steps = [
        [Article, note({})],
        [Article, note({ rank: field.integer().nullable(), at: field.datetime().nullable(), day: field.date().nullable() })],
        [Article, note({ mood: field.enum(['a', 'b']).nullable() })],
      ];
      let minutes = 0;
      for (const models of steps) {
        await using kernel = await project.boot(models);
        await kernel.clock.advance({ minutes: (minutes += 1) });
        await kernel.orm.migrator.create();
      }
      const tests = collect((runner) => describeMigrations(runner, orm({ ...project.database, models: steps.at(-1) ?? [] }), { root: project.root }));
      expect([...tests.keys()]).toEqual(['have names', 'go up', 'make what']);
      for (const run of tests.values()) await run();
    });

    it.each<[string, string, string | undefined, object, RegExp]>([
      [
        'fails only with rows',
        'alter table base add column b integer default 1 not null; create unique index base_b on base (b)',
        'drop table base',
        {},
        /with rows in the tables it cannot be applied/,
      ],
      ['does not lead back', 'create table more (a integer)', 'create table other (a integer)', {}, /undoing it does not lead back:\n {2}table/],
      ['has no way back', 'create table more (a integer)', undefined, {}, /it has no down\(\)/],
    ])('fails a migration that %s', async (_, up, down, options, message) => {
      await using broken = await createProject(database);
      broken.migration('1_base', 'create table base (a integer not null primary key)', 'drop table base');
      broken.migration('2_broken', up, down);
      const tests = collect((runner) => describeMigrations(runner, orm(broken.database), { root: broken.root, ...options }));
      await expect(tests.get('go up')?.()).rejects.toMatchObject({
        code: 'OXI_ORM_MIGRATION_REHEARSAL',
        migration: '2_broken',
        message: expect.stringMatching(message),
      });
    });

    it('takes rows for tables that it cannot fill, and names of migrations without a way back', async () => {
      await using odd = await createProject(database);
      odd.migration('1_odd', 'create table odd (a integer not null check (a > 100 and a < 103), b varchar(5))');
      const run = (options: object) =>
        collect((runner) => describeMigrations(runner, orm(odd.database), { root: odd.root, irreversible: ['1_odd'], ...options })).get('go up')?.();
      await expect(run({})).rejects.toThrow(/no rows could be made for "odd" .*rows: \{ odd: \[/s);
      await run({ rows: { odd: [{ a: 101 }, { a: 102, b: 'x' }] } });
    });

    it('fails names that have one time, and models that need more', async () => {
      await using twice = await createProject(database);
      twice.migration('1_one', 'create table one (a integer)', 'drop table one');
      twice.migration('1_two', 'create table two (a integer)', 'drop table two');
      const tests = collect((runner) =>
        describeMigrations(runner, orm({ ...twice.database, models: [defineModel('note', { text: field.string() })] }), { root: twice.root }),
      );
      await expect(tests.get('have names')?.()).rejects.toThrow('several migrations begin with 1');
      await expect(tests.get('make what')?.()).rejects.toThrow('make:migration');
    });
  });
});
