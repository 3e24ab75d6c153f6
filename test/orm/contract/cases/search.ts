/** Full-text search. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { type ContractContext, defineFeature, onMysql } from '../contract-case.ts';
import { Essay } from '../models/relational.ts';
import { Letter } from '../models/shop.ts';
import { refusesModels, add } from './expectations.ts';

const setUp = ({ orm }: ContractContext): Promise<unknown> =>
  orm.unitOfWork((unit) =>
    unit.insertMany(Essay, [
      { title: 'Baking bread', body: 'Flour, water and salt. Patience makes bread rise.', year: 2001 },
      { title: 'Salt water', body: 'The ocean is salt water.', year: 2002 },
      { title: 'Gardens', body: 'Flour is for bread, not for roses.', year: 2003 },
      { title: 'Nothing', body: null, year: 2004 },
    ]),
  );

const titles = async (orm: Orm, text: string): Promise<string[]> => (await orm.query(Essay).search(text).all()).map(({ title }) => title).toSorted();

export const search = defineFeature(
  'Search',
  {
    'finds rows that have all the words, in any of the texts': async (context) => {
      await setUp(context);
      expect(await titles(context.orm, 'bread')).toEqual(['Baking bread', 'Gardens']);
      expect(await titles(context.orm, 'bread salt')).toEqual(['Baking bread']);
      expect(await titles(context.orm, 'BREAD Roses')).toEqual(['Gardens']);
      expect(await titles(context.orm, 'nothing')).toEqual(['Nothing']);
      expect(await titles(context.orm, 'absent')).toEqual([]);
    },
    'knows phrases, and words that must not be there': async (context) => {
      await setUp(context);
      expect(await titles(context.orm, '"salt water"')).toEqual(['Salt water']);
      expect(await titles(context.orm, '"water salt"')).toEqual([]);
      expect(await titles(context.orm, 'bread -roses')).toEqual(['Baking bread']);
      expect(await titles(context.orm, '-bread')).toEqual([]);
    },
    'takes any text, and never breaks': async (context) => {
      await setUp(context);
      for (const text of ['', ' ', '"', '-', '* AND (', "' or 1=1 --", 'NEAR(', '\\', '%', 'a:b', '\0', '😀', '"unclosed', '+bread', '--', 'title:bread'])
        expect(Array.isArray(await context.orm.query(Essay).search(text).all()), text).toBe(true);
    },
    'puts the best rows first, and goes with conditions, order, pages and counts': async (context) => {
      await setUp(context);
      const { orm } = context;
      const [best] = await orm.query(Essay).search('salt').all();
      expect(best?.title).toBe('Salt water');
      expect((await orm.query(Essay).search('bread').orderBy({ year: 'desc' }).all()).map(({ year }) => year)).toEqual([2003, 2001]);
      expect(await orm.query(Essay).search('bread').where({ year: 2001 }).count()).toBe(1);
      expect(await orm.query(Essay).search('bread').paginate({ limit: 1 })).toMatchObject({ total: 2, limit: 1 });
    },
    'finds what was changed, and not what was removed': async (context) => {
      await setUp(context);
      const { orm } = context;
      await orm.unitOfWork(async (unit) => void (await unit.get(Essay, { title: 'Gardens' })).assign({ body: 'Granite stones.' }));
      expect([await titles(orm, 'roses'), await titles(orm, 'granite')]).toEqual([[], ['Gardens']]);
      await orm.unitOfWork((unit) => unit.query(Essay).where({ year: 2001 }).delete());
      expect(await titles(orm, 'bread')).toEqual([]);
      expect(await orm.query(Essay).search('bread').withTrashed().count()).toBe(1);
      await orm.unitOfWork((unit) => unit.query(Essay).withTrashed().where({ year: 2001 }).forceDelete());
      expect(await orm.query(Essay).search('bread').withTrashed().count()).toBe(0);
    },
    'finds in a transaction what that has written': {
      async run({ orm }) {
        await orm.unitOfWork((unit) =>
          unit.transaction(async () => {
            unit.create(Essay, { title: 'Quartz' });
            await unit.flush();
            expect(await titles(unit, 'quartz')).toEqual(['Quartz']);
          }),
        );
      },
      differs: onMysql({
        reason: '`search` finds what a transaction has written only after its commit',
        async run({ orm }) {
          await orm.unitOfWork(async (unit) => {
            await unit.transaction(async () => {
              unit.create(Essay, { title: 'Quartz' });
              await unit.flush();
              expect(await titles(unit, 'quartz')).toEqual([]);
            });
            expect(await titles(unit, 'quartz')).toEqual(['Quartz']);
          });
        },
      }),
    },
    'knows short words, and those that are everywhere': {
      async run(context) {
        await setUp(context);
        expect(await titles(context.orm, 'is')).toEqual(['Gardens', 'Salt water']);
        expect(await titles(context.orm, 'the')).toEqual(['Salt water']);
      },
      differs: onMysql({
        reason: '`search` leaves out words of less than three letters, and stop words',
        async run(context) {
          await setUp(context);
          expect(await titles(context.orm, 'is')).toEqual([]);
          expect(await titles(context.orm, 'the')).toEqual([]);
          expect(await titles(context.orm, 'the is ocean')).toEqual(['Salt water']);
        },
      }),
    },
    'tells letters from those with accents': {
      async run({ orm }) {
        await add(orm, Essay, { title: 'Café' });
        expect([await titles(orm, 'café'), await titles(orm, 'cafe')]).toEqual([['Café'], []]);
      },
      differs: {
        sqlite: {
          reason: '`search` takes letters with accents for those without',
          async run({ orm }) {
            await add(orm, Essay, { title: 'Café' });
            expect([await titles(orm, 'café'), await titles(orm, 'cafe')]).toEqual([['Café'], ['Café']]);
          },
        },
      },
    },
    'is refused where a model names no texts': ({ orm }) => {
      expect(() => orm.query(Letter).search('x')).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
    },
  },
  {
    mongodb: {
      reason: 'a model with `search` is refused when the connection is opened, and so are searches of others',
      refused: true,
      runs: {
        'is refused of a model with what to write instead': (context) => refusesModels(context, [Essay], 'essay', /leave "search" out, and use \{ contains/),
        'is refused where a model names no texts': ({ orm }) => {
          expect(() => orm.query(Letter).search('x')).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
        },
      },
    },
  },
);
