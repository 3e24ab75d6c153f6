import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryParseHttpDate } from '../../../plugins/middleware/src/etag/http-date.ts';

describe('tryParseHttpDate', () => {
  it('reads all three forms', () => {
    for (const text of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994'])
      expect([text, tryParseHttpDate(text)]).toEqual([text, 784_111_777]);
  });

  it('reads back what is written', () => {
    const date = fc.date({ min: new Date(Date.UTC(1971, 0, 1)), max: new Date(Date.UTC(9_999, 0, 1)), noInvalidDate: true });
    fc.assert(fc.property(date, (value) => tryParseHttpDate(value.toUTCString()) === Math.floor(value.getTime() / 1_000)));
  });

  it('guesses nothing', () => {
    for (const text of [
      '',
      '0',
      '2099',
      '9999',
      'tomorrow',
      '2026-01-01',
      '2026-01-01T00:00:00Z',
      'Sun, 06 Nov 1994 08:49:37',
      'Sun, 06 Nov 1994 08:49:37 CET',
      'Sun, 99 Nov 1994 08:49:37 GMT',
      ' Sun, 06 Nov 1994 08:49:37 GMT',
    ])
      expect([text, tryParseHttpDate(text)]).toEqual([text, undefined]);
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789 -+.eE:,GMTSunNov') }));
    fc.assert(
      fc.property(text, (value) => Number.isSafeInteger(tryParseHttpDate(value) ?? 0)),
      { numRuns: 1_000 },
    );
  });
});
