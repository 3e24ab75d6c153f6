/** The tables of models. */
import { type AnyModel, belongsTo, defineModel, field, morphTo } from '@oxidite/orm';
import { expect } from 'vitest';
import { type ContractContext, defineFeature, onMysql } from '../contract-case.ts';
import { expectNotOnMongodb, expectRefusal } from './expectations.ts';

const Owner = defineModel('owner', { name: field.string() }, { id: 'uuid' });

const note = (extra: Parameters<typeof defineModel>[1] = {}): AnyModel => defineModel('note', { text: field.string(), ...extra }, { id: 'uuid' });

const Guest = defineModel('guest', { name: field.string() }, { id: 'uuid' });

const Holder = defineModel('holder', { about: morphTo(() => [Owner, Guest]).nullable() }, { id: 'uuid' });

const ID = '0191f2a4-0000-7000-8000-000000000001';

/** Writes a row whose relation leads to two models at once, past the unit of work. */
async function writeTwoKeys({ createProject }: ContractContext): Promise<void> {
  await using kernel = await (await createProject()).boot([Holder], { autoMigrate: 'models' });
  const { kysely } = kernel.orm;
  for (const table of ['owners', 'guests']) await kysely.insertInto(table).values({ id: ID, name: 'x' }).execute();
  await kysely.insertInto('holders').values({ id: ID, about_owner_id: ID, about_guest_id: ID }).execute();
}

export const schema = defineFeature(
  'Tables',
  {
    'are made from the models, and described': async ({ createProject }) => {
      await using kernel = await (await createProject()).boot([note({ owner: belongsTo(() => Owner).onDelete('cascade') })], { autoMigrate: 'models' });
      const tables = await kernel.orm.schema.describe();
      expect(tables.map(({ name, columns }) => [name, columns.map((column) => column.name).toSorted()])).toEqual([
        ['notes', ['id', 'owner_id', 'text']],
        ['owners', ['id', 'name']],
      ]);
      expect(await kernel.orm.schema.diff()).toEqual({ up: [], down: [] });
    },
    'get columns that are missing, and keep their rows': async ({ createProject }) => {
      const project = await createProject();
      {
        await using kernel = await project.boot([note()], { autoMigrate: 'models' });
        await kernel.orm.kysely.insertInto('notes').values({ id: ID, text: 'kept' }).execute();
      }
      await using kernel = await project.boot([note({ rank: field.integer().nullable() })], { autoMigrate: 'models' });
      expect(await kernel.orm.kysely.selectFrom('notes').select(['text', 'rank']).execute()).toEqual([{ text: 'kept', rank: null }]);
    },
    'are not changed further without a migration': async ({ createProject }) => {
      const project = await createProject();
      await (await project.boot([note({ rank: field.integer() })], { autoMigrate: 'models' })).stop();
      await using kernel = await project.boot([note({ rank: field.text() })]);
      await expectRefusal(kernel.orm.schema.create(), 'SCHEMA_MISMATCH');
    },
    'are dropped': async ({ createProject }) => {
      const project = await createProject();
      await using kernel = await project.boot([note({ owner: belongsTo(() => Owner) })], { autoMigrate: 'models' });
      await kernel.orm.schema.drop();
      expect(await project.tables(kernel.orm)).toEqual([]);
    },
    'become models by pull': async ({ createProject }) => {
      const project = await createProject();
      await using kernel = await project.boot([note({ owner: belongsTo(() => Owner).nullable(), rank: field.integer().unique() })], { autoMigrate: 'models' });
      await kernel.orm.schema.pull();
      expect(project.list('app/models')).toEqual(['note.ts', 'owner.ts']);
      expect(project.read('app/models/note.ts')).toMatch(/belongsTo\(\(\) => Owner\)\.nullable\(\)/);
    },
    'check that a relation to one of several models that may be null leads to one at most': {
      run: (context) => expect(writeTwoKeys(context)).rejects.toThrow(/check/i),
      differs: onMysql({
        reason: 'a nullable `morphTo` that is `set null` has no check in the database; the unit of work keeps it',
        run: writeTwoKeys,
      }),
    },
  },
  {
    mongodb: {
      reason: 'models are collections with indexes, which have no columns: nothing has to be added to them, nothing is compared, and there is no `db:pull`',
      runs: {
        'are collections with indexes, made from the models and described': async ({ createProject }) => {
          await using kernel = await (
            await createProject()
          ).boot([note({ rank: field.integer().unique(), owner: belongsTo(() => Owner) })], {
            autoMigrate: 'models',
          });
          expect(await kernel.orm.schema.describe()).toEqual(
            expect.arrayContaining([
              expect.objectContaining({
                name: 'notes',
                indexes: expect.arrayContaining([expect.objectContaining({ name: 'notes_rank_unique' }), expect.objectContaining({ name: '_id_' })]),
              }),
              expect.objectContaining({ name: 'owners' }),
            ]),
          );
        },
        'take fields that are new, and keep their documents': async ({ createProject }) => {
          const project = await createProject();
          const before = defineModel('note', { text: field.string() }, { id: 'uuid' });
          const after = defineModel('note', { text: field.string(), rank: field.integer().nullable() }, { id: 'uuid' });
          {
            await using kernel = await project.boot([before], { autoMigrate: 'models' });
            await kernel.orm.unitOfWork((unit) => unit.insertMany(before, [{ id: ID, text: 'kept' }]));
          }
          await using kernel = await project.boot([after], { autoMigrate: 'models' });
          expect(await kernel.orm.query(after).all()).toEqual([{ id: ID, text: 'kept', rank: null }]);
        },
        'are dropped': async ({ createProject }) => {
          await using kernel = await (await createProject()).boot([note({ owner: belongsTo(() => Owner) })], { autoMigrate: 'models' });
          await kernel.orm.schema.drop();
          expect(await kernel.orm.schema.describe()).toEqual([]);
        },
        'are neither compared with the models nor pulled': async ({ createProject }) => {
          await using kernel = await (await createProject()).boot([note()], { autoMigrate: 'models' });
          await expectNotOnMongodb(kernel.orm.schema.diff());
          await expectNotOnMongodb(kernel.orm.schema.pull());
        },
      },
    },
  },
);
