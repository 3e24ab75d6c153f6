import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryParseRetryAfter } from '../../../plugins/http-client/src/send/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1);

describe('tryParseRetryAfter', () => {
  it('reads seconds', () => {
    fc.assert(
      fc.property(fc.nat({ max: 9_999_999_999 }), (seconds) => tryParseRetryAfter(` ${seconds} `, NOW) === seconds * 1_000),
      { numRuns: 500 },
    );
  });

  it('reads dates, past ones as no pause', () => {
    const min = new Date(Date.UTC(1971, 0, 1));
    const max = new Date(Date.UTC(2099, 0, 1));
    fc.assert(
      fc.property(fc.date({ min, max, noInvalidDate: true }), (date) => {
        const wholeMs = Math.floor(date.getTime() / 1_000) * 1_000;
        return tryParseRetryAfter(date.toUTCString(), NOW) === Math.max(0, wholeMs - NOW);
      }),
      { numRuns: 500 },
    );
  });

  it('reads the obsolete forms of dates', () => {
    const nowMs = Date.UTC(1994, 10, 6, 8, 49, 0);
    for (const text of ['Sun, 06 Nov 1994 08:49:37 GMT', 'Sunday, 06-Nov-94 08:49:37 GMT', 'Sun Nov  6 08:49:37 1994']) {
      expect([text, tryParseRetryAfter(text, nowMs)]).toEqual([text, 37_000]);
    }
  });

  it('gives a finite time from 0 on, or nothing, for whatever comes', () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789 -+.eE:,GMTSunNov'.split('')) }));
    fc.assert(
      fc.property(text, (value) => {
        const result = tryParseRetryAfter(value, NOW);
        return result === undefined || (Number.isFinite(result) && result >= 0);
      }),
      { numRuns: 1_000 },
    );
    for (const value of [null, '', '-1', '1.5', '1e3', '0x10', 'soon', '99999999999', '2026-01-01', 'Sun, 06 Nov 1994 08:49:37 CET']) {
      expect([value, tryParseRetryAfter(value, NOW)]).toEqual([value, undefined]);
    }
  });
});
