import { raw } from '@mikro-orm/core';
import { SqlitePlatform } from '@mikro-orm/sql';
import { describe, expect, it } from 'vitest';
import { bindParameters, toBindable } from '../../../plugins/orm/src/drivers/bind-parameters.ts';

const platform = new SqlitePlatform();

describe('bindParameters', () => {
  it.each<[string, string, unknown[], string, unknown[]]>([
    ['a value', 'select ?', ['a'], 'select ?', ['a']],
    ['a value at the beginning', '? = 1', [1], '? = 1', [1]],
    ['names', 'select ?? from ??', ['a.b', 'c'], 'select `a`.`b` from `c`', []],
    ['an escaped question mark', String.raw`select \? , ?`, [1], 'select ? , ?', [1]],
    ['a list', 'in (?)', [[1, 'b', null]], 'in (?, ?, ?)', [1, 'b', null]],
    ['a fragment', 'where ? and ?', [raw('x = ?', [5]), 6], 'where x = ? and ?', [5, 6]],
    ['nothing', 'select 1', [], 'select 1', []],
  ])('binds %s', (_, sql, values, expected, parameters) => {
    expect(bindParameters(sql, values, platform)).toEqual({ sql: expected, parameters });
  });
});

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
