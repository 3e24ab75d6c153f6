import { describe, expect, it } from 'vitest';
import { parseCookies } from '../../../plugins/http/src/request/cookies.ts';

describe('parseCookies', () => {
  it('reads names and values, quoted and encoded ones too', () => {
    expect({ ...parseCookies('a=1; b="2"; c=x%20y;d=1=2') }).toEqual({ a: '1', b: '2', c: 'x y', d: '1=2' });
  });

  it('lets the first of one name count', () => {
    expect(parseCookies('a=1; a=2')['a']).toBe('1');
  });

  it('keeps what it cannot decode, and skips what is no pair', () => {
    expect({ ...parseCookies('a=%zz; b; =c; d=') }).toEqual({ a: '%zz', d: '' });
  });

  it('has no prototype, and is empty without a header', () => {
    expect(Object.keys(parseCookies('__proto__=x'))).toEqual(['__proto__']);
    expect(Object.keys(parseCookies(undefined))).toEqual([]);
  });
});
