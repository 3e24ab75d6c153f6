/** Texts of an attacker, wherever an application might put them. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Sample } from '../models/sample.ts';
import { add, expectRefusal } from './expectations.ts';

const ATTACKS = [
  "' or '1'='1",
  "'; drop table samples; --",
  '"; drop table samples; --',
  '`; --',
  "\\' or 1=1 --",
  "') or 1=1 --",
  '%',
  '_',
  '?',
  '??',
  ':id',
  '$1',
  '{"$gt":""}',
  '__proto__',
  'constructor',
  '(select 1)',
  'word" from "samples" --',
];

export const injection = defineFeature('Texts of an attacker', {
  'are only values where values are': async ({ orm }) => {
    await add(orm, Sample, { word: 'safe' });
    for (const attack of ATTACKS) {
      for (const where of [
        { word: attack },
        { word: { in: [attack] } },
        { word: { startsWith: attack } },
        { or: [{ text: attack }, { word: { eq: attack } }] },
      ])
        expect(await orm.query(Sample).where(where).count(), attack).toBe(0);
      expect(
        await orm
          .query(Sample)
          .where({ word: { ne: attack } })
          .count(),
        attack,
      ).toBe(1);
    }
  },
  'are written and read as they are': async ({ orm }) => {
    await orm.unitOfWork((unit) =>
      unit.insertMany(
        Sample,
        ATTACKS.map((word, whole) => ({ word, whole, data: { [word === '__proto__' ? 'proto' : word]: word } })),
      ),
    );
    const rows = await orm.query(Sample).orderBy({ whole: 'asc' }).all();
    expect(rows.map(({ word }) => word)).toEqual(ATTACKS);
    await orm.unitOfWork(async (unit) => {
      for (const word of ATTACKS) (await unit.get(Sample, { word })).word = `${word}!`;
    });
    expect((await orm.query(Sample).orderBy({ whole: 'asc' }).all()).map(({ word }) => word)).toEqual(ATTACKS.map((word) => `${word}!`));
    for (const word of ATTACKS)
      expect(
        await orm.unitOfWork((unit) =>
          unit
            .query(Sample)
            .where({ word: `${word}!` })
            .update({ text: word }),
        ),
        word,
      ).toBe(1);
  },
  'are errors where names are': async ({ orm }) => {
    for (const attack of ATTACKS.filter((text) => text !== '__proto__')) {
      const query = orm.query(Sample);
      for (const refused of [
        () => query.where({ [attack]: 'x' }).all(),
        () => query.where({ word: { [attack]: 'x' } }).all(),
        () => query.orderBy({ [attack]: 'asc' }).all(),
        () => query.orderBy({ word: attack as never }).all(),
        () => query.select(attack as never).all(),
        async () => query.with(attack as never).all(),
        async () => query.limit(attack as never).all(),
        async () => query.sum(attack as never),
      ])
        await expectRefusal(refused, 'QUERY_INVALID');
    }
  },
  'are only cursors that are not valid': async ({ orm }) => {
    for (const after of ATTACKS) await expectRefusal(orm.query(Sample).paginateByCursor({ after }), 'CURSOR_INVALID', { status: 422 });
  },
});
