import { belongsTo, CursorPage, CursorQuery, defineModel, field, type InferRow, orm as ormPlugin, type Orm, type OrderBy } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Tag } from '../support/blog.ts';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Group = defineModel('group', { title: field.string(), parent: belongsTo(() => Group).nullable() });
const Entry = defineModel('entry', {
  word: field.string().nullable(),
  count: field.integer().nullable(),
  big: field.bigint(),
  price: field.decimal().nullable(),
  at: field.datetime().nullable(),
  day: field.date(),
  flag: field.boolean(),
  mood: field.enum(['good', 'bad']),
  token: field.uuid().nullable(),
  data: field.json(CursorQuery).nullable(),
  group: belongsTo(() => Group).nullable(),
});

describe('CursorQuery', () => {
  it('reads texts of a URL, has a default and a limit', () => {
    expect(CursorQuery.parse({})).toEqual({ limit: 20 });
    expect(CursorQuery.parse({ limit: '5', after: 'abc' })).toEqual({ limit: 5, after: 'abc' });
    expect([{ limit: '101' }, { limit: '0' }, { after: 'a'.repeat(10_000) }].some((query) => CursorQuery.safeParse(query).success)).toBe(false);
  });
});

describe('CursorPage', () => {
  it('strips the items to their schema', () => {
    const page = CursorPage(Tag.read).parse({ items: [{ id: 1, name: 'js', secret: 1 }], next: 'x', previous: null, limit: 20 });
    expect(page).toEqual({ items: [{ id: 1, name: 'js' }], next: 'x', previous: null, limit: 20 });
  });
});

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;
  let orm: Orm;
  const COUNT = 40;

  beforeAll(async () => {
    opened = await database.open();
    kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Entry], autoMigrate: 'models' })] });
    orm = kernel.use('orm');
    await orm.unitOfWork(async (unit) => {
      const first = unit.create(Group, { title: 'a' });
      const groups = [first, unit.create(Group, { title: 'b', parent: first }), unit.create(Group, { title: 'b' }), null];
      const pick = <Value>(values: readonly Value[], index: number): Value => values[index % values.length] as Value; // the list is not empty
      for (let index = 0; index < COUNT; index++) {
        unit.create(Entry, {
          word: pick(['a', 'B', 'ä', '', null, 'a', "'; drop"], index * 7),
          count: pick([1, 2, null, -3, 2], index * 3),
          big: pick([1n, -(2n ** 63n), 2n ** 63n - 1n, 9_007_199_254_740_993n], index),
          price: pick(['1.50', '-0.25', null, '10.00', '9.99'], index * 11),
          at: pick([new Date(0), new Date('2026-01-01T00:00:00.123Z'), null, new Date('2026-01-01T00:00:00.124Z')], index * 5),
          day: pick(['2026-01-01', '2024-02-29'], index),
          flag: index % 3 === 0,
          mood: pick(['good', 'bad'] as const, index),
          token: pick(['0195b1c0-0000-7000-8000-000000000001', null, '0195b1c0-0000-7000-8000-000000000002'], index),
          group: pick(groups, index * 13),
        });
      }
    });
  });

  afterAll(async () => {
    await kernel.stop();
    await opened.drop();
  });

  const direction = fc.constantFrom('asc' as const, 'desc' as const);
  const term: fc.Arbitrary<OrderBy<typeof Entry>> = fc.oneof(
    fc
      .tuple(fc.constantFrom('word', 'count', 'big', 'price', 'at', 'day', 'flag', 'mood', 'token', 'groupId', 'id'), direction)
      .map(([name, way]) => ({ [name]: way })),
    direction.map((way) => ({ group: { title: way } })),
    direction.map((way) => ({ group: { parent: { title: way } } })),
  );
  const orders = fc.array(term, { maxLength: 3 });

  describe('paginateByCursor', () => {
    it('gives every row exactly once, forward and back, in the order of the query', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(orders, fc.integer({ min: 1, max: 17 }), async (order, limit) => {
          const query = orm.query(Entry).orderBy(...order);
          const expected = (await query.paginate({ limit: COUNT })).items.map(({ id }) => id);
          const forward: number[] = [];
          let page = await query.paginateByCursor({ limit });
          expect(page.previous).toBeNull();
          for (;;) {
            forward.push(...page.items.map(({ id }) => id));
            if (page.next === null) break;
            page = await query.paginateByCursor({ limit, after: page.next });
            expect(page.previous).not.toBeNull();
          }
          expect(forward).toEqual(expected);
          const back = page.items.map(({ id }) => id);
          while (page.previous !== null) {
            page = await query.paginateByCursor({ limit, before: page.previous });
            expect(page.next).not.toBeNull();
            back.unshift(...page.items.map(({ id }) => id));
          }
          expect(back).toEqual(expected);
        }),
        { numRuns: 30 },
      );
    });

    it('is not shifted by rows that are added or removed before the cursor', async () => {
      const query = orm.query(Group).orderBy({ title: 'asc' }).select('title');
      const first = await query.paginateByCursor({ limit: 1 });
      await orm.unitOfWork((unit) => void unit.create(Group, { title: '0' }));
      const second = await query.paginateByCursor({ limit: 5, after: first.next ?? '' });
      expect(second.items.map(({ title }) => title)).toEqual(['b', 'b']);
      await orm.unitOfWork(async (unit) => unit.remove(await unit.get(Group, { title: '0' })));
    });

    it('returns what the query selects, with what is related', async () => {
      const page = await orm.query(Entry).select('id').with('group').orderBy({ price: 'desc' }).paginateByCursor({ limit: 2 });
      expect(Object.keys(page.items[0] ?? {}).toSorted()).toEqual(['group', 'id']);
      expect(page.limit).toBe(2);
    });

    it('refuses cursors that were changed, or that another list gave', async () => {
      const query = orm.query(Entry).orderBy({ word: 'asc', at: 'desc', big: 'asc' });
      const { next } = await query.paginateByCursor({ limit: 3 });
      const cursor = next ?? '';
      const packed = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
      const pack = (...values: readonly unknown[]): string => Buffer.from(JSON.stringify([packed[0], ...values])).toString('base64url');
      const forged = [
        '',
        'x',
        '%',
        cursor.slice(2),
        Buffer.from('{}').toString('base64url'),
        Buffer.from('[]').toString('base64url'),
        'a'.repeat(9_000),
        pack(),
        pack(...packed.slice(1), 1),
        pack(5, packed[2], packed[3], packed[4]),
        pack(['a'], packed[2], packed[3], packed[4]),
        pack({ n: '1; drop' }, packed[2], packed[3], packed[4]),
        pack('a', 'tomorrow', packed[3], packed[4]),
        pack('a', '2026-02-30 00:00:00', packed[3], packed[4]),
        pack('a', true, packed[3], packed[4]),
        pack('a', packed[2], 'x', packed[4]),
        pack('a', packed[2], { n: '99999999999999999999' }, packed[4]),
        pack('a', packed[2], { n: '9999999999999999999' }, packed[4]),
        pack('a', packed[2], packed[3], null),
        pack('a', packed[2], packed[3], 1.5),
      ];
      const refusal = (side: string): object => ({ code: 'OXI_ORM_CURSOR_INVALID', status: 422, errors: [{ in: 'query', path: `/${side}` }] });
      for (const after of forged) {
        await expect([after, query.paginateByCursor({ after })][1]).rejects.toMatchObject(refusal('after'));
        await expect(query.paginateByCursor({ before: after })).rejects.toMatchObject(refusal('before'));
      }
      await expect(query.orderBy({ day: 'asc' }).paginateByCursor({ after: cursor })).rejects.toMatchObject(refusal('after'));
      await expect(orm.query(Entry).orderBy({ word: 'desc', at: 'desc', big: 'asc' }).paginateByCursor({ after: cursor })).rejects.toMatchObject(
        refusal('after'),
      );
      await expect(query.paginateByCursor({ after: cursor, before: cursor })).rejects.toMatchObject(refusal('before'));
      expect((await query.paginateByCursor({ after: pack('a', ...packed.slice(2)) })).items.length).toBeGreaterThan(0);
    });

    it('does not break on any text', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.json().map((text) => Buffer.from(text).toString('base64url')),
          ),
          async (after) => {
            await expect(orm.query(Entry).paginateByCursor({ after })).rejects.toMatchObject({ code: 'OXI_ORM_CURSOR_INVALID' });
          },
        ),
        { numRuns: 100 },
      );
    });

    it('cannot go by JSON, and checks its limit', async () => {
      await expect(orm.query(Entry).orderBy({ data: 'asc' }).paginateByCursor({ after: 'x' })).rejects.toThrow(/CURSOR|cursor/);
      await expect(orm.query(Entry).paginateByCursor({ limit: -1 })).rejects.toThrow(/whole number/);
    });
  });

  describe('stream and chunks', () => {
    it('give every row exactly once in the order of the query', { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(orders, fc.integer({ min: 1, max: 50 }), async (order, size) => {
          const query = orm.query(Entry).orderBy(...order);
          const expected = (await query.paginate({ limit: COUNT })).items;
          const streamed: InferRow<typeof Entry>[] = [];
          for await (const row of query.stream({ chunk: size })) streamed.push(row);
          expect(streamed).toEqual(expected);
          const sizes: number[] = [];
          for await (const rows of query.chunks(size)) sizes.push(rows.length);
          expect(sizes.slice(0, -1).every((count) => count === size)).toBe(true);
          expect(sizes.reduce((sum, count) => sum + count, 0)).toBe(COUNT);
        }),
        { numRuns: 15 },
      );
    });

    it('load what is related for each chunk, and end at the limit', async () => {
      const found: (string | undefined)[] = [];
      const query = orm
        .query(Entry)
        .where({ group: { title: 'b' } })
        .with('group', (groups) => groups.with('parent'));
      for await (const { group } of query.limit(7).stream({ chunk: 3 })) found.push(group?.title);
      expect(found).toEqual(Array.from({ length: 7 }, () => 'b'));
    });

    it('refuse an offset and a chunk without rows', async () => {
      await expect(orm.query(Entry).offset(1).chunks(3).next()).rejects.toThrow(/cannot have an offset/);
      await expect(orm.query(Entry).chunks(0).next()).rejects.toThrow(/at least one row/);
      expect(() => orm.query(Entry).stream({ chunk: 1.5 })).toThrow(/whole number/);
    });
  });
});
