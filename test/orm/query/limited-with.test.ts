/** A limit for each row in `with`: that of the statement, of the plans, and as a law on every database. */
import { type AnyModel, belongsTo, defineModel, field, hasMany, manyToMany, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchStatements } from '../support/watch-statements.ts';
import { type AnyTestDatabase, DATABASES, describeOnDatabases, describeOnEach, DOCUMENT_DATABASES } from '../support/databases.ts';

const Shelf = defineModel('shelf', { name: field.string(), jars: hasMany(() => Jar, 'shelf') }, { id: 'uuid' });
const Jar = defineModel(
  'jar',
  {
    name: field.string().nullable(),
    size: field.integer(),
    price: field.decimal({ precision: 8, scale: 2 }),
    shelf: belongsTo(() => Shelf),
    label: belongsTo(() => Label).nullable(),
    labels: manyToMany(() => Label, { pivot: { place: field.integer() } }),
  },
  { id: 'uuid', softDeletes: true, scopes: { small: { size: { lt: 5 } } }, defaultScopes: ['small'] },
);
const Label = defineModel('label', { text: field.string(), weight: field.integer().nullable(), jars: manyToMany(() => Jar, 'labels') }, { id: 'uuid' });

/** Boots an application with the models, on a database of its own. */
async function boot(database: AnyTestDatabase, model: AnyModel): Promise<TestKernel> {
  const opened = await database.open();
  const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (own) => own.onDispose(() => opened.drop()) });
  return createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [model], autoMigrate: 'models' })] });
}

async function fill(orm: Orm): Promise<void> {
  await orm.unitOfWork(async (unit) => {
    const labels = ['a', 'b', 'a', 'c', 'b'].map((text, index) => unit.create(Label, { text, weight: index % 2 === 0 ? null : index % 3 }));
    for (let shelf = 0; shelf < 4; shelf++) {
      const on = unit.create(Shelf, { name: `${shelf % 2}` });
      for (let index = 0; index < shelf * 4; index++) {
        unit.create(Jar, {
          name: index % 3 === 0 ? null : `${index % 4}`,
          size: index % 7,
          price: `${index % 5}.50`,
          shelf: on,
          label: labels[index % 6] ?? null,
          labels: labels.filter((_, place) => (index + place) % 2 === 0).map((to, place) => ({ to, pivot: { place } })),
        });
      }
    }
    await unit.flush();
    await unit.query(Jar).where({ size: 3, name: '1' }).delete();
  });
}

const direction = fc.constantFrom('asc' as const, 'desc' as const);
const part = fc.record({ limit: fc.option(fc.nat(9), { nil: undefined }), offset: fc.option(fc.nat(5), { nil: undefined }) });
type Part = typeof part extends fc.Arbitrary<infer Value> ? Value : never;
const ALL: Part = { limit: undefined, offset: undefined };
const jarOrders = fc.array(
  fc.oneof(
    fc.record({ name: direction }),
    fc.record({ price: direction }),
    fc.record({ size: direction }),
    fc.record({ id: direction }),
    fc.record({ label: fc.record({ weight: direction }) }),
  ),
  { maxLength: 3 },
);
const labelOrders = fc.array(fc.oneof(fc.record({ text: direction }), fc.record({ weight: direction })), { maxLength: 2 });

const slice = <Row>(rows: readonly Row[], { limit: count, offset = 0 }: Part): Row[] => rows.slice(offset, count === undefined ? undefined : offset + count);

describeOnEach(
  (database) => {
    let kernel: TestKernel;
    beforeAll(async () => {
      kernel = await boot(database, Shelf);
      await fill(kernel.use('orm'));
    });
    afterAll(() => kernel.stop());

    describe('query.with, with a limit for each row', () => {
      it('returns what a slice of all related rows would', async () => {
        const orm = kernel.use('orm');
        const property = fc.asyncProperty(jarOrders, part, labelOrders, part, fc.boolean(), async (orders, of, innerOrders, ofInner, all) => {
          const shelves = async (jarsOf: Part, labelsOf: Part) =>
            orm
              .query(Shelf)
              .with('jars', (jars) =>
                (all ? jars.withoutScope('small') : jars)
                  .orderBy(...orders)
                  .when(jarsOf.offset, (query, offset) => query.offset(offset))
                  .when(jarsOf.limit, (query, limit) => query.limit(limit))
                  .with('label')
                  .with('labels', (labels) =>
                    labels
                      .orderBy(...innerOrders)
                      .when(labelsOf.offset, (query, offset) => query.offset(offset))
                      .when(labelsOf.limit, (query, limit) => query.limit(limit))
                      .withCount('jars'),
                  )
                  .withCount('labels'),
              )
              .orderBy({ id: 'asc' })
              .all();
          const whole = await shelves(ALL, ALL);
          const expected = whole.map((shelf) => ({ ...shelf, jars: slice(shelf.jars, of).map((jar) => ({ ...jar, labels: slice(jar.labels, ofInner) })) }));
          expect(await shelves(of, ofInner)).toEqual(expected);
        });
        await fc.assert(property, { numRuns: 40 });
      });
    });
  },
  [...DATABASES, ...DOCUMENT_DATABASES],
);

const Word = defineModel('word', { text: field.string(), page: belongsTo(() => Page) }, { search: ['text'] });
const Page = defineModel('page', { title: field.string(), words: hasMany(() => Word, 'page') });

describeOnDatabases((database) => {
  let kernel: TestKernel;
  let orm: Orm;
  beforeAll(async () => {
    kernel = await boot(database, Page);
    orm = kernel.use('orm');
    await orm.unitOfWork((unit) => {
      for (const title of ['one', 'two']) {
        const page = unit.create(Page, { title });
        for (const text of ['lamp', 'lamp chair lamp', 'chair table']) unit.create(Word, { text, page });
      }
    });
  });
  afterAll(() => kernel.stop());

  describe('query.with, with a limit for each row', () => {
    it('keeps the best of a search', async () => {
      const words = (limit?: number) =>
        orm
          .query(Page)
          .with('words', (related) => related.search('lamp').when(limit, (query, rows) => query.limit(rows)))
          .orderBy({ id: 'asc' })
          .all();
      const [all, best] = [await words(), await words(1)];
      expect(all.map((page) => page.words.length)).toEqual([2, 2]);
      expect(best.map((page) => page.words)).toEqual(all.map((page) => page.words.slice(0, 1)));
    });

    it('refuses to lock its rows, and a relation to one, also when there are no rows', async () => {
      await orm.unitOfWork((unit) =>
        unit.transaction(() =>
          expect(
            unit
              .query(Page)
              .with('words', (words) => words.limit(1).lock('update'))
              .all(),
          ).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID', message: expect.stringContaining('cannot be locked') }),
        ),
      );
      const none = orm
        .query(Word)
        .where({ id: 0 })
        .with('page', (pages) => pages.limit(1));
      await expect(none.all()).rejects.toThrow(/a relation to one, so it cannot have a limit/);
    });
  });
});

describe('query.with, with a limit for each row', () => {
  it('runs one statement for each relation, which is the same for every limit', async () => {
    const plugin = ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Page], autoMigrate: 'models' });
    await using kernel = await createTestKernel({ plugins: [plugin] });
    const orm = kernel.use('orm');
    await orm.unitOfWork((unit) => unit.insertMany(Page, [{ title: 'one' }, { title: 'two' }]));
    const query = orm.query(Page).select('title');
    const read = (limit: number): Promise<string[]> =>
      watchStatements(() => query.with('words', (words) => words.select('text').orderBy({ text: 'desc' }).limit(limit).offset(1)).all());
    await read(9); // what is prepared stays
    const [first, second] = [await read(1), await read(2)];
    expect(second).toEqual(first);
    expect(first.slice(1)).toEqual([
      'select * from (select "t0"."text" as "c1", "t0"."page_id" as "owner", row_number() over (partition by "t0"."page_id" order by "t0"."text" desc, "t0"."id" asc) as "place" ' +
        'from "words" as "t0" where "t0"."page_id" in (?, ?)) as "ranked" where "ranked"."place" > ? and "ranked"."place" <= ? order by "ranked"."place"',
    ]);
  });
});
