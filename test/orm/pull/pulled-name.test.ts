import { describe, expect, it } from 'vitest';
import { takeName, toCamelCase, toModelName, toPlural } from '../../../plugins/orm/src/pull/pulled-name.ts';
import { toTableName } from '../../../plugins/orm/src/model/naming.ts';

describe('toModelName', () => {
  it.each([
    ['users', 'user'],
    ['order_items', 'orderItem'],
    ['categories', 'category'],
    ['boxes', 'box'],
    ['addresses', 'address'],
    ['statuses', 'status'],
    ['houses', 'house'],
    ['notes', 'note'],
    ['branches', 'branch'],
  ])('makes of the table %s the model %s, whose table it is by default', (table, model) => {
    expect(toModelName(table)).toBe(model);
    expect(toTableName(model)).toBe(table);
  });

  it.each([
    ['people', 'people'],
    ['status', 'status'],
    ['address', 'address'],
    ['analysis', 'analysis'],
    ['Legacy Table', 'legacyTable'],
    ['2025_sales', 'field2025Sale'],
  ])('makes of %s the model %s', (table, model) => {
    expect(toModelName(table)).toBe(model);
  });
});

it('toCamelCase keeps what is camelCase, and toPlural is that of tables', () => {
  expect([toCamelCase('createdAt'), toCamelCase('CREATED_AT'), toCamelCase('a-b c')]).toEqual(['createdAt', 'createdAT', 'aBC']);
  expect([toPlural('category'), toPlural('orderItem')]).toEqual(['categories', 'orderItems']);
});

it('takeName takes the first that is free, else a number', () => {
  const taken = new Set(['a', 'b']);
  expect([takeName(taken, 'a', 'c'), takeName(taken, 'a', 'b'), takeName(taken, 'a')]).toEqual(['c', 'a2', 'a3']);
});
