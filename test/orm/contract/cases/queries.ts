/** Queries: what is selected and limited, and what happens where there is nothing. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book } from '../models/library.ts';
import { Sample } from '../models/sample.ts';
import { expectRefusal } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

export const queries = defineFeature('Queries', {
  'return plain rows': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    const row = await orm.query(Author).where({ id: ann }).get();
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype);
    expect(row).toEqual({ id: ann, name: 'ann', bio: 'writes', countryId: 'NO' });
  },
  'return only what is selected, and what is related besides': async ({ orm }) => {
    await createLibrary(orm);
    expect(await orm.query(Book).where({ title: 'First' }).select('title').get()).toEqual({ title: 'First' });
    expect(await orm.query(Book).where({ title: 'First' }).select('title').with('author').get()).toMatchObject({ title: 'First', author: { name: 'ann' } });
    await expectRefusal(
      orm
        .query(Book)
        .select('colour' as never)
        .all(),
      'QUERY_INVALID',
    );
  },
  'are values, which refining does not change': async ({ orm }) => {
    await createLibrary(orm);
    const all = orm.query(Book);
    const long = all.where({ pages: { gt: 100 } });
    expect([await all.count(), await long.count(), await long.limit(1).count()]).toEqual([3, 2, 2]);
  },
  'miss with undefined, or with an error of status 404': async ({ orm }) => {
    expect(await orm.query(Book).first()).toBeUndefined();
    expect(await orm.query(Book).all()).toEqual([]);
    expect(await orm.query(Book).exists()).toBe(false);
    await expectRefusal(orm.query(Book).get(), 'ENTITY_NOT_FOUND', { status: 404, model: 'book' });
  },
  'take a part by limit and offset': async ({ orm }) => {
    await createLibrary(orm);
    const titles = async (limit: number, offset: number): Promise<string[]> =>
      (await orm.query(Book).orderBy({ title: 'asc' }).limit(limit).offset(offset).all()).map(({ title }) => title);
    expect([await titles(2, 0), await titles(2, 2), await titles(0, 0), await titles(5, 9)]).toEqual([['First', 'Second'], ['Third'], [], []]);
    expect((await orm.query(Book).orderBy({ title: 'asc' }).offset(1).all()).map(({ title }) => title)).toEqual(['Second', 'Third']);
  },
  'refuse limits that are no whole number': ({ orm }) => {
    for (const value of [-1, 1.5, Number.NaN, Infinity, '1', null])
      expect(() => orm.query(Book).limit(value as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
  },
  'refine only when there is a value': async ({ orm }) => {
    await createLibrary(orm);
    const by = (title?: string | null): Promise<string[]> => titlesOf(orm.query(Book).when(title, (books, value) => books.where({ title: value })));
    expect([(await by()).length, (await by(null)).length, await by('First'), await by('')]).toEqual([3, 3, ['First'], []]);
  },
  'run many at once': async ({ orm }) => {
    await createLibrary(orm);
    const counts = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        orm
          .query(Book)
          .where({ pages: { gt: index } })
          .count(),
      ),
    );
    expect(counts).toEqual(Array.from({ length: 40 }, () => 3));
  },
  'see what was flushed, not what is pending': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      unit.create(Sample, { word: 'a' });
      expect(await unit.query(Sample).count()).toBe(0);
      await unit.flush();
      expect(await unit.query(Sample).count()).toBe(1);
    });
  },
});
