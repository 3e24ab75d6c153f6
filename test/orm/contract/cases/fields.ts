/** What fields of each type hold, and give back as it was. */
import { defineModel, field } from '@oxidite/orm';
import { expect } from 'vitest';
import { type ContractContext, defineFeature } from '../contract-case.ts';
import { Sample } from '../models/sample.ts';
import { add, expectBoth, expectInvalid, expectRefusedBoot } from './expectations.ts';

type SampleData = Parameters<typeof add<typeof Sample>>[2];

/** Expects that each of the values comes back on both roads, and is found by itself. */
const keeps =
  (name: keyof SampleData & string, values: readonly unknown[]) =>
  async ({ orm }: ContractContext): Promise<void> => {
    for (const value of values) {
      const id = await add(orm, Sample, { [name]: value });
      await expectBoth(orm, Sample, id, { [name]: value });
      if (name !== 'data')
        expect(
          (
            await orm
              .query(Sample)
              .where({ [name]: value })
              .all()
          ).map((row) => row.id),
          String(value),
        ).toContain(id);
    }
  };

/** Expects that each of the values is refused before it is written, by both ways to write. */
const refuses =
  (name: keyof SampleData & string, values: readonly unknown[]) =>
  async ({ orm }: ContractContext): Promise<void> => {
    for (const value of values) {
      await expectInvalid(add(orm, Sample, { [name]: value }), `/${name}`);
      await expectInvalid(
        orm.unitOfWork((unit) => unit.insertMany(Sample, [{ [name]: value }])),
        `/0/${name}`,
      );
    }
    expect(await orm.query(Sample).count()).toBe(0);
  };

const Wide = defineModel('wide', { amount: field.decimal({ precision: 30, scale: 10 }) }, { id: 'uuid' });
const CAPITALS = '0191F2A4-0000-7000-8000-00000000ABCD';
const NUL = ['\0', 'a\0b', 'a\0'];
const SIGNS = ['', ' ', "it's", '"quoted"', 'back\\slash', '\\', '`', '%_', 'line\nbreak\r\n\ttab', '?', ':x', '$1', '${x}', 'null', 'undefined', '0'];

export const fields = defineFeature('Fields', {
  'keep texts with any sign': keeps('word', SIGNS),
  'keep texts of any language, and emoji': keeps('word', ['Ünïcödé', 'Привет', '日本語', 'مرحبا', 'नमस्ते', '😀', '👩‍👩‍👧', '𝕏', '\u200b', '\ufeff', '\u{10ffff}']),
  'keep texts that look alike apart': async ({ orm }) => {
    const words = ['e\u0301', '\u00e9', 'E\u0301', 'a', 'A', 'a ', ' a', 'ß', 'ss', 'ﬁ', 'fi', '\u{1f600}', '\u{1f601}'];
    for (const word of words) await add(orm, Sample, { word });
    for (const word of words) expect((await orm.query(Sample).where({ word }).all()).map((row) => row.word)).toEqual([word]);
    expect(
      await orm
        .query(Sample)
        .where({ word: { in: ['A', 'ss'] } })
        .count(),
    ).toBe(2);
  },
  'keep the character U+0000': {
    run: keeps('text', NUL),
    differs: { postgresql: { reason: 'the character U+0000 in a text is refused with status 422', refused: true, run: refuses('text', NUL) } },
  },
  'refuse one half of a character of two': async (context) => {
    await refuses('word', ['\ud83d', 'a\udc00b'])(context);
    await refuses('text', ['\udc00\ud800'])(context);
  },
  'keep long texts': keeps('text', ['x'.repeat(100_000), '😀'.repeat(40_000)]),
  'refuse a string that is too long, or no text': refuses('word', ['x'.repeat(256), 5, {}, true, ['a']]),
  'keep whole numbers as JavaScript holds them': keeps('whole', [0, 1, -1, 2_147_483_648, -2_147_483_649, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]),
  'refuse numbers that are not whole or not finite': refuses('whole', [1.5, Infinity, -Infinity, Number.NaN, 2 ** 53, '1', 1n]),
  'keep whole numbers of 64 bits': keeps('big', [0n, 1n, -1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)]),
  'refuse whole numbers of more than 64 bits': refuses('big', [2n ** 63n, -(2n ** 63n) - 1n, 1, '1']),
  'keep decimals to the last digit': keeps('price', [
    '0.0000',
    '0.1000',
    '0.3000',
    '12345678901.2345',
    '-99999999999.9999',
    '0.0001',
    '-0.0001',
    '1000000.0000',
  ]),
  'give decimals all digits of their scale': async ({ orm }) => {
    for (const [given, kept] of [
      ['1', '1.0000'],
      ['1.5', '1.5000'],
      ['007.25', '7.2500'],
      ['-0', '0.0000'],
      ['-0.00', '0.0000'],
    ] as const) {
      const id = await add(orm, Sample, { price: given });
      await expectBoth(orm, Sample, id, { price: kept });
    }
  },
  'refuse decimals that are no number, or lose digits': refuses('price', [
    '',
    'x',
    '1e3',
    '1,5',
    '.5',
    '1.',
    '1.23456',
    '123456789012',
    'NaN',
    '0x1',
    ' 1',
    1.5,
  ]),
  'keep decimals of 30 digits': {
    async run(context) {
      await using kernel = await (await context.createProject()).boot([Wide], { autoMigrate: 'models' });
      const amount = '12345678901234567890.1234567891';
      const id = await add(kernel.orm, Wide, { amount });
      await expectBoth(kernel.orm, Wide, id, { amount });
      expect(
        await kernel.orm
          .query(Wide)
          .where({ amount: { gt: '12345678901234567890.1234567890' } })
          .count(),
      ).toBe(1);
      expect(
        await kernel.orm
          .query(Wide)
          .where({ amount: { gt: amount } })
          .count(),
      ).toBe(0);
    },
    differs: {
      sqlite: {
        reason: 'a model with decimals of more than 15 digits is refused at boot',
        refused: true,
        async run(context) {
          const project = await context.createProject();
          await expectRefusedBoot(project.boot([Wide], { autoMigrate: 'models' }), 'MODEL_INVALID', {
            model: 'wide',
            message: expect.stringContaining('at most 15'),
          });
        },
      },
    },
  },
  'keep true and false': keeps('flag', [true, false]),
  'refuse what is not true or false': refuses('flag', [0, 1, 'true', '']),
  'keep moments to the millisecond, whenever they are': keeps(
    'at',
    [
      '2026-11-22T09:00:00.001Z',
      '1969-12-31T23:59:59.999Z',
      '1970-01-01T00:00:00.000Z',
      '1000-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999Z',
      '2024-02-29T12:00:00.500Z',
      '2026-03-29T01:30:00.000Z',
    ].map((text) => new Date(text)),
  ),
  'refuse what is no moment': refuses('at', [new Date(Number.NaN), '2026-01-01', 0]),
  'keep days without a time zone': keeps('day', ['2026-11-22', '2024-02-29', '1000-01-01', '9999-12-31', '1970-01-01', '1582-10-10']),
  'refuse what is no day': refuses('day', ['2023-02-29', '2026-13-01', '2026-00-10', '26-1-1', '2026-11-22T00:00:00Z', '', new Date(0)]),
  'keep the words of an enum': keeps('mood', ['good', 'bad', "it's"]),
  'refuse words that an enum does not have': refuses('mood', ['ugly', 'Good', '', 0]),
  'keep UUIDs': keeps('token', ['0191f2a4-0000-7000-8000-00000000abcd', '00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff']),
  'know UUIDs in either case, and keep them in small letters': async ({ orm }) => {
    const small = CAPITALS.toLowerCase();
    const id = await add(orm, Sample, { token: CAPITALS });
    await orm.unitOfWork((unit) => unit.insertMany(Sample, [{ token: CAPITALS }]));
    for (const token of [CAPITALS, small, { in: [CAPITALS] }, { startsWith: CAPITALS.slice(0, 8) }, { gte: CAPITALS }])
      expect(await orm.query(Sample).where({ token }).count(), JSON.stringify(token)).toBe(2);
    await expectBoth(orm, Sample, id, { token: small });
    await orm.unitOfWork((unit) =>
      unit
        .query(Sample)
        .where({ id })
        .update({ token: CAPITALS.replace('D', 'E') }),
    );
    await expectBoth(orm, Sample, id, { token: small.replace('d', 'e') });
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Sample, id);
      entity.token = CAPITALS;
      await unit.flush();
      expect(entity.token).toBe(small);
      expect(entity.assign({ token: CAPITALS }).token).toBe(small);
    });
    await expectBoth(orm, Sample, id, { token: small });
    for (const schema of [Sample.create, Sample.update]) expect(schema.parse({ token: CAPITALS }).token).toBe(small);
  },
  'refuse what is no UUID, and find nothing by it': async (context) => {
    await refuses('token', ['x', '', '0191f2a4', '0191f2a4-0000-7000-8000-00000000000g'])(context);
    expect(await context.orm.query(Sample).where({ token: 'x' }).count()).toBe(0);
    expect(await context.orm.query(Sample).where({ id: "' or 1=1" }).count()).toBe(0);
  },
  'keep null, which is not the empty value': async ({ orm }) => {
    const empty = await add(orm, Sample, {});
    const row = await orm.query(Sample).where({ id: empty }).get();
    expect(Object.entries(row).filter(([name, value]) => name !== 'id' && value !== null)).toEqual([]);
    await add(orm, Sample, { word: '', text: '', whole: 0, big: 0n, price: '0', flag: false, data: '' });
    for (const name of ['word', 'text', 'whole', 'big', 'price', 'flag', 'data'] as const)
      expect(
        await orm
          .query(Sample)
          .where({ [name]: null })
          .count(),
        name,
      ).toBe(1);
  },
  'can be set to null again': async ({ orm }) => {
    const full = { word: 'a', text: 'b', whole: 1, big: 2n, price: '3', flag: true, at: new Date(0), day: '2026-01-01', mood: 'good', data: 1 } as const;
    const id = await add(orm, Sample, full);
    const nothing = Object.fromEntries(Object.keys(full).map((name) => [name, null]));
    await orm.unitOfWork(async (unit) => void (await unit.get(Sample, id)).assign(nothing));
    await expectBoth(orm, Sample, id, nothing);
  },
});
