import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from '../../../plugins/http/src/files/byte-range.ts';

describe('parseByteRange', () => {
  it.each([
    ['bytes=0-4', { start: 0, end: 4 }],
    ['bytes=5-', { start: 5, end: 9 }],
    ['bytes=-3', { start: 7, end: 9 }],
    ['bytes=-30', { start: 0, end: 9 }],
    ['bytes=8-99', { start: 8, end: 9 }],
    ['BYTES= 1-1 ', { start: 1, end: 1 }],
    ['bytes=10-', 'unsatisfiable'],
    ['bytes=10-12', 'unsatisfiable'],
    ['bytes=-0', 'unsatisfiable'],
    ['bytes=4-2', undefined],
    ['bytes=-', undefined],
    ['bytes=0-1,3-4', undefined],
    ['lines=0-4', undefined],
    ['bytes=a-b', undefined],
    [undefined, undefined],
  ])('reads %s', (header, expected) => {
    expect(parseByteRange(header, 10)).toEqual(expected);
  });

  it('gives only ranges that lie inside, whatever it is given', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(30), fc.nat(30)).map(([first, last]) => `bytes=${first}-${last}`),
      fc.nat(30).map((length) => `bytes=-${length}`),
    );
    fc.assert(
      fc.property(header, fc.nat(20), (text, size) => {
        const range = parseByteRange(text, size);
        if (range === undefined || range === 'unsatisfiable') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });

  it('knows no range of an empty body', () => {
    expect(parseByteRange('bytes=0-', 0)).toBe('unsatisfiable');
    expect(parseByteRange('bytes=-5', 0)).toBe('unsatisfiable');
  });
});
