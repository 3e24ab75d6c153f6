/** Encrypted fields. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Letter } from '../models/shop.ts';
import { add, expectBoth, expectInvalid, expectRefusal } from './expectations.ts';
import { createLibrary } from './library.ts';

export const encryption = defineFeature('Encrypted fields', {
  'come back as they were, texts and JSON, and null': async ({ orm }) => {
    const id = await add(orm, Letter, { to: 'ann', subject: "it's 😀", body: 'x'.repeat(50_000), facts: { words: ['a', '"'] } });
    await expectBoth(orm, Letter, id, { subject: "it's 😀", body: 'x'.repeat(50_000), facts: { words: ['a', '"'] } });
    await expectBoth(orm, Letter, await add(orm, Letter, { to: 'bob', subject: '' }), { subject: '', body: null, facts: null });
  },
  'are not what is stored': async ({ orm, stored }) => {
    await add(orm, Letter, { to: 'ann', subject: 'secret', body: 'secret' });
    await add(orm, Letter, { to: 'bob', subject: 'secret', body: 'secret' });
    const rows = await stored.read('letters');
    expect(JSON.stringify(rows)).not.toContain('secret');
    expect(new Set(rows.map((row) => row['subject'])).size).toBe(2);
  },
  'keep their rules, and longer texts than their column would': async ({ orm }) => {
    await expectInvalid(add(orm, Letter, { to: 'ann', subject: 'x'.repeat(21) }), '/subject');
    await expectInvalid(add(orm, Letter, { to: 'ann', subject: 'x', facts: { words: [1] } } as never), '/facts/words/0');
    await add(orm, Letter, { to: 'ann', subject: '😀'.repeat(10) });
  },
  'may hold the character U+0000': async ({ orm }) => {
    await expectBoth(orm, Letter, await add(orm, Letter, { to: 'ann', subject: 'a\0b', body: '\0' }), { subject: 'a\0b', body: '\0' });
  },
  'are written in bulk, changed, and not written without a change': async ({ orm, stored }) => {
    const [id = ''] = await orm.unitOfWork((unit) => unit.insertMany(Letter, [{ to: 'ann', subject: 'one' }]));
    const subject = async (): Promise<unknown> => (await stored.read('letters'))[0]?.['subject'];
    const before = await subject();
    await orm.unitOfWork(async (unit) => void (await unit.get(Letter, id)).assign({ to: 'bob', subject: 'one' }));
    expect(await subject()).toBe(before);
    await orm.unitOfWork((unit) => unit.query(Letter).where({ id }).update({ subject: 'two' }));
    await expectBoth(orm, Letter, id, { to: 'bob', subject: 'two' });
  },
  'are compared with null only, and neither sorted nor searched': async ({ orm }) => {
    await add(orm, Letter, { to: 'ann', subject: 'x' });
    expect(
      await orm
        .query(Letter)
        .where({ body: null, subject: { isNull: false } })
        .count(),
    ).toBe(1);
    for (const ask of [
      () =>
        orm
          .query(Letter)
          .where({ subject: 'x' } as never)
          .all(),
      () =>
        orm
          .query(Letter)
          .where({ subject: { contains: 'x' } } as never)
          .all(),
      () =>
        orm
          .query(Letter)
          .orderBy({ subject: 'asc' } as never)
          .all(),
      () => orm.query(Letter).min('subject'),
    ])
      await expectRefusal(ask, 'QUERY_INVALID');
  },
  'are an error when they cannot be decrypted': async ({ orm, stored }) => {
    await add(orm, Letter, { to: 'ann', subject: 'x' });
    await stored.change('letters', { subject: 'tampered' });
    await expectRefusal(orm.query(Letter).all(), 'DECRYPTION_FAILED', { model: 'letter', field: 'subject' });
    await orm.unitOfWork(async (unit) => expectRefusal(unit.list(Letter), 'DECRYPTION_FAILED'));
  },
  'that cannot be decrypted spoil nothing else': async ({ orm, stored }) => {
    const { bob, book } = await createLibrary(orm);
    await add(orm, Letter, { to: 'ann', subject: 'x' });
    await stored.change('letters', { subject: 'tampered' });
    await orm.unitOfWork(async (unit) => {
      await expectRefusal(unit.list(Letter), 'DECRYPTION_FAILED');
      (await unit.get(Book, book)).assign({ author: bob });
    });
    await orm.unitOfWork(async (unit) => void (await unit.get(Book, book)).assign({ editor: null }));
    expect(await orm.query(Book).where({ id: book }).get()).toMatchObject({ authorId: bob, editorId: null });
  },
});
