import { BodyMalformedError, BodyTooComplexError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFormPairs } from '../../../plugins/http/src/body/form-pairs.ts';

const parse = (text: string, maxPairs = 1_000): Record<string, string | string[]> => parseFormPairs(new TextEncoder().encode(text), maxPairs);

describe('parseFormPairs', () => {
  it('reads what URLSearchParams writes', () => {
    const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed());
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text)), (pairs) => {
        const expected: Record<string, string[]> = Object.create(null);
        for (const [name, value] of pairs) (expected[name] ??= []).push(value);
        const found = Object.entries(parse(new URLSearchParams(pairs).toString())).map(([name, value]) => [name, [value].flat()]);
        expect(found).toEqual(Object.entries(expected));
      }),
    );
  });

  it('reads what URLSearchParams reads, or refuses it', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '&', '=', '+', '%', '2', '6', 'é', ';', '[', ']') });
    fc.assert(
      fc.property(text, (form) => {
        let found: Record<string, string | string[]>;
        try {
          found = parse(form);
        } catch (error) {
          expect(error).toBeInstanceOf(BodyMalformedError);
          expect(form).toContain('%');
          return;
        }
        const params = new URLSearchParams(form.startsWith('?') ? `&${form}` : form);
        const expected = [...new Set(params.keys())].map((name): [string, string[]] => [name, params.getAll(name)]);
        expect(new Map(Object.entries(found).map(([name, value]) => [name, [value].flat()]))).toEqual(new Map(expected));
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes names as data', () => {
    const form = parse('__proto__=1&__proto__=2&constructor=3&toString=4');
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(form)).toBeNull();
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  it.each(['a=%', 'a=%zz', '%ff=a', 'a=%c3'])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(BodyMalformedError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseFormPairs(new Uint8Array([0x61, 0x3d, 0xff]), 10)).toThrow(BodyMalformedError);
  });

  it('takes only so many pairs, empty ones not counted', () => {
    expect(Object.keys(parse('&&a=1&&&b=2&&', 2))).toEqual(['a', 'b']);
    expect(() => parse('a=1&a=2&a=3', 2)).toThrow(BodyTooComplexError);
  });
});
