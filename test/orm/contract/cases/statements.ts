/** SQL, through Kysely. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { type ContractContext, defineFeature, onMysql } from '../contract-case.ts';
import { Entry } from '../models/relational.ts';
import { Sample } from '../models/sample.ts';
import { expectNotOnMongodb } from './expectations.ts';

/** Reads a row as Kysely gives it. */
async function readRaw({ orm }: ContractContext): Promise<Readonly<Record<string, unknown>>> {
  await orm.unitOfWork((unit) => void unit.create(Sample, { at: new Date(1_500), flag: true, data: { a: 1 } }));
  return orm.kysely.selectFrom('samples').select(['at', 'flag', 'data']).executeTakeFirstOrThrow();
}

export const statements = defineFeature(
  'SQL',
  {
    'binds values, and is part of the transaction': async ({ orm }) => {
      await orm.unitOfWork(async (unit) => {
        const failing = unit.transaction(async () => {
          await unit.kysely.insertInto('entries').values({ text: "'; drop table entries; --" }).execute();
          expect(await unit.kysely.selectFrom('entries').select('text').where('text', '=', "'; drop table entries; --").execute()).toHaveLength(1);
          throw new Error('no');
        });
        await expect(failing).rejects.toThrow('no');
      });
      expect(await orm.kysely.selectFrom('entries').selectAll().execute()).toEqual([]);
    },
    'goes on with a query': async ({ orm }) => {
      await orm.kysely
        .insertInto('entries')
        .values([{ text: 'a' }, { text: 'b' }])
        .execute();
      const rows = await orm
        .query(Entry)
        .where({ text: { gt: 'a' } })
        .toKysely()
        .execute();
      expect(rows.map(({ text }) => text)).toEqual(['b']);
    },
    'may name tables and columns in double quotes': async ({ orm }) => {
      await orm.kysely.insertInto('entries').values({ text: "it's" }).execute();
      const { rows } = await sql<{ readonly text: string }>`select "entries"."text" from "entries" where "text" = ${"it's"}`.execute(orm.kysely);
      expect(rows).toEqual([{ text: "it's" }]);
    },
    'gives moments, true and false, and JSON as the database library does': {
      run: async (context) => expect(await readRaw(context)).toEqual({ at: '1970-01-01 00:00:01.5+00', flag: true, data: { a: 1 } }),
      differs: {
        sqlite: {
          reason: '`orm.kysely` gives moments and booleans as numbers, and JSON as text',
          run: async (context) => expect(await readRaw(context)).toEqual({ at: 1_500, flag: 1, data: '{"a":1}' }),
        },
        ...onMysql({
          reason: '`orm.kysely` gives moments as texts in UTC, booleans as numbers, and JSON as text',
          async run(context) {
            const { at, flag, data } = await readRaw(context);
            expect([String(at).slice(0, 21), flag, JSON.parse(String(data))]).toEqual(['1970-01-01 00:00:01.5', 1, { a: 1 }]);
          },
        }),
      },
    },
    'leaves no value in the statement of a query': async ({ orm }) => {
      const { sql: text, parameters } = orm
        .query(Entry)
        .where({ text: 'secret', id: { gt: 41 } })
        .toSql();
      expect(text).not.toMatch(/secret|41/);
      expect(parameters.map(String)).toEqual(['secret', '41']);
    },
  },
  {
    mongodb: {
      reason: 'there is no SQL: `orm.kysely`, `toKysely()` and `toSql()` are refused',
      refused: true,
      runs: {
        'is refused wherever it could be written': async ({ orm }) => {
          await expectNotOnMongodb(() => orm.kysely);
          await expectNotOnMongodb(() => orm.query(Sample).toKysely());
          await expectNotOnMongodb(() => orm.query(Sample).toSql());
          await orm.unitOfWork(async (unit) => {
            await expectNotOnMongodb(() => unit.kysely);
            await unit.transaction(() => expectNotOnMongodb(() => unit.kysely));
          });
        },
      },
    },
  },
);
