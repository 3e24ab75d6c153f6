import { type CreateData, defineModel, field, type InferRow, orm as ormPlugin, type Where } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { Decimal128 } from 'mongodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toPlainDecimal } from '../../../../plugins/orm/src/drivers/mongodb/values.ts';
import { createMongodbDatabase, withDatabase } from '../../support/mongodb-database.ts';

const money = field.decimal({ precision: 20, scale: 2 }).cast({
  schema: z.custom<{ cents: bigint }>((value) => typeof value === 'object' && value !== null && 'cents' in value),
  toStored: ({ cents }) => `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`,
  fromStored: (stored) => ({ cents: BigInt(stored.replace('.', '')) }),
});
const Sample = defineModel(
  'sample',
  {
    string: field.string(),
    text: field.text().nullable(),
    integer: field.integer(),
    bigint: field.bigint(),
    decimal: field.decimal({ precision: 34, scale: 9 }),
    boolean: field.boolean(),
    datetime: field.datetime(),
    date: field.date(),
    enum: field.enum(['a', "it's", '$x']),
    uuid: field.uuid().nullable(),
    json: field.json(z.json()),
    secret: field.string().encrypted(),
    sealed: field.json(z.json()).encrypted().nullable(),
    money: money.nullable(),
  },
  { id: 'uuid' },
);
type Sample = CreateData<typeof Sample>;

const moment = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
const anyText = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.constantFrom('$where', '$gt', '\u0000', 'a\u0000b', '\ud83d\ude00', '{"$ne":null}'));
const json = fc
  .jsonValue()
  .map((value) => JSON.parse(JSON.stringify(value)) as z.output<ReturnType<typeof z.json>>)
  .filter((value) => value !== null && !/"__proto__":|"_bsontype":|\\u0000[^"]*":/.test(JSON.stringify(value))); // zod leaves the first out, and the server of the tests trips over the second
const sample: fc.Arbitrary<Sample> = fc.record({
  string: anyText,
  text: fc.option(anyText),
  integer: fc.maxSafeInteger(),
  bigint: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  decimal: fc.bigInt({ min: -(10n ** 34n) + 1n, max: 10n ** 34n - 1n }).map((parts) => {
    const digits = String(parts < 0n ? -parts : parts).padStart(10, '0');
    return `${parts < 0n ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`;
  }),
  boolean: fc.boolean(),
  datetime: moment,
  date: moment.map((date) => date.toISOString().slice(0, 10)),
  enum: fc.constantFrom('a' as const, "it's" as const, '$x' as const),
  uuid: fc.option(fc.uuid({ version: 7 })),
  json,
  secret: anyText,
  sealed: fc.option(json),
  money: fc.option(fc.bigInt({ min: 0n, max: 10n ** 18n }).map((cents) => ({ cents }))),
});

let kernel: TestKernel;
let url = '';
beforeAll(async () => {
  const { options } = await createMongodbDatabase().open();
  url = 'url' in options ? options.url : '';
  const encryptionKeys = [Buffer.alloc(32, 7).toString('base64')];
  kernel = await createTestKernel({ plugins: [ormPlugin({ ...options, models: [Sample], autoMigrate: 'models', encryptionKeys })] });
});
afterAll(async () => {
  await kernel.stop();
  await withDatabase(url, async (db) => void (await db.dropDatabase()));
});

const pick = (row: InferRow<typeof Sample> | Sample): Sample =>
  Object.fromEntries(Object.keys(Sample.fields).map((name) => [name, row[name as keyof typeof row]])) as unknown as Sample;

async function add(data: Sample): Promise<string> {
  return kernel.use('orm').unitOfWork(async (orm) => {
    const entity = orm.create(Sample, data);
    await orm.flush();
    return entity.id;
  });
}

describe('a value of any field, on MongoDB', () => {
  it('comes back on both roads as it was given, and is not written again', async () => {
    const orm = kernel.use('orm');
    await fc.assert(
      fc.asyncProperty(sample, async (data) => {
        const id = await add(data);
        expect(pick(await orm.query(Sample).where({ id }).get())).toEqual(data);
        await orm.unitOfWork(async (unit) => {
          expect(pick(await unit.get(Sample, id))).toEqual(data);
          const uow = unit.em.getUnitOfWork();
          uow.computeChangeSets();
          expect(uow.getChangeSets().map(({ payload }) => payload)).toEqual([]);
        });
      }),
      { numRuns: 120 },
    );
  });

  it('is changed on all roads', async () => {
    const orm = kernel.use('orm');
    await fc.assert(
      fc.asyncProperty(sample, sample, sample, sample, async (before, assigned, updated, upserted) => {
        const id = await add(before);
        await orm.unitOfWork(async (unit) => void (await unit.get(Sample, id)).assign(assigned));
        expect(pick(await orm.query(Sample).where({ id }).get())).toEqual(assigned);
        await orm.unitOfWork(async (unit) => expect(await unit.query(Sample).where({ id }).update(updated)).toBe(1));
        expect(pick(await orm.query(Sample).where({ id }).get())).toEqual(updated);
        await orm.unitOfWork((unit) => unit.upsert(Sample, [{ ...upserted, id }], { by: ['id'] }));
        expect(pick(await orm.query(Sample).where({ id }).get())).toEqual(upserted);
      }),
      { numRuns: 40 },
    );
  });

  it('finds its row', async () => {
    const orm = kernel.use('orm');
    await fc.assert(
      fc.asyncProperty(sample, async (data) => {
        const [id] = await orm.unitOfWork((unit) => unit.insertMany(Sample, [data]));
        const { json: _json, secret: _secret, sealed: _sealed, ...compared } = data;
        const found = await orm
          .query(Sample)
          .where(compared as Where<typeof Sample>)
          .all();
        expect(found.map((row) => row.id)).toContain(id);
        for (const row of found) expect(pick(row)).toMatchObject(compared);
      }),
      { numRuns: 60 },
    );
  });

  it('is stored under the name of its column, as the type that MongoDB has for it', async () => {
    const [data] = fc.sample(sample, 1) as [Sample];
    const id = await add({ ...data, decimal: '1.5', bigint: 5n, json: { $gt: [1] }, money: { cents: 1234n } });
    await withDatabase(url, async (db) => {
      const document = await db.collection<Record<string, unknown> & { _id: string }>('samples').findOne({ _id: id }, { useBigInt64: true });
      expect(document).toMatchObject({ _id: id, datetime: data.datetime, bigint: 5n, json: { $gt: [1] } });
      expect(String(document?.['decimal'])).toBe('1.500000000');
      expect(document?.['money']).toBeInstanceOf(Decimal128);
      expect(document?.['secret']).not.toContain(data.secret === '' ? '\u0001' : data.secret);
    });
  });
});

describe('toPlainDecimal', () => {
  it('writes any Decimal128 without an exponent', () => {
    expect(['1E+3', '1.5E-8', '0E-10', '-0', '12.340', '-1.2E+2'].map((text) => toPlainDecimal(text, 2))).toEqual([
      '1000.00',
      '0.000000015',
      '0.00',
      '0.00',
      '12.34',
      '-120.00',
    ]);
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 14 }), (digits, scale) => {
        const plain = toPlainDecimal(Decimal128.fromString(`${digits}E-${scale}`).toString(), scale);
        expect(BigInt(plain.replace('.', ''))).toBe(digits);
        expect(plain.split('.')[1]?.length ?? 0).toBe(scale);
      }),
    );
  });
});
