import { describe, expect, it } from 'vitest';
import { toSnakeCase, toTableName } from '../../../plugins/orm/src/model/naming.ts';

describe('toSnakeCase', () => {
  it.each([
    ['title', 'title'],
    ['createdAt', 'created_at'],
    ['htmlURLPart', 'html_url_part'],
    ['line2', 'line2'],
  ])('turns %s into %s', (name, expected) => expect(toSnakeCase(name)).toBe(expected));
});

describe('toTableName', () => {
  it.each([
    ['article', 'articles'],
    ['orderItem', 'order_items'],
    ['category', 'categories'],
    ['day', 'days'],
    ['box', 'boxes'],
    ['match', 'matches'],
    ['bus', 'buses'],
  ])('turns %s into %s', (name, expected) => expect(toTableName(name)).toBe(expected));
});
