/** How moments that PostgreSQL writes are read. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toDate } from '../../../../plugins/orm/src/drivers/postgresql/values.ts';

/** Writes a moment as the server does, with as many digits behind the point as are needed. */
function write(date: Date, micros: number): string {
  const [day = '', time = ''] = date.toISOString().replace('Z', '').split('T');
  const digits = `${time.slice(9)}${String(micros).padStart(3, '0')}`.replace(/0+$/, '');
  return `${day} ${time.slice(0, 8)}${digits === '' ? '' : `.${digits}`}+00`;
}

describe('toDate', () => {
  it('reads every moment, exact to the millisecond', () => {
    const moments = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 999 }), (date, micros) => {
        expect(toDate(write(date, micros))).toEqual(date);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['2026-11-22 09:00:00+00', '2026-11-22T09:00:00.000Z'],
    ['2026-11-22 09:00:00.5+00', '2026-11-22T09:00:00.500Z'],
    ['2026-11-22 09:00:00.57+00', '2026-11-22T09:00:00.570Z'],
    ['2026-11-22 09:00:00.123999+00', '2026-11-22T09:00:00.123Z'],
    ['2026-11-22 09:00:00.123+02', '2026-11-22T07:00:00.123Z'],
    ['2026-11-22 09:00:00.123+05:30', '2026-11-22T03:30:00.123Z'],
    ['2026-11-22 09:00:00-07', '2026-11-22T16:00:00.000Z'],
    ['0050-01-01 00:00:00+00', '0050-01-01T00:00:00.000Z'],
  ])('reads %s', (text, expected) => {
    expect(toDate(text).toISOString()).toBe(expected);
  });
});
