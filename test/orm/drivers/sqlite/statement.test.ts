import { describe, expect, it } from 'vitest';
import { findChecks, formatTableStatement, parseTableStatement, toStandardQuotes } from '../../../../plugins/orm/src/drivers/sqlite/statement.ts';

describe('toStandardQuotes', () => {
  it('changes names, not texts', () => {
    expect(toStandardQuotes('create table `a``b` ([c] text default \'`x`\', "d`e" text)')).toBe('create table "a`b" ("c" text default \'`x`\', "d`e" text)');
  });
});

describe('parseTableStatement', () => {
  it('splits columns and constraints', () => {
    const sql =
      "CREATE TABLE t (id integer primary key, `name` text check (name in ('a,b', 'c)')), price numeric(10,2) default (1 + (2)), constraint x foreign key (`name`) references o (`id`), UNIQUE (a, b))";
    const { columns, constraints } = parseTableStatement(sql);
    expect([...columns.keys()]).toEqual(['id', 'name', 'price']);
    expect(columns.get('name')).toBe("\"name\" text check (name in ('a,b', 'c)'))");
    expect(constraints).toEqual(['constraint x foreign key ("name") references o ("id")', 'UNIQUE (a, b)']);
    expect(formatTableStatement('new', { columns, constraints })).toContain('create table "new" (\n  id integer primary key,\n');
  });
});

describe('findChecks', () => {
  it('finds conditions with parentheses and texts in them', () => {
    expect(findChecks("a text check (a in ('x)', 'y')) check(length(a) > 1)")).toEqual(["(a in ('x)', 'y'))", '(length(a) > 1)']);
    expect(findChecks('a check (')).toEqual(['(']);
  });
});
