import { describe, expect, it } from 'vitest';
import { toBindable } from '../../../../plugins/orm/src/drivers/sqlite/values.ts';

describe('toBindable', () => {
  it('turns values into those that SQLite knows', () => {
    const bytes = Buffer.from('x');
    expect([true, false, undefined, null, new Date(5), { a: 1 }, 2n, 'x', 1.5, bytes, Symbol.iterator].map(toBindable)).toEqual([
      1,
      0,
      null,
      null,
      5,
      '{"a":1}',
      2n,
      'x',
      1.5,
      bytes,
      'Symbol(Symbol.iterator)',
    ]);
  });
});
