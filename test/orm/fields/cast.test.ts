import { type Change, defineCast, defineModel, field, type InferModel, type InferRow, manyToMany, type Where } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import { describeOnDatabases } from '../support/databases.ts';
import { createShopFactory, type Shop } from '../relations/shop.ts';

class Color {
  readonly hex: string;

  constructor(hex: string) {
    if (!/^#[\da-f]{3,6}$/i.test(hex)) throw new Error(`no color: ${hex}`);
    this.hex = hex.toLowerCase();
  }
}

class Money {
  cents: number;

  constructor(cents: number) {
    this.cents = cents;
  }
}

const color = defineCast({ schema: z.instanceof(Color), fromStored: (hex: string) => new Color(hex), toStored: ({ hex }: Color) => hex });
const money = defineCast({
  schema: z.instanceof(Money),
  fromStored: (cents: number) => new Money(cents),
  toStored: ({ cents }: Money) => cents,
  input: z.object({ cents: z.number() }).transform(({ cents }) => new Money(cents)),
  output: z
    .instanceof(Money)
    .transform(({ cents }) => ({ cents }))
    .pipe(z.object({ cents: z.number() })),
});
const words = defineCast({
  schema: z.set(z.string()),
  fromStored: (list: string[]) => new Set(list),
  toStored: (set: Set<string>) => [...set].toSorted(),
});
const year = defineCast({
  schema: z.object({ year: z.number() }),
  fromStored: (at: Date) => ({ year: at.getUTCFullYear() }),
  toStored: (value: { year: number }) => new Date(Date.UTC(value.year, 0)),
});

const Paint = defineModel('paint', {
  name: field.string().unique(),
  color: field.string({ maxLength: 7 }).cast(color),
  second: field.string().nullable().cast(color),
  price: field
    .integer({ min: 0 })
    .cast(money)
    .default(() => new Money(100)),
  words: field
    .json(z.array(z.string()))
    .cast(words)
    .default(() => new Set<string>()),
  made: field.datetime().nullable().cast(year),
  mixes: manyToMany(() => Paint, { sourceColumn: 'from_id', targetColumn: 'to_id', pivot: { shade: field.string().cast(color) } }),
});
type Paint = InferModel<typeof Paint>;

const createPaints = createShopFactory([Paint]);

describe('a cast in the types', () => {
  it('is the type of entities, rows and conditions, and its stored form that of JSON', () => {
    expectTypeOf<Paint['color']>().toEqualTypeOf<Color>();
    expectTypeOf<InferRow<typeof Paint>['second']>().toEqualTypeOf<Color | null>();
    expectTypeOf<z.input<typeof Paint.create>['color']>().toEqualTypeOf<string>();
    expectTypeOf<z.output<typeof Paint.create>['price']>().toEqualTypeOf<Money>();
    expectTypeOf<z.input<typeof Paint.create>['price']>().toEqualTypeOf<{ cents: number } | undefined>();
    expectTypeOf<z.output<typeof Paint.read>['price']>().toEqualTypeOf<{ cents: number }>();
    expectTypeOf<z.output<typeof Paint.read>['second']>().toEqualTypeOf<string | null>();
    const where: Where<typeof Paint> = { color: new Color('#fff'), second: null, price: { gt: new Money(1) } };
    expect(where).toBeDefined();
    // @ts-expect-error the stored form is no color
    const stored: Where<typeof Paint> = { color: '#fff' };
    // @ts-expect-error JSON is only compared with null
    const set: Where<typeof Paint> = { words: new Set<string>() };
    // @ts-expect-error a color is no number
    field.integer().cast(color);
    expect([stored, set]).toHaveLength(2);
  });
});

describe('the schemas of a field with a cast', () => {
  it('take and give the stored form, or the forms of the cast', () => {
    const input = Paint.create.parse({ name: 'x', color: '#FFF', second: null, price: { cents: 5 }, words: ['a'], made: '2020-01-01T00:00:00Z' });
    expect(input).toEqual({ name: 'x', color: new Color('#fff'), second: null, price: new Money(5), words: new Set(['a']), made: { year: 2020 } });
    const row = { ...input, id: 1 };
    const json = { id: 1, name: 'x', color: '#fff', second: null, price: { cents: 5 }, words: ['a'], made: '2020-01-01T00:00:00.000Z' };
    expect(Paint.read.parse(row)).toEqual(json);
    expect(Paint.read.parse(json)).toEqual(json);
    expect(Paint.create.parse({ name: 'x', color: new Color('#abc') }).color).toEqual(new Color('#abc'));
    expect(Paint.create.parse({ name: 'x', color: '#abc' }).price).toEqual(new Money(100));
  });

  it('refuse what the cast cannot make a value of, and what breaks the rules of the field', () => {
    expect(Paint.create.safeParse({ name: 'x', color: 'red' }).error?.issues[0]).toMatchObject({ path: ['color'] });
    expect(Paint.update.safeParse({ color: 5 }).success).toBe(false);
    expect(Paint.update.safeParse({ price: { cents: -1 } }).error?.issues[0]).toMatchObject({ path: ['price'] });
    expect(Paint.update.safeParse({ color: `#${'f'.repeat(9)}` }).success).toBe(false);
  });

  it('are described by the forms of JSON', () => {
    expect(z.toJSONSchema(Paint.read, { io: 'output' }).properties).toMatchObject({
      color: { type: 'string', maxLength: 7 },
      price: { type: 'object', properties: { cents: { type: 'number' } } },
    });
    expect(z.toJSONSchema(Paint.update, { io: 'input', unrepresentable: 'any' }).properties).toMatchObject({
      words: { type: 'array' },
      price: { type: 'object' },
    });
  });
});

describe('defineModel', () => {
  it('refuses a cast of a key', () => {
    expect(() => defineModel('x', { hex: field.string().primary().cast(color) })).toThrow(/keys cannot have a cast/);
    expect(() => defineModel('x', { hex: field.string().cast(color), at: field.integer() }, { key: ['hex', 'at'] })).toThrow(/keys cannot have a cast/);
  });
});

describeOnDatabases((database) => {
  let shop: Shop;

  beforeEach(async () => {
    shop = await createPaints(database);
  });

  afterEach(() => shop.stop());

  const add = (values: object = {}): Promise<number> =>
    shop.orm.unitOfWork(async (orm) => {
      const paint = orm.create(Paint, { name: 'red', color: new Color('#F00'), made: { year: 2020 }, words: new Set(['b', 'a']), ...values });
      await orm.flush();
      return paint.id;
    });

  const tapUpdates = (tell: (change: Change) => void): Promise<unknown> =>
    shop.load(definePlugin({ name: 'tapping', version: '1.0.0', setup: (kernel) => kernel.tap('orm:updated', ({ change }) => tell(change)) })());

  describe('a field with a cast', () => {
    it('has values of its own type in entities and rows, and the stored form in the table', async () => {
      const id = await add();
      const expected = { color: new Color('#f00'), second: null, price: new Money(100), words: new Set(['a', 'b']), made: { year: 2020 } };
      expect(await shop.orm.query(Paint).first()).toEqual({ id, name: 'red', ...expected });
      await shop.orm.unitOfWork(async (orm) => {
        expect(await orm.get(Paint, id)).toMatchObject(expected);
        const [stored] = await orm.kysely.selectFrom('paints').select(['color', 'price']).execute();
        expect({ ...stored, price: Number(stored?.['price']) }).toEqual({ color: '#f00', price: 100 });
      });
    });

    it('is written when its stored form changes, also in place, and only then', async () => {
      const id = await add();
      const changed: string[][] = [];
      await tapUpdates(({ fields }) => void changed.push([...fields]));
      await shop.orm.unitOfWork(async (orm) => {
        const paint = await orm.get(Paint, id);
        paint.assign({ color: new Color('#f00'), words: new Set(['b', 'a']), made: { year: 2020 } });
        await orm.flush();
        expect(changed).toEqual([]);
        paint.words.add('c');
        paint.price.cents = 7;
        await orm.flush();
        paint.second = new Color('#00f');
      });
      expect(changed.map((names) => names.toSorted())).toEqual([['price', 'words'], ['second']]);
      expect(await shop.orm.query(Paint).first()).toMatchObject({ words: new Set(['a', 'b', 'c']), price: new Money(7), second: new Color('#00f') });
      await shop.orm.unitOfWork(async (orm) => void ((await orm.get(Paint, id)).second = null));
      expect(await shop.orm.query(Paint).where({ second: null }).count()).toBe(1);
    });

    it('tells hooks the values before and after', async () => {
      const id = await add();
      const seen: unknown[] = [];
      await tapUpdates(({ before, after }) => void seen.push({ before, after }));
      await shop.orm.unitOfWork(async (orm) => (await orm.get(Paint, id)).assign({ color: new Color('#0f0'), words: new Set(['z']), made: { year: 1999 } }));
      expect(seen).toEqual([
        {
          before: { color: new Color('#f00'), words: new Set(['a', 'b']), made: { year: 2020 } },
          after: { color: new Color('#0f0'), words: new Set(['z']), made: { year: 1999 } },
        },
      ]);
    });

    it('is compared, sorted and taken together by the stored form', async () => {
      await add();
      await add({ name: 'blue', color: new Color('#00f'), price: new Money(300), second: new Color('#111') });
      const names = async (where: Where<typeof Paint>): Promise<string[]> =>
        (await shop.orm.query(Paint).where(where).orderBy({ price: 'desc' }).all()).map(({ name }) => name);
      expect(await names({ color: new Color('#F00') })).toEqual(['red']);
      expect(await names({ color: { in: [new Color('#f00'), new Color('#00f')] } })).toEqual(['blue', 'red']);
      expect(await names({ price: { gt: new Money(100) } })).toEqual(['blue']);
      expect(await names({ made: { year: 2020 } })).toEqual(['blue', 'red']);
      expect(await names({ second: { isNull: false } })).toEqual(['blue']);
      expect(await names({ second: { ne: null } })).toEqual(['blue']);
      expect((await shop.orm.query(Paint).orderBy({ price: 'asc' }).paginateByCursor({ limit: 1 })).items[0]?.name).toBe('red');
      await expect(names({ color: '#f00' as never })).rejects.toThrow(/its cast has another type/);
      await expect(names({ words: new Set() as never })).rejects.toThrow(/only be compared with null/);
      await expect(
        shop.orm.unitOfWork((orm) =>
          orm
            .query(Paint)
            .where({})
            .increment('price' as never, 1 as never),
        ),
      ).rejects.toThrow(/no number/);
      await shop.orm.unitOfWork(async (orm) => expect(await orm.find(Paint, { color: new Color('#00f') })).toMatchObject({ name: 'blue' }));
    });

    it('keeps the rules of its cast and those of its field', async () => {
      await expect(add({ price: new Money(-1) })).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', errors: [{ path: '/price' }] });
      await expect(add({ color: 'red' })).rejects.toMatchObject({ errors: [{ path: '/color' }] });
      const id = await add();
      for (const value of ['x', '#f00', 5])
        await expect(shop.orm.unitOfWork(async (orm) => (await orm.get(Paint, id)).assign({ second: value as never }))).rejects.toMatchObject({
          errors: [{ path: '/second' }],
        });
      await expect(shop.orm.unitOfWork((orm) => orm.insertMany(Paint, [{ name: 'x', color: 'red' as never }]))).rejects.toMatchObject({
        errors: [{ path: '/0/color' }],
      });
    });

    it('is written in bulk and in pairs', async () => {
      const id = await add();
      await shop.orm.unitOfWork(async (orm) => {
        await orm.insertMany(Paint, [{ name: 'blue', color: new Color('#00f'), words: new Set(['x']), made: { year: 2001 } }]);
        await orm.upsert(Paint, [{ name: 'red', color: new Color('#e00') }], { by: ['name'] });
        await orm
          .query(Paint)
          .where({ name: 'blue' })
          .update({ price: new Money(9) });
        const paint = await orm.get(Paint, id);
        const to = await orm.get(Paint, { name: 'blue' });
        expect(await orm.sync(paint, 'mixes', [{ to, pivot: { shade: new Color('#aaa') } }])).toMatchObject({ attached: [to.id] });
        expect(await orm.sync(paint, 'mixes', [{ to, pivot: { shade: new Color('#AAA') } }])).toMatchObject({ updated: [] });
        expect(await orm.sync(paint, 'mixes', [{ to, pivot: { shade: new Color('#bbb') } }])).toMatchObject({ updated: [to.id] });
      });
      const rows = await shop.orm.query(Paint).with('mixes').orderBy({ name: 'desc' }).all();
      expect(rows).toMatchObject([
        { name: 'red', color: new Color('#e00'), mixes: [{ name: 'blue', pivot: { shade: new Color('#bbb') } }] },
        { name: 'blue', price: new Money(9), words: new Set(['x']), made: { year: 2001 } },
      ]);
    });

    it('is in the JSON of an entity as its schema has it', async () => {
      const id = await add();
      await shop.orm.unitOfWork(async (orm) =>
        expect(JSON.parse(JSON.stringify(await orm.get(Paint, id)))).toMatchObject({ color: '#f00', price: { cents: 100 }, words: ['a', 'b'], second: null }),
      );
    });

    it('names the field, and not the value, when a row holds what it cannot read', async () => {
      const id = await add();
      await shop.orm.unitOfWork((orm) => orm.kysely.updateTable('paints').set({ color: 'odd' }).where('id', '=', id).execute());
      const failure = { code: 'OXI_ORM_CAST_FAILED', model: 'paint', field: 'color', message: expect.not.stringContaining('odd') };
      await expect(shop.orm.query(Paint).all()).rejects.toMatchObject(failure);
      await expect(shop.orm.unitOfWork((orm) => orm.get(Paint, id))).rejects.toMatchObject(failure);
    });
  });
});
