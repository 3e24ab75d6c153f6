import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCookie, parseCookies } from '../../../plugins/http/src/cookies/parse-cookies.ts';
import { encodeCookieValue } from '../../../plugins/http/src/cookies/set-cookie.ts';

describe('parseCookies', () => {
  it('reads names and values, quoted and encoded ones too', () => {
    expect({ ...parseCookies('a=1; b="2"; c=x%20y;d=1=2') }).toEqual({ a: '1', b: '2', c: 'x y', d: '1=2' });
  });

  it('lets the first of one name count', () => {
    expect(parseCookies('a=1; a=2')['a']).toBe('1');
    expect(parseCookies('a=; a=2')['a']).toBe('');
  });

  it('keeps what it cannot decode, and skips what is no pair', () => {
    expect({ ...parseCookies('a=%zz; b; =c; d=;; ;e=1') }).toEqual({ a: '%zz', d: '', e: '1' });
  });

  it('has no prototype, and is empty without a header', () => {
    expect(Object.keys(parseCookies('__proto__=x'))).toEqual(['__proto__']);
    expect(Object.keys(parseCookies(undefined))).toEqual([]);
  });

  it.each(['\u00a0', '\u0085', '\ufeff', '\u2003', '\v', '\r'])('takes %j for a part of the name, so that nothing passes for another', (space) => {
    expect(parseCookies(`${space}__Host-id=x`)['__Host-id']).toBeUndefined();
    expect(parseCookies(`__Host-id${space}=x`)['__Host-id']).toBeUndefined();
    expect(findCookie(`a=1; ${space}__Host-id=x`, '__Host-id')).toBeUndefined();
  });

  it('reads only so many cookies, and none that is longer than browsers keep', () => {
    const many = Array.from({ length: 300 }, (_, index) => `c${index}=1`).join('; ');
    expect(Object.keys(parseCookies(many))).toHaveLength(256);
    expect({ ...parseCookies(`a=${'x'.repeat(5_000)}; b=1`) }).toEqual({ b: '1' });
  });

  it('reads what was encoded, whatever it is', () => {
    const value = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), (values) => {
        const header = values.map((text, index) => `c${index}=${encodeCookieValue(text)}`).join('; ');
        expect(header).toMatch(/^[\x20-\x7e]*$/);
        expect(Object.values(parseCookies(header))).toEqual(values);
      }),
    );
  });

  it('gives for each name what findCookie gives', () => {
    const header = fc.string({ unit: fc.constantFrom('a', 'b', '=', ';', ' ', '\t', '"', '1') });
    fc.assert(
      fc.property(header, (text) => {
        const cookies = parseCookies(text);
        for (const name of ['a', 'b', 'ab', 'a b']) expect(findCookie(text, name)).toBe(cookies[name]);
      }),
      { numRuns: 1_000 },
    );
  });
});
