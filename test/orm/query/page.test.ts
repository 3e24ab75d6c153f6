import { Page, PageQuery } from '@oxidite/orm';
import { describe, expect, it } from 'vitest';
import { Tag } from '../support/blog.ts';

describe('PageQuery', () => {
  it('reads texts of a URL, has defaults and a limit', () => {
    expect(PageQuery.parse({})).toEqual({ limit: 20, offset: 0 });
    expect(PageQuery.parse({ limit: '5', offset: '10' })).toEqual({ limit: 5, offset: 10 });
    expect([{ limit: '101' }, { limit: '0' }, { offset: '-1' }, { limit: 'x' }].some((query) => PageQuery.safeParse(query).success)).toBe(false);
  });
});

describe('Page', () => {
  it('strips the items to their schema', () => {
    expect(Page(Tag.read).parse({ items: [{ id: 1, name: 'js', secret: 1 }], total: 1, limit: 20, offset: 0 }).items).toEqual([{ id: 1, name: 'js' }]);
  });
});
