import { belongsTo, defineModel, field, hasMany, orm as ormPlugin, type Orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeOnDatabases } from '../support/databases.ts';
import { createProject } from '../support/project.ts';

const Shelf = defineModel('shelf', { name: field.string(), books: hasMany(() => Book, 'shelf') });
const Book = defineModel(
  'book',
  { title: field.string(), text: field.text().nullable(), year: field.integer().default(2000), shelf: belongsTo(() => Shelf).nullable() },
  { search: ['title', 'text'], softDeletes: true },
);
const Leaf = defineModel('leaf', { text: field.text() }, { id: 'uuid', search: ['text'] });

describeOnDatabases((database) => {
  let kernel: TestKernel;
  let orm: Orm;

  beforeAll(async () => {
    const opened = await database.open();
    const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (own) => own.onDispose(() => opened.drop()) });
    kernel = await createTestKernel({ plugins: [owner(), ormPlugin({ ...opened.options, models: [Book, Leaf], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork(async (unit) => {
      const [shelf] = await unit.insertMany(Shelf, [{ name: 'one' }]);
      await unit.insertMany(Book, [
        { title: 'Database internals', text: 'How a database stores pages, and how a database recovers.', year: 2019, shelf: shelf ?? 0 },
        { title: 'Cooking with salt', text: 'Salt, acid and heat. No database anywhere.', year: 2017 },
        { title: 'Straße und Äpfel', text: null, year: 1999, shelf: shelf ?? 0 },
        { title: 'SQLite', text: 'An embedded database engine', year: 2010 },
      ]);
      unit.create(Leaf, { text: 'green leaves' });
      await unit.flush();
      const gone = await unit.get(Book, { title: 'SQLite' });
      unit.remove(gone);
    });
  });

  afterAll(() => kernel.stop());

  const titles = async (text: string): Promise<string[]> => (await orm.query(Book).search(text).all()).map(({ title }) => title.split(' ')[0] ?? '');

  describe('query.search', () => {
    it.each<[string, string, string[]]>([
      ['a word, in any case, the best rows first', 'DATABASE', ['Database', 'Cooking']],
      ['all of several words', 'database salt', ['Cooking']],
      ['words of different fields', 'internals recovers', ['Database']],
      ['a phrase', '"stores pages"', ['Database']],
      ['a phrase that is not there', '"pages stores"', []],
      ['a word that must not be there', 'database -salt', ['Database']],
      ['a word that nobody has', 'nothing', []],
      ['letters that are not ASCII', 'Äpfel', ['Straße']],
      ['a part of a word', 'data', []],
      ['nothing', '', []],
      ['signs', '!!! --- ""', []],
      ['only what must not be there', '-salt', []],
    ])('finds %s', async (_, text, expected) => {
      expect(await titles(text)).toEqual(expected);
      expect(await orm.query(Book).search(text).count()).toBe(expected.length);
    });

    it('goes with everything else a query can do', async () => {
      const query = orm.query(Book).search('database');
      expect((await query.orderBy({ year: 'asc' }).all()).map(({ year }) => year)).toEqual([2017, 2019]);
      expect(await query.where({ shelf: { name: 'one' } }).count()).toBe(1);
      expect(await query.withTrashed().count()).toBe(3);
      expect(await query.sum('year')).toBe(4_036);
      const page = await query.with('shelf').paginate({ limit: 1 });
      expect(page).toMatchObject({ items: [{ title: 'Database internals', shelf: { name: 'one' } }], total: 2 });
      const next = await query.orderBy({ year: 'asc' }).paginateByCursor({ limit: 1 });
      expect((await query.orderBy({ year: 'asc' }).paginateByCursor({ limit: 1, after: next.next ?? '' })).items).toMatchObject([{ year: 2019 }]);
      await expect(query.paginateByCursor()).rejects.toThrow(/do not go by relevance/);
      const streamed: number[] = [];
      for await (const { year } of query.stream({ chunk: 1 })) streamed.push(year);
      expect(streamed.toSorted((one, other) => one - other)).toEqual([2017, 2019]);
      const shelf = await orm
        .query(Shelf)
        .with('books', (books) => books.search('recovers'))
        .get();
      expect(shelf.books.map(({ title }) => title)).toEqual(['Database internals']);
      expect(await orm.query(Leaf).search('green').count()).toBe(1);
    });

    it('finds what was changed, and not what was removed', async () => {
      await orm.unitOfWork(async (unit) => {
        const book = unit.create(Book, { title: 'Quartz crystals' });
        await unit.flush();
        book.title = 'Granite boulders';
        await unit.flush();
      });
      expect([await titles('quartz'), await titles('granite')]).toEqual([[], ['Granite']]);
      await orm.unitOfWork(async (unit) => {
        expect(await unit.query(Book).where({}).search('granite').update({ text: 'moonstone' })).toBe(1);
      });
      expect(await titles('moonstone')).toEqual(['Granite']);
      await orm.unitOfWork(async (unit) => {
        expect(await unit.query(Book).where({}).search('moonstone').forceDelete()).toBe(1);
      });
      expect(await titles('granite')).toEqual([]);
    });

    it('never breaks, whatever the text is', async () => {
      const hostile = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc
          .array(
            fc.constantFrom(
              '"',
              "'",
              '*',
              '-',
              '+',
              '~',
              '<',
              '>',
              '(',
              ')',
              '@',
              '^',
              ':',
              '{',
              '}',
              '\\',
              '%',
              '\0',
              '&',
              '|',
              '!',
              'AND',
              'OR',
              'NOT',
              'NEAR',
              'database',
              'title:',
              '\ud800',
              ' ',
            ),
            { maxLength: 12 },
          )
          .map((parts) => parts.join('')),
        fc.constantFrom(
          'x'.repeat(5_000),
          '" ; drop table books; --',
          "') or 1=1 --",
          'a* b*',
          '"a',
          '""""',
          'NEAR(a b, 3)',
          'title : x',
          '- - -',
          '+-x',
          '@5',
          'salt*',
        ),
      );
      await fc.assert(
        fc.asyncProperty(hostile, async (text) => {
          const rows = await orm.query(Book).search(text).all();
          expect(rows.length).toBe(await orm.query(Book).search(text).count());
        }),
        { numRuns: 100 },
      );
      expect(await orm.query(Book).count()).toBe(3);
    });

    it('is refused where a model has no texts to search', () => {
      expect(() => orm.query(Shelf).search('x')).toThrow(/no texts to search/);
      expect(() => orm.query(Book).search(5 as never)).toThrow(/takes a text/);
    });
  });

  describe('the index of a search', () => {
    it('is made by migrations, changed, kept when the table is built anew, and dropped', { timeout: 120_000 }, async () => {
      await using project = await createProject(database);
      const note = (fields: object, search: readonly string[] = []) =>
        defineModel('note', { title: field.string(), body: field.text(), ...fields }, search.length === 0 ? {} : { search });
      const migrate = async (model: ReturnType<typeof note>, name: string, work?: (own: Orm) => Promise<void>): Promise<void> => {
        await using own = await project.boot([model]);
        const created = await own.orm.migrator.create({ name });
        expect(created).toBeDefined();
        await own.orm.migrator.migrate();
        const { up, down } = await own.orm.schema.diff();
        expect([up, down]).toEqual([[], []]);
        await work?.(own.orm);
        expect(await own.orm.migrator.create({ name: 'nothing' })).toBeUndefined();
      };
      const count = (own: Orm, model: ReturnType<typeof note>, text: string): Promise<number> => own.query(model).search(text).count();
      const plain = note({});
      await migrate(plain, 'first', (own) => own.unitOfWork((unit) => void unit.create(plain, { title: 'alpha', body: 'omega' })));
      const byTitle = note({}, ['title']);
      await migrate(byTitle, 'second', async (own) => expect([await count(own, byTitle, 'alpha'), await count(own, byTitle, 'omega')]).toEqual([1, 0]));
      const byBoth = note({}, ['title', 'body']);
      await migrate(byBoth, 'third', async (own) => expect([await count(own, byBoth, 'alpha'), await count(own, byBoth, 'omega')]).toEqual([1, 1]));
      const rebuilt = note({ kind: field.enum(['a', 'b']).nullable().default('a') }, ['title', 'body']);
      await migrate(rebuilt, 'fourth', async (own) => {
        await own.unitOfWork((unit) => void unit.create(rebuilt, { title: 'beta', body: '' }));
        expect([await count(own, rebuilt, 'alpha'), await count(own, rebuilt, 'beta')]).toEqual([1, 1]);
      });
      const without = note({ kind: field.enum(['a', 'b']).nullable().default('a') });
      await migrate(without, 'fifth', async (own) => {
        await own.migrator.rollback({ step: 3 });
        await own.migrator.migrate();
        await own.schema.drop();
        expect((await project.tables(own)).filter((name) => name.startsWith('note'))).toEqual([]);
        await own.schema.create();
      });
    });
  });
});

describe('the option "search"', () => {
  it.each<[string, object, readonly string[], RegExp]>([
    ['a field that does not exist', { title: field.string() }, ['titel'], /Did you mean "title"/],
    ['a number', { title: field.integer() }, ['title'], /is no text/],
    ['a hidden field', { title: field.string().hidden() }, ['title'], /is hidden/],
    ['a column that an index needs', { title: field.string(), rank: field.integer() }, ['title'], /"rank" has a name/],
  ])('refuses %s', async (_, fields, search, message) => {
    const Model = defineModel('thing', fields as never, { search });
    const booting = createTestKernel({ plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Model] })] });
    await expect(booting).rejects.toThrow(message);
  });
});
