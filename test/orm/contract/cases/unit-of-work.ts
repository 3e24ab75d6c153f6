/** The unit of work: identity, flushes, collections, and what a failure leaves. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Author, Book, Tag } from '../models/library.ts';
import { Member, Sample } from '../models/sample.ts';
import { add, expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

export const unitOfWork = defineFeature('Unit of work', {
  'has one entity for a row, however it is found': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const author = await unit.get(Author, ann);
      expect(await unit.get(Author, { name: 'ann' })).toBe(author);
      expect((await unit.list(Author, { id: ann }))[0]).toBe(author);
      expect((await unit.get(Book, { title: 'First' }, { with: ['author'] })).author).toBe(author);
    });
  },
  'writes what changed when it ends, and nothing when it fails': async ({ orm }) => {
    const id = await add(orm, Sample, { word: 'a' });
    await orm.unitOfWork(async (unit) => void ((await unit.get(Sample, id)).word = 'b'));
    const failing = orm.unitOfWork(async (unit) => {
      (await unit.get(Sample, id)).word = 'c';
      unit.create(Sample, { word: 'd' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await orm.query(Sample).all()).map(({ word }) => word)).toEqual(['b']);
  },
  'writes only the fields that changed': async ({ orm }) => {
    const id = await add(orm, Sample, { word: 'a', text: 'a' });
    await orm.unitOfWork(async (unit) => {
      const sample = await unit.get(Sample, id);
      await unit.query(Sample).where({ id }).update({ text: 'by a statement' });
      sample.word = 'b';
    });
    expect(await orm.query(Sample).get()).toMatchObject({ word: 'b', text: 'by a statement' });
  },
  'misses with undefined, or with an error of status 404': async ({ orm }) => {
    await orm.unitOfWork(async (unit) => {
      expect(await unit.find(Author, NOBODY)).toBeUndefined();
      expect(await unit.find(Author, { name: 'none' })).toBeUndefined();
      await expectRefusal(unit.get(Author, NOBODY), 'ENTITY_NOT_FOUND', { status: 404, model: 'author' });
    });
  },
  'lists by conditions, in order and in part': async ({ orm }) => {
    await createLibrary(orm);
    await orm.unitOfWork(async (unit) => {
      const titles = (await unit.list(Book, { pages: { gt: 100 } }, { orderBy: { title: 'desc' }, limit: 1, offset: 1 })).map(({ title }) => title);
      expect(titles).toEqual(['Second']);
      expect(await unit.list(Book, { title: 'none' })).toEqual([]);
      const sorted = await unit.list(Book, {}, { orderBy: [{ author: { name: 'desc' } }, { title: 'asc' }] });
      expect(sorted.map(({ title }) => title)).toEqual(['Third', 'First', 'Second']);
    });
  },
  'is empty after a flush that failed, and can go on': async ({ orm }) => {
    await add(orm, Tag, { name: 'taken' });
    await orm.unitOfWork(async (unit) => {
      unit.create(Tag, { name: 'lost' });
      unit.create(Tag, { name: 'taken' });
      await expectRefusal(unit.flush(), 'UNIQUE_VIOLATION', { status: 409 });
      unit.create(Tag, { name: 'new' });
    });
    expect((await orm.query(Tag).orderBy({ name: 'asc' }).all()).map(({ name }) => name)).toEqual(['new', 'taken']);
  },
  'writes a large graph of entities': async ({ orm }) => {
    await orm.unitOfWork((unit) => {
      const tags = Array.from({ length: 10 }, (_, index) => unit.create(Tag, { name: `tag ${index}` }));
      for (let author = 0; author < 10; author++) {
        const entity = unit.create(Author, { name: `author ${author}` });
        for (let book = 0; book < 20; book++) unit.create(Book, { title: `Book ${book}`, author: entity, tags: tags.slice(book % 10) });
      }
    });
    expect([await orm.query(Book).count(), (await orm.query(Tag).where({ name: 'tag 9' }).withCount('books').get()).booksCount]).toEqual([200, 200]);
  },
  'cannot exchange values of a unique field in one flush': async ({ orm }) => {
    const [first, second] = [await add(orm, Tag, { name: 'a' }), await add(orm, Tag, { name: 'b' })];
    const failing = orm.unitOfWork(async (unit) => {
      const [one, other] = [await unit.get(Tag, first), await unit.get(Tag, second)];
      [one.name, other.name] = ['b', 'a'];
    });
    await expectRefusal(failing, 'UNIQUE_VIOLATION', { status: 409, errors: [{ in: 'body', path: '/name' }] });
    expect((await orm.query(Tag).where({ name: 'a' }).get()).id).toBe(first);
  },
  'gives a unique value of a removed entity to a new one': async ({ orm }) => {
    const id = await add(orm, Tag, { name: 'a' });
    await orm.unitOfWork(async (unit) => {
      unit.remove(await unit.get(Tag, id));
      await unit.flush();
      unit.create(Tag, { name: 'a' });
    });
    expect((await orm.query(Tag).get()).id).not.toBe(id);
  },
  'ignores undefined in assign, and takes null': async ({ orm }) => {
    const id = await add(orm, Sample, { word: 'a', text: 'b' });
    await orm.unitOfWork(async (unit) => void (await unit.get(Sample, id)).assign({ word: undefined, text: null }));
    expect(await orm.query(Sample).get()).toMatchObject({ word: 'a', text: null });
  },
  'leaves out hidden fields of entities in JSON': async ({ orm }) => {
    const id = await add(orm, Member, { email: 'ann@example.com', nick: 'ann', secret: 'x' });
    const json: unknown = await orm.unitOfWork(async (unit) => JSON.parse(JSON.stringify(await unit.get(Member, id))));
    expect(json).toMatchObject({ id, nick: 'ann', createdAt: expect.stringMatching(/Z$/) });
    expect(json).not.toHaveProperty('secret');
  },
  'adds to, takes out of and replaces a collection': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    const names = async (): Promise<string[]> => (await orm.query(Book).where({ id: book }).with('tags').get()).tags.map(({ name }) => name).toSorted();
    await orm.unitOfWork(async (unit) => {
      const entity = await unit.get(Book, book, { with: ['tags'] });
      entity.tags.add(unit.create(Tag, { name: 'new' }));
      entity.tags.remove(await unit.get(Tag, { name: 'js' }));
    });
    expect(await names()).toEqual(['css', 'new']);
    await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ tags: [await unit.get(Tag, { name: 'js' })] }));
    expect(await names()).toEqual(['js']);
    await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ tags: [] }));
    expect(await names()).toEqual([]);
  },
  'is over when it has ended, and needed where there is none': async ({ orm }) => {
    const ended = await orm.unitOfWork((unit) => unit);
    await expectRefusal(() => ended.list(Sample), 'UNIT_OF_WORK_ENDED');
    await expectRefusal(() => orm.list(Sample), 'NO_UNIT_OF_WORK');
  },
  'does not mix its entities with those of another': async ({ orm }) => {
    const id = await add(orm, Sample, { word: 'a' });
    await orm.unitOfWork(async (one) => {
      const sample = await one.get(Sample, id);
      sample.word = 'pending';
      await orm.unitOfWork(async (other) => expect((await other.get(Sample, id)).word).toBe('a'));
    });
    expect((await orm.query(Sample).get()).word).toBe('pending');
  },
});
