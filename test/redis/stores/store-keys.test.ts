import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher, createStoreKeys, toBeginning, toScanPattern } from '../../../plugins/redis/src/stores/store-keys.ts';

const keys = createStoreKeys('cart');
const anyId = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }).filter((id) => id.isWellFormed());

describe('the keys of a store', () => {
  it('hold any id, and give it back', () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const key = keys.toKey(id);
        expect(key).toMatch(/^cart:[A-Za-z0-9%._~!'()-]+$/);
        expect(keys.toId(key)).toBe(id);
      }),
    );
  });

  it('can be read when ids are simple', () => {
    expect(keys.toKey('user-42_a.b')).toBe('cart:user-42_a.b');
    expect(keys.toKey('a:b*?[c]\n')).toBe('cart:a%3Ab%2A%3F%5Bc%5D%0A');
  });

  it.each([[''], ['\uD800'], ['x'.repeat(1_025)], ['ä'.repeat(200)], [42], [undefined]])('refuse the id %j', (id) => {
    expect(() => keys.toKey(id as string)).toThrow(expect.objectContaining({ code: 'OXI_REDIS_ID_INVALID', store: 'cart' }));
  });

  it.each(['cart:', 'cart:%', 'cart:%ff', 'cart:%41', 'cart:a:b', 'card:a'])('find no id in %j', (key) => {
    expect(keys.toId(key)).toBe(undefined);
  });
});

describe('a match', () => {
  it.each([
    ['a*', 'abc', true],
    ['a*', 'a', true],
    ['*c', 'abc', true],
    ['a*c', 'ac', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['**', '', true],
    ['a?', 'ab', false],
    ['a?', 'a?', true],
    ['[a]*', '[a]b', true],
  ])('of %s and %s is %s', (match, id, expected) => {
    expect(createMatcher(match)(id)).toBe(expected);
  });

  it('is what a regular expression says', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
    fc.assert(
      fc.property(letters, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 }), (match, id) => {
        expect(createMatcher(match)(id)).toBe(new RegExp(`^${match.replaceAll('*', '.*')}$`).test(id));
      }),
    );
  });

  it('asks Redis only for what ids begin with, and with no pattern in it', () => {
    expect(toBeginning('a?b*c*')).toBe('a?b');
    expect(toBeginning(undefined)).toBe('');
    expect(toScanPattern('a*[b]?\\^:')).toBe('a\\*\\[b\\]\\?\\\\\\^:*');
  });
});
