import { MalformedUrlError } from '@oxidite/http';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQuery } from '../../../plugins/http/src/request/query.ts';

describe('parseQuery', () => {
  it('gives a string for one value, an array for several', () => {
    expect({ ...parseQuery('a=1&b=2&a=3&a=4') }).toEqual({ a: ['1', '3', '4'], b: '2' });
  });

  it('reads names without values, empty pairs, plus signs and escapes', () => {
    expect({ ...parseQuery('a&&b=&c=x+y%20z&d=1=2&%61%5B%5D=e&') }).toEqual({ a: '', b: '', c: 'x y z', d: '1=2', 'a[]': 'e' });
    expect({ ...parseQuery('') }).toEqual({});
  });

  it('treats the names of prototypes as names', () => {
    const query = parseQuery('__proto__=a&__proto__=b&constructor=c&toString=d');
    expect(Object.entries(query)).toEqual([
      ['__proto__', ['a', 'b']],
      ['constructor', 'c'],
      ['toString', 'd'],
    ]);
    expect('hasOwnProperty' in query).toBe(false);
  });

  it.each(['a=%', 'a=%zz', '%c3=1', 'a=%ff'])('refuses %j', (search) => {
    expect(() => parseQuery(search)).toThrow(MalformedUrlError);
  });

  it('refuses more than 1,000 pairs', () => {
    expect(Object.keys(parseQuery('a&'.repeat(1_000)))).toHaveLength(1);
    expect(() => parseQuery('a&'.repeat(1_001))).toThrow('1000 pairs');
  });

  it('agrees with URLSearchParams on whatever that writes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }))), (pairs) => {
        const params = new URLSearchParams(pairs);
        const query = parseQuery(params.toString());
        for (const name of new Set(params.keys())) {
          const all = params.getAll(name);
          expect(query[name]).toEqual(all.length === 1 ? all[0] : all);
        }
        expect(Object.keys(query).length).toBe(new Set(params.keys()).size);
      }),
    );
  });
});
