import { raw } from '@mikro-orm/core';
import { SqlitePlatform } from '@mikro-orm/sql';
import { describe, expect, it } from 'vitest';
import { type BindOptions, bindParameters } from '../../../plugins/orm/src/drivers/bind-parameters.ts';

const platform = new SqlitePlatform();
const marks: BindOptions = { toPlaceholder: () => '?', toBindable: (value) => value };

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
    expect(bindParameters(sql, values, platform, marks)).toEqual({ sql: expected, parameters });
  });

  it('numbers placeholders, also those of fragments', () => {
    const numbers: BindOptions = { toPlaceholder: (position) => `$${position}`, toBindable: String };
    expect(bindParameters('a = ? and b in (?) and ?', [1, [2, 3], raw('c = ?', [4])], platform, numbers)).toEqual({
      sql: 'a = $1 and b in ($2, $3) and c = $4',
      parameters: ['1', '2', '3', '4'],
    });
  });
});
