import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSecureRandom, RandomRangeError } from '@oxidite/kernel';
import { createSeededRandom } from '@oxidite/plugin-sdk/testing';

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each([
  ['createSecureRandom', createSecureRandom],
  ['createSeededRandom', () => createSeededRandom(7)],
])('%s', (_name, create) => {
  it('draws bytes', () => {
    const random = create();
    expect(random.bytes(32)).toHaveLength(32);
    expect(random.bytes(0)).toHaveLength(0);
    expect(Buffer.from(random.bytes(32)).equals(random.bytes(32))).toBe(false);
  });

  it('draws integers between both bounds', () => {
    const random = create();
    fc.assert(
      fc.property(fc.integer(), fc.nat(1_000), (min, span) => {
        const value = random.integer(min, min + span);
        expect(Number.isInteger(value) && value >= min && value <= min + span).toBe(true);
      }),
    );
    expect(new Set(Array.from({ length: 200 }, () => random.integer(1, 3)))).toEqual(new Set([1, 2, 3]));
  });

  it('draws UUIDs of version 4', () => {
    const random = create();
    expect(random.uuid()).toMatch(UUID_V4);
    expect(random.uuid()).not.toBe(random.uuid());
  });

  it.each([
    [2, 1],
    [0, Number.MAX_SAFE_INTEGER],
    [0, Number.NaN],
    [0.5, 2],
    [0, Number.POSITIVE_INFINITY],
  ])('refuses the range from %d to %d instead of drawing for ever', (min, max) => {
    expect(() => create().integer(min, max)).toThrow(RandomRangeError);
  });
});

describe('createSeededRandom', () => {
  it('repeats itself for the same seed, and only then', () => {
    const first = createSeededRandom(1);
    const again = createSeededRandom(1);
    const other = createSeededRandom(2);
    const values = Array.from({ length: 20 }, () => first.integer(0, 1_000_000));
    expect(Array.from({ length: 20 }, () => again.integer(0, 1_000_000))).toEqual(values);
    expect(Array.from({ length: 20 }, () => other.integer(0, 1_000_000))).not.toEqual(values);
  });

  it('draws again when a value would favour the low end of the range', () => {
    const random = createSeededRandom(3);
    const values = Array.from({ length: 400 }, () => random.integer(0, 2 ** 47));
    expect(values.filter((value) => value > 2 ** 46).length).toBeGreaterThan(100);
  });
});
