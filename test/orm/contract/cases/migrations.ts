/** Migrations: written, applied and undone. */
import { type AnyModel, belongsTo, defineModel, field, type Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import type { Project } from '../../support/project.ts';
import { type ContractContext, defineFeature, onMysql } from '../contract-case.ts';
import { expectNotOnMongodb, expectRefusal } from './expectations.ts';

const Owner = defineModel('owner', { name: field.string() }, { id: 'uuid' });

const note = (extra: Parameters<typeof defineModel>[1] = {}): AnyModel => defineModel('note', { text: field.string(), ...extra }, { id: 'uuid' });

/** Makes a migration for the models, applies it, and expects that nothing more is wanted. Returns its name without the time. */
async function evolve(project: Project, models: readonly AnyModel[], minutes: number): Promise<string | undefined> {
  await using kernel = await project.boot(models);
  await kernel.clock.advance({ minutes });
  const created = await kernel.orm.migrator.create();
  await kernel.orm.migrator.migrate();
  expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
  return created?.name.slice(15);
}

/** Writes three migrations, of which the second fails half-way. */
async function writeFailing({ createProject }: ContractContext): Promise<Project> {
  const project = await createProject();
  project.migration('1_good', 'create table good (a text)');
  project.migration('2_bad', 'create table half (a text); insert into nothing values (1)');
  project.migration('3_never', 'create table never (a text)');
  return project;
}

const FAILED = { name: '2_bad', direction: 'up', statement: 'insert into nothing values (1)', done: ['1_good'] };

/** Writes a migration of MongoDB from its code. */
function writeCode(project: Project, name: string, code: string): void {
  project.write(
    `migrations/${name}.ts`,
    `import { defineMongoMigration } from '@oxidite/orm/mongodb';\nexport default defineMongoMigration({ async up({ db }) { ${code} } });\n`,
  );
}

const listCollections = async (orm: Orm): Promise<string[]> => (await orm.schema.describe()).map(({ name }) => name);

export const migrations = defineFeature(
  'Migrations',
  {
    'follow the models, step by step, and back': async ({ createProject }) => {
      const project = await createProject();
      const owner = belongsTo(() => Owner).nullable();
      const names = [await evolve(project, [note()], 1), await evolve(project, [note({ rank: field.integer().nullable().unique(), owner })], 2)];
      expect(names).toEqual(['create_notes', expect.any(String)]);
      await using kernel = await project.boot([note({ rank: field.integer().nullable().unique(), owner })]);
      for (let left = 2; left > 0; left--) expect(await kernel.orm.migrator.rollback({ step: 1 })).toHaveLength(1);
      expect(await project.tables(kernel.orm)).toEqual(['oxidite_migrations']);
      expect(await kernel.orm.migrator.migrate()).toHaveLength(2);
    },
    'are applied in order, once, and told by status': async ({ createProject }) => {
      const project = await createProject();
      project.migration('2_two', 'alter table one add column b varchar(10)');
      project.migration('1_one', 'create table one (a varchar(10))');
      await using kernel = await project.boot([]);
      expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['pending', 'pending']);
      expect(await kernel.orm.migrator.migrate({ to: '1_one' })).toEqual(['1_one']);
      expect(await kernel.orm.migrator.migrate()).toEqual(['2_two']);
      expect(await kernel.orm.migrator.migrate()).toEqual([]);
      expect((await kernel.orm.migrator.status()).map(({ state, batch }) => [state, batch])).toEqual([
        ['applied', 1],
        ['applied', 2],
      ]);
    },
    'run statements with parameters': async ({ createProject }) => {
      const project = await createProject();
      project.write(
        'migrations/1_rows.ts',
        `import { defineMigration } from '@oxidite/orm';
export default defineMigration({ async up(schema) {
  await schema.sql('create table "words" ("word" varchar(40))');
  await schema.sql('insert into "words" ("word") values (?), (?)', ["it's", '"; drop table words; --']);
} });`,
      );
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate();
      expect((await kernel.orm.kysely.selectFrom('words').selectAll().orderBy('word').execute()).map(({ word }) => word)).toEqual([
        '"; drop table words; --',
        "it's",
      ]);
    },
    'that fail leave nothing': {
      async run(context) {
        const project = await writeFailing(context);
        await using kernel = await project.boot([]);
        await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_FAILED', { failure: { ...FAILED, kept: [] } });
        expect(await project.tables(kernel.orm)).toEqual(['good', 'oxidite_migrations']);
        expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['applied', 'pending', 'pending']);
      },
      differs: onMysql({
        reason:
          'changes of tables cannot be undone: a migration that fails half-way is `interrupted`, its statements that stay are named, and nothing runs until it is resumed or resolved',
        async run(context) {
          const project = await writeFailing(context);
          await using kernel = await project.boot([]);
          await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_FAILED', { failure: { ...FAILED, kept: ['create table half (a text)'] } });
          expect(await project.tables(kernel.orm)).toEqual(['good', 'half', 'oxidite_migrations']);
          expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['applied', 'interrupted', 'pending']);
          await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_INTERRUPTED');
          project.migration('2_bad', 'create table half (a text); insert into good values (1)');
          expect(await kernel.orm.migrator.migrate({ resume: true })).toEqual(['2_bad', '3_never']);
        },
      }),
    },
    'that were edited after they were applied stop the next run': async ({ createProject }) => {
      const project = await createProject();
      project.migration('1_one', 'create table one (a varchar(10))');
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate();
      project.migration('1_one', 'create table one (b varchar(10))');
      project.migration('2_two', 'create table two (a varchar(10))');
      await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_EDITED');
    },
    'without a way back are not rolled back': async ({ createProject }) => {
      const project = await createProject();
      project.migration('1_one', 'create table one (a varchar(10))');
      await using kernel = await project.boot([]);
      await kernel.orm.migrator.migrate();
      await expectRefusal(kernel.orm.migrator.rollback(), 'MIGRATION_IRREVERSIBLE', { migration: '1_one' });
      expect(await project.tables(kernel.orm)).toContain('one');
    },
    'are shown before they run, and change nothing': async ({ createProject }) => {
      const project = await createProject();
      project.migration('1_one', 'create table one (a varchar(10))');
      await using kernel = await project.boot([]);
      const preview = await kernel.orm.migrator.previewMigrate();
      expect(preview.migrations).toMatchObject([{ name: '1_one', statements: [{ sql: expect.stringContaining('create table one') }] }]);
      expect((await project.tables(kernel.orm)).filter((name) => name === 'one')).toEqual([]);
    },
  },
  {
    mongodb: {
      reason:
        'migrations are code with the library of the database, not statements: they cannot be shown before they run, and one that fails half-way is `interrupted`; they make collections and indexes, and what else models want is not compared',
      runs: {
        'are written for what the models want, and undone': async ({ createProject }) => {
          const project = await createProject();
          await using kernel = await project.boot([note({ rank: field.integer().nullable().unique() })]);
          await kernel.orm.migrator.create();
          expect(await kernel.orm.migrator.migrate()).toEqual([expect.stringMatching(/^\d{14}_create_notes$/)]);
          expect(await kernel.orm.migrator.create()).toBeUndefined();
          expect(await listCollections(kernel.orm)).toContain('notes');
          expect(await kernel.orm.migrator.rollback()).toHaveLength(1);
          expect(await listCollections(kernel.orm)).not.toContain('notes');
        },
        'are applied in order, once, and told by status': async ({ createProject }) => {
          const project = await createProject();
          writeCode(project, '2_two', "await db.collection('words').insertOne({ word: 'two' });");
          writeCode(project, '1_one', "await db.createCollection('words');");
          await using kernel = await project.boot([]);
          expect(await kernel.orm.migrator.migrate({ to: '1_one' })).toEqual(['1_one']);
          expect(await kernel.orm.migrator.migrate()).toEqual(['2_two']);
          expect(await kernel.orm.migrator.migrate()).toEqual([]);
          expect((await kernel.orm.migrator.status()).map(({ state, batch }) => [state, batch])).toEqual([
            ['applied', 1],
            ['applied', 2],
          ]);
        },
        'that fail are interrupted, and go on when they are resumed': async ({ createProject }) => {
          const project = await createProject();
          writeCode(project, '1_good', "await db.createCollection('good');");
          writeCode(project, '2_bad', "await db.createCollection('half'); throw new Error('no');");
          await using kernel = await project.boot([]);
          await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_FAILED');
          expect(await listCollections(kernel.orm)).toEqual(expect.arrayContaining(['good', 'half']));
          expect((await kernel.orm.migrator.status()).map(({ state }) => state)).toEqual(['applied', 'interrupted']);
          await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_INTERRUPTED');
          writeCode(project, '2_bad', "await db.collection('half').insertOne({ word: 'a' });");
          expect(await kernel.orm.migrator.migrate({ resume: true })).toEqual(['2_bad']);
        },
        'that were edited after they were applied stop the next run': async ({ createProject }) => {
          const project = await createProject();
          writeCode(project, '1_one', "await db.createCollection('one');");
          await using kernel = await project.boot([]);
          await kernel.orm.migrator.migrate();
          writeCode(project, '1_one', "await db.createCollection('other');");
          writeCode(project, '2_two', "await db.createCollection('two');");
          await expectRefusal(kernel.orm.migrator.migrate(), 'MIGRATION_EDITED');
        },
        'without a way back are not rolled back': async ({ createProject }) => {
          const project = await createProject();
          writeCode(project, '1_one', "await db.createCollection('one');");
          await using kernel = await project.boot([]);
          await kernel.orm.migrator.migrate();
          await expectRefusal(kernel.orm.migrator.rollback(), 'MIGRATION_IRREVERSIBLE', { migration: '1_one' });
        },
        'are not shown before they run': async ({ createProject }) => {
          const project = await createProject();
          writeCode(project, '1_one', "await db.createCollection('one');");
          await using kernel = await project.boot([]);
          await expectNotOnMongodb(kernel.orm.migrator.previewMigrate());
          expect(await listCollections(kernel.orm)).not.toContain('one');
        },
      },
    },
  },
);
