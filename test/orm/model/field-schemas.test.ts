import { field } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { toInputSchema, toOutputSchema, toValueSchema } from '../../../plugins/orm/src/model/field-schemas.ts';

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('toValueSchema', () => {
  it.each<[string, { readonly spec: Parameters<typeof toValueSchema>[0] }, readonly unknown[], readonly unknown[]]>([
    ['string', field.string(), ['', 'x'.repeat(255)], ['x'.repeat(256), 1, null, undefined]],
    ['string of a length and a pattern', field.string({ minLength: 2, maxLength: 3, pattern: /^[a-z]+$/ }), ['ab', 'abc'], ['a', 'abcd', 'A1']],
    ['email', field.string({ format: 'email', maxLength: 12 }), ['a@b.example'], ['a', 'long@b.example']],
    ['url', field.string({ format: 'url' }), ['https://example.com/x'], ['example', 'javascript:alert(1)']],
    ['text', field.text(), ['x'.repeat(1_000)], [1]],
    ['nullable text', field.text().nullable(), ['', null], [undefined, 0]],
    ['integer', field.integer({ min: 1, max: 3 }), [1, 3], [0, 4, 1.5, Number.NaN, '1']],
    ['bigint', field.bigint(), [0n, 2n ** 63n - 1n, -(2n ** 63n)], [1, 2n ** 63n]],
    ['decimal', field.decimal({ precision: 4, scale: 2 }), ['12.50', '-1', '0.1'], ['123', '1.234', '1e3', 12.5]],
    ['whole decimal', field.decimal({ precision: 3, scale: 0 }), ['123'], ['1.0']],
    ['boolean', field.boolean(), [true, false], [1, 'true']],
    ['datetime', field.datetime(), [new Date(0)], [new Date(Number.NaN), '2026-01-01T00:00:00Z', 0]],
    ['date', field.date(), ['2026-02-28'], ['2026-02-30', '2026-2-1', new Date()]],
    ['enum', field.enum(['a', 'b']), ['a'], ['c']],
    ['uuid', field.uuid(), ['0190163d-8694-739b-aea5-966c26f8ad91'], ['x']],
    ['json', field.json(z.object({ a: z.number() })), [{ a: 1 }], [{ a: 'x' }, null]],
  ])('checks %s', (_, { spec }, good, bad) => {
    expect(good.map((value) => accepts(toValueSchema(spec), value))).toEqual(good.map(() => true));
    expect(bad.map((value) => accepts(toValueSchema(spec), value))).toEqual(bad.map(() => false));
  });
});

describe('toInputSchema', () => {
  it('reads moments and 64-bit numbers from JSON, and takes them as they are', () => {
    const moment = toInputSchema(field.datetime().spec);
    expect(moment.parse('2026-01-01T01:00:00+01:00')).toEqual(new Date('2026-01-01T00:00:00Z'));
    expect(moment.parse(new Date(5))).toEqual(new Date(5));
    expect([accepts(moment, 'yesterday'), accepts(moment, new Date(Number.NaN))]).toEqual([false, false]);
    const whole = toInputSchema(field.bigint().spec);
    expect([whole.parse('9007199254740993'), whole.parse(5), whole.parse(7n)]).toEqual([9007199254740993n, 5n, 7n]);
    expect([accepts(whole, '1.5'), accepts(whole, 1.5), accepts(whole, '9999999999999999999')]).toEqual([false, false, false]);
  });
});

describe('toOutputSchema', () => {
  it('writes moments and 64-bit numbers as texts', () => {
    expect(toOutputSchema(field.datetime().nullable().spec).parse(null)).toBeNull();
    expect(toOutputSchema(field.datetime().spec).parse(new Date(0))).toBe('1970-01-01T00:00:00.000Z');
    expect(toOutputSchema(field.bigint().spec).parse(9007199254740993n)).toBe('9007199254740993');
    expect(accepts(toOutputSchema(field.datetime().spec), new Date(Number.NaN))).toBe(false);
  });
});
