import { describe, expect, it } from 'vitest';
import { StatementCache } from '../../../../plugins/orm/src/drivers/sqlite/statement-cache.ts';

describe('StatementCache', () => {
  it('prepares a statement once, and forgets the least recently used', () => {
    const prepared: string[] = [];
    const cache = new StatementCache((sql) => prepared.push(sql), 2);
    for (const sql of ['a', 'a', 'b', 'a', 'c', 'a', 'b']) cache.get(sql);
    expect(prepared).toEqual(['a', 'b', 'c', 'b']);
    cache.clear();
    cache.get('a');
    expect(prepared.at(-1)).toBe('a');
  });

  it('keeps nothing of a statement that cannot be prepared', () => {
    let fails = true;
    const cache = new StatementCache((sql) => {
      if (fails) throw new Error(sql);
      return sql;
    });
    expect(() => cache.get('a')).toThrow('a');
    fails = false;
    expect(cache.get('a')).toBe('a');
  });
});
