/** Each query is asked of SQLite and of MongoDB, which hold the same rows, and both have to answer alike. */
import { type Orm, type Where } from '@oxidite/orm';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Author, Book, bootLibrary, createLibrary, type Library, Profile, Tag } from './library.ts';

const NAMES = ['ann', 'Bob', 'ann%', 'b_b', '', 'Zoë', '\\', 'a\nb', '$gt', '.*'];
const MOMENT = new Date('2026-11-22T09:00:00.500Z');

let mongo: Library;
let sqlite: Awaited<ReturnType<typeof bootLibrary>>;
const authors: string[] = [];
const books: string[] = [];

function uuid(number: number): string {
  return `019b76da-a800-7000-8000-${String(number).padStart(12, '0')}`;
}

async function fill(orm: Orm): Promise<void> {
  await orm.unitOfWork(async (unit) => {
    await unit.insertMany(Tag, [{ name: 'red', weight: 1 }, { name: 'blue', weight: null }, { name: 'Red hot', weight: 5 }, { name: 'unused' }]);
    await unit.insertMany(
      Author,
      NAMES.map((name, index) => ({
        id: uuid(index),
        name,
        email: index % 3 === 0 ? null : `${index}@example.com`,
        mentor: index > 2 ? uuid(index % 3) : null,
      })),
    );
    await unit.insertMany(Profile, [
      { id: uuid(100), bio: 'writes', author: uuid(0) },
      { id: uuid(101), bio: 'reads', author: uuid(1) },
      { id: uuid(102), bio: 'gone', author: uuid(2), deletedAt: MOMENT } as never,
    ]);
    await unit.insertMany(
      Book,
      Array.from({ length: 24 }, (_, index) => ({
        id: uuid(200 + index),
        title: `${NAMES[index % NAMES.length]} ${index % 5}`,
        pages: index % 4 === 0 ? null : index * 37,
        price: index % 5 === 0 ? null : `${index % 7}.${String(index % 100).padStart(2, '0')}`,
        sold: index % 6 === 0 ? null : 2n ** 53n + BigInt(index % 9),
        published: index % 3 === 0 ? null : `2026-0${(index % 9) + 1}-11`,
        seen: index % 2 === 0 ? null : new Date(MOMENT.getTime() + index * 1_000),
        mood: index % 2 === 0 ? ('good' as const) : ('bad' as const),
        isbn: index % 2 === 0 ? null : uuid(index),
        flag: index % 3 === 1,
        data: index % 2 === 0 ? null : { index, $gt: '', list: [1, { a: null }] },
        secret: 'x',
        place: index % 3 === 0 ? null : { shelf: `S${index % 4}`, row: index % 2 === 0 ? null : index, since: { day: '2026-01-01' } },
        author: uuid(index % 6),
        editor: index % 4 === 0 ? null : uuid((index * 7) % 10),
      })),
    );
    for (const [index, key] of Array.from({ length: 24 }, (_, place) => uuid(200 + place)).entries()) {
      const book = await unit.get(Book, key);
      if (index % 2 === 0) unit.attach(book, 'tags', 'red');
      if (index % 3 === 0) unit.attach(book, 'tags', 'blue', 'Red hot');
      if (index % 4 === 0) unit.attach(book, 'buyers', { to: uuid(index % 5), pivot: { copies: index, note: null } });
      if (index % 11 === 5) unit.remove(book);
    }
  });
}

beforeAll(async () => {
  mongo = await createLibrary();
  sqlite = await bootLibrary({ driver: 'sqlite', database: ':memory:' });
  for (const orm of [mongo.orm, sqlite.orm]) await fill(orm);
  authors.push(...NAMES.map((_, index) => uuid(index)));
  books.push(...Array.from({ length: 24 }, (_, index) => uuid(200 + index)));
});
afterAll(async () => {
  await mongo.stop();
  await sqlite.stop();
});

/** Asks both, and returns what they say when it is the same. */
async function both<Result>(ask: (orm: Orm) => Promise<Result>): Promise<Result> {
  const answer = async (orm: Orm): Promise<unknown> => ask(orm).catch((error: { code?: string }) => ({ failed: error.code }));
  const [found, expected] = [await answer(mongo.orm), await answer(sqlite.orm)];
  expect(found).toEqual(expected);
  return found as Result;
}

const text = fc.constantFrom(...NAMES, 'a', 'B', '0', ' ', 'zoë');
const pattern = fc.oneof(text, fc.constantFrom('%', '_%', '%a%', '%\\%%', 'b__ %', '%\n%', 'ann% _'));
const comparisons = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<object> =>
  fc.oneof(
    fc.record({ eq: value }),
    fc.record({ ne: value }),
    fc.record({ gt: value }),
    fc.record({ lte: value, gte: value }),
    fc.record({ lt: value }),
    fc.record({ in: fc.array(value, { maxLength: 3 }) }),
    fc.record({ notIn: fc.array(value, { maxLength: 3 }) }),
    fc.record({ isNull: fc.boolean() }),
    fc.constantFrom({ eq: null }, { ne: null }),
  );
const texts = fc.oneof(
  comparisons(text),
  fc.record({ like: pattern }),
  fc.record({ contains: text }),
  fc.record({ startsWith: text }),
  fc.record({ endsWith: text }),
);
const price = fc.constantFrom('0.00', '1.1', '3.03', '5', '-1.5');
const authorWhere = fc.oneof(
  fc.record({ name: texts }),
  fc.record({ email: texts }),
  fc.record({ mentor: fc.oneof(fc.constant(null), fc.constantFrom(uuid(0), uuid(1)), fc.record({ name: texts })) }),
  fc.record({ profile: fc.oneof(fc.constant(null), fc.record({ bio: texts })) }),
  fc.record({ books: fc.record({ pages: comparisons(fc.integer({ min: 0, max: 900 })) }) }),
);
const where = fc.letrec<{ book: object; leaf: object }>((tie) => ({
  leaf: fc.oneof(
    fc.record({ title: texts }),
    fc.record({ pages: comparisons(fc.oneof(fc.integer({ min: 0, max: 900 }), fc.constantFrom(36.5, 1e300))) }),
    fc.record({ price: comparisons(price) }),
    fc.record({ sold: comparisons(fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 9n })) }),
    fc.record({ published: fc.oneof(comparisons(fc.constantFrom('2026-05-11', '2026-01-01')), fc.record({ like: fc.constant('2026-05%') })) }),
    fc.record({ seen: comparisons(fc.integer({ min: 0, max: 24 }).map((index) => new Date(MOMENT.getTime() + index * 1_000))) }),
    fc.record({ mood: fc.constantFrom('good', { ne: 'good' }, { in: ['bad'] }) }),
    fc.record({ isbn: fc.oneof(fc.constantFrom(null, uuid(3), 'no uuid'), comparisons(fc.constantFrom(uuid(3), uuid(9)))) }),
    fc.record({ place: fc.oneof(fc.constant(null), fc.record({ shelf: texts }), fc.record({ row: comparisons(fc.integer({ min: 0, max: 24 })) })) }),
    fc.record({ flag: fc.oneof(fc.boolean(), comparisons(fc.boolean())) }),
    fc.record({ data: fc.constantFrom(null, { isNull: false }) }),
    fc.record({ author: fc.oneof(fc.constantFrom(uuid(1), uuid(99)), authorWhere) }),
    fc.record({ editor: fc.oneof(fc.constantFrom(null, uuid(7)), authorWhere) }),
    fc.record({ tags: fc.oneof(fc.constantFrom('red', 'none'), fc.record({ weight: comparisons(fc.integer({ min: 0, max: 6 })) })) }),
    fc.record({ buyers: fc.oneof(fc.constantFrom(uuid(0), uuid(4)), authorWhere) }),
  ),
  book: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.record({ and: fc.array(tie('book'), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie('book'), { maxLength: 3 }) }),
    fc.record({ not: tie('book') }),
  ),
})).book as fc.Arbitrary<Where<typeof Book>>;

describe('a query', () => {
  it('finds what SQL finds, whatever the conditions are', async () => {
    await fc.assert(
      fc.asyncProperty(where, fc.constantFrom('with', 'only', 'without'), async (conditions, trashed) => {
        await both(async (orm) => {
          const query = orm.query(Book).where(conditions).orderBy({ id: 'asc' }).select('id');
          return (trashed === 'with' ? query.withTrashed() : trashed === 'only' ? query.onlyTrashed() : query).all();
        });
      }),
      { numRuns: 300 },
    );
  });

  it('counts and tells whether there is one, as SQL does', async () => {
    await fc.assert(
      fc.asyncProperty(where, async (conditions) => {
        await both((orm) => orm.query(Book).where(conditions).limit(1).count());
        await both((orm) => orm.query(Book).where(conditions).exists());
      }),
      { numRuns: 60 },
    );
  });

  it('sorts as SQL does, null first, and leaves out what offset says', async () => {
    const direction = fc.constantFrom('asc' as const, 'desc' as const);
    const order = fc.oneof(
      ...(['title', 'pages', 'price', 'sold', 'published', 'seen', 'mood', 'flag'] as const).map((name) => direction.map((value) => ({ [name]: value }))),
      direction.map((value) => ({ author: { name: value } })),
      direction.map((value) => ({ editor: { mentor: { name: value } } })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(order, { maxLength: 3 }), fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 30 }), async (orders, offset, limit) => {
        await both((orm) =>
          orm
            .query(Book)
            .orderBy(...orders, { id: 'asc' })
            .offset(offset)
            .limit(limit)
            .select('id')
            .all(),
        );
      }),
      { numRuns: 80 },
    );
  });

  it('returns rows as SQL does, and what they are related to', async () => {
    const rows = await both((orm) => orm.query(Book).with('author', 'editor', 'tags', 'buyers').withCount('tags', 'buyers').orderBy({ id: 'asc' }).all());
    expect(rows[4]).toMatchObject({ tagsCount: 1, buyers: [{ pivot: { copies: 4, note: null } }] });
    await both((orm) => orm.query(Book).withHidden().withTrashed().orderBy({ id: 'desc' }).limit(3).all());
    await both((orm) => orm.query(Author).with('profile', 'books', 'mentor', 'pupils').withCount('books', 'pupils').orderBy({ name: 'asc' }).all());
    await both((orm) =>
      orm
        .query(Tag)
        .with('books', (related) =>
          related
            .where({ pages: { gt: 100 } })
            .orderBy({ title: 'asc', id: 'asc' })
            .with('author'),
        )
        .orderBy({ name: 'asc' })
        .all(),
    );
    await both((orm) =>
      orm
        .query(Author)
        .with('profile', (profiles) => profiles.withTrashed())
        .orderBy({ id: 'asc' })
        .all(),
    );
    await both((orm) => orm.query(Book).scope('long').scope('titled', 'ann 0').orderBy({ id: 'asc' }).all());
    await both((orm) => orm.query(Book).where({ title: 'none' }).with('tags').all());
  });

  it('makes of values what SQL makes of them', async () => {
    for (const name of ['pages', 'price', 'sold'] as const) {
      await both((orm) => orm.query(Book).sum(name));
      await both((orm) => orm.query(Book).where({ title: 'none' }).sum(name));
      await both((orm) => orm.query(Book).where({ title: 'none' }).avg(name));
    }
    await both(async (orm) => (await orm.query(Book).avg('pages'))?.toFixed(6));
    expect(
      await mongo.orm
        .query(Book)
        .where({ price: { in: ['1.01', '2.02'] } })
        .avg('price'),
    ).toMatch(/^1\.5/);
    for (const name of ['title', 'pages', 'price', 'sold', 'published', 'seen', 'mood'] as const) {
      await both((orm) => orm.query(Book).min(name));
      await both((orm) => orm.query(Book).max(name));
    }
  });

  it('is read in parts, to the same rows', async () => {
    for (const orders of [
      [{ pages: 'asc' }],
      [{ seen: 'desc' }, { price: 'asc' }],
      [{ editor: { name: 'desc' } }, { sold: 'asc' }],
      [{ flag: 'desc' }],
    ] as never[][]) {
      const expected = await sqlite.orm
        .query(Book)
        .orderBy(...orders, { id: 'asc' })
        .select('id')
        .all();
      const found: unknown[] = [];
      for await (const row of mongo.orm
        .query(Book)
        .orderBy(...orders)
        .select('id')
        .stream({ chunk: 5 }))
        found.push(row);
      expect(found).toEqual(expected);
      const pages: unknown[] = [];
      let after: string | undefined;
      do {
        const page = await mongo.orm
          .query(Book)
          .orderBy(...orders)
          .select('id')
          .paginateByCursor({ after, limit: 4 });
        pages.push(...page.items);
        after = page.next ?? undefined;
      } while (after !== undefined);
      expect(pages).toEqual(expected);
    }
    const page = await mongo.orm.query(Book).orderBy({ seen: 'asc' }).paginateByCursor({ limit: 3 });
    const next = await mongo.orm
      .query(Book)
      .orderBy({ seen: 'asc' })
      .paginateByCursor({ after: page.next ?? '', limit: 3 });
    expect(
      await mongo.orm
        .query(Book)
        .orderBy({ seen: 'asc' })
        .paginateByCursor({ before: next.previous ?? '', limit: 3 }),
    ).toMatchObject({ items: page.items });
    await expect(mongo.orm.query(Book).orderBy({ seen: 'asc' }).paginateByCursor({ after: 'eyIkZ3QiOiIifQ' })).rejects.toMatchObject({
      code: 'OXI_ORM_CURSOR_INVALID',
    });
  });

  it('refuses what only SQL can, and says what to do', async () => {
    const refused = { code: 'OXI_ORM_NOT_ON_MONGODB' };
    expect(() => mongo.orm.query(Book).toSql()).toThrow(expect.objectContaining(refused));
    expect(() => mongo.orm.query(Book).toKysely()).toThrow(expect.objectContaining(refused));
    expect(() => mongo.orm.kysely).toThrow(expect.objectContaining(refused));
    await mongo.orm.unitOfWork(async (unit) => {
      await expect(unit.query(Book).lock('update').all()).rejects.toMatchObject(refused);
      await expect(unit.list(Book, {}, { lock: 'update' })).rejects.toMatchObject(refused);
      expect(() => unit.kysely).toThrow(expect.objectContaining(refused));
    });
  });
});
