/** What the database refuses, and how it is told. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book, Tag } from '../models/library.ts';
import { add, AT_ONCE, expectRefusal, NO_FOREIGN_KEYS } from './expectations.ts';
import { createLibrary } from './library.ts';

const NOBODY = '0191f2a4-0000-7000-8000-000000000009';

export const constraints = defineFeature('Constraints', {
  'that are unique name the field, for new and for changed entities': async ({ orm }) => {
    await add(orm, Tag, { name: 'a' });
    const id = await add(orm, Tag, { name: 'b' });
    const taken = { status: 409, model: 'tag', errors: [{ in: 'body', path: '/name', message: 'has already been taken' }] };
    await expectRefusal(add(orm, Tag, { name: 'a' }), 'UNIQUE_VIOLATION', taken);
    await expectRefusal(
      orm.unitOfWork(async (unit) => void ((await unit.get(Tag, id)).name = 'a')),
      'UNIQUE_VIOLATION',
      taken,
    );
  },
  'that are unique let null be there often': async ({ orm }) => {
    const { ann } = await createLibrary(orm);
    for (const title of ['x', 'y']) await add(orm, Book, { title, author: ann, isbn: null });
    expect(await orm.query(Book).where({ isbn: null }).count()).toBe(3);
  },
  'that are unique tell upper from lower case, and spaces': async ({ orm }) => {
    for (const name of ['a', 'A', 'a ', 'á', 'e\u0301', 'é', 'ß', 'ss']) await add(orm, Tag, { name });
    expect(await orm.query(Tag).count()).toBe(8);
  },
  'over several fields name the first of them': async ({ orm }) => {
    const { book } = await createLibrary(orm);
    const { Chapter } = await import('../models/library.ts');
    await expectRefusal(add(orm, Chapter, { book, position: 2, title: 'x' }), 'UNIQUE_VIOLATION', {
      status: 409,
      model: 'chapter',
      errors: expect.arrayContaining([expect.objectContaining({ path: '/book' })]),
    });
    await add(orm, Chapter, { book, position: 3, title: 'x' });
  },
  'of foreign keys name the relation of a row, in bulk too': {
    async run({ orm }) {
      const missing = { status: 409, model: 'book', errors: [{ in: 'body', path: '/author', message: 'does not exist' }] };
      await expectRefusal(add(orm, Book, { title: 'x', author: NOBODY }), 'FOREIGN_KEY_VIOLATION', missing);
      const { book } = await createLibrary(orm);
      await expectRefusal(
        orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ author: NOBODY })),
        'FOREIGN_KEY_VIOLATION',
        missing,
      );
    },
    differs: {
      mongodb: {
        reason: NO_FOREIGN_KEYS,
        async run({ orm }) {
          const { book } = await createLibrary(orm);
          await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ author: NOBODY }));
          await orm.unitOfWork((unit) => unit.insertMany(Book, [{ title: 'x', author: NOBODY }]));
          expect(await orm.query(Book).where({ author: NOBODY }).count()).toBe(2);
        },
      },
    },
  },
  'are kept when many write at once': {
    async run({ orm }) {
      const results = await Promise.allSettled(Array.from({ length: 5 }, () => add(orm, Tag, { name: 'same' })));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION', status: 409 });
    },
    differs: {
      mongodb: {
        reason: AT_ONCE,
        async run({ orm }) {
          const results = await Promise.allSettled(Array.from({ length: 5 }, () => add(orm, Tag, { name: 'same' })));
          expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
          for (const result of results)
            if (result.status === 'rejected')
              expect(result.reason).toMatchObject({ code: expect.stringMatching(/^OXI_ORM_(UNIQUE_VIOLATION|DATABASE_BUSY)$/) });
          expect(await orm.query(Tag).count()).toBe(1);
        },
      },
    },
  },
});
