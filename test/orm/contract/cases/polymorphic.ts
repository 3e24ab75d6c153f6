/** Relations to one of several models. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Actor, Album, Cover, Film, Note } from '../models/relational.ts';
import { add, expectInvalid, expectRefusal, refusesModels } from './expectations.ts';

interface Keys {
  readonly ann: string;
  readonly film: string;
}

const createFilm = async (orm: Orm): Promise<Keys> => ({ ann: await add(orm, Actor, { name: 'ann' }), film: await add(orm, Film, { title: 'First' }) });

/** Writes a note about a film, and one about an actor. */
async function setUp(orm: Orm): Promise<Keys> {
  const keys = await createFilm(orm);
  await orm.unitOfWork(async (unit) => {
    unit.create(Note, { text: 'of a film', about: await unit.get(Film, keys.film) });
    unit.create(Note, { text: 'of an actor', about: { actor: keys.ann } });
  });
  return keys;
}

const texts = async (orm: Orm, where: Parameters<ReturnType<typeof orm.query<typeof Note>>['where']>[0]): Promise<string[]> =>
  (await orm.query(Note).where(where).all()).map(({ text }) => text).toSorted();

export const polymorphic = defineFeature(
  'Relations to one of several models',
  {
    'take entities and keys of each of the models': async ({ orm }) => {
      const { ann, film } = await setUp(orm);
      const notes = await orm.query(Note).orderBy({ text: 'asc' }).all();
      expect(notes.map(({ aboutFilmId, aboutActorId }) => [aboutFilmId, aboutActorId])).toEqual([
        [film, null],
        [null, ann],
      ]);
    },
    'are loaded with their type': async ({ orm }) => {
      await setUp(orm);
      const notes = await orm.query(Note).with('about').orderBy({ text: 'asc' }).all();
      expect(notes.map(({ about }) => (about.type === 'film' ? `film ${about.title}` : `actor ${about.name}`))).toEqual(['film First', 'actor ann']);
      await orm.unitOfWork(async (unit) => {
        const [first] = await unit.list(Note, { text: 'of a film' }, { with: ['about'] });
        expect(first?.about).toBe(await unit.get(Film, { title: 'First' }));
      });
    },
    'are asked for by entity, key and conditions': async ({ orm }) => {
      const { ann, film } = await setUp(orm);
      expect(await texts(orm, { about: { film } })).toEqual(['of a film']);
      expect(await texts(orm, { about: { actor: { name: 'ann' } } })).toEqual(['of an actor']);
      expect(await texts(orm, { about: { film: { title: 'none' }, actor: ann } })).toEqual(['of an actor']);
      expect(await texts(orm, { not: { about: { actor: { name: 'ann' } } } })).toEqual(['of a film']);
      await orm.unitOfWork(async (unit) => expect(await texts(unit, { about: await unit.get(Actor, ann) })).toEqual(['of an actor']));
    },
    'are seen from the other sides': async ({ orm }) => {
      const { ann } = await setUp(orm);
      expect(await orm.query(Actor).where({ id: ann }).with('notes').withCount('notes').get()).toMatchObject({
        notes: [{ text: 'of an actor' }],
        notesCount: 1,
      });
      expect(
        await orm
          .query(Film)
          .where({ notes: { text: { contains: 'film' } } })
          .count(),
      ).toBe(1);
    },
    'are limited for each row from the other sides': async ({ orm }) => {
      const { ann } = await setUp(orm);
      const bob = await add(orm, Actor, { name: 'bob' });
      for (const text of ['b', 'a', 'c']) for (const actor of [ann, bob]) await add(orm, Note, { text, about: { actor } });
      const actors = await orm
        .query(Actor)
        .with('notes', (notes) => notes.orderBy({ text: 'desc' }).limit(2))
        .orderBy({ name: 'asc' })
        .all();
      expect(actors.map(({ notes }) => notes.map(({ text }) => text))).toEqual([
        ['of an actor', 'c'],
        ['c', 'b'],
      ]);
    },
    'lead to another model when they are changed': async ({ orm }) => {
      const { ann } = await setUp(orm);
      await orm.unitOfWork(async (unit) => void (await unit.get(Note, { text: 'of a film' })).assign({ about: { actor: ann } }));
      expect(
        await orm
          .query(Note)
          .where({ about: { actor: ann } })
          .count(),
      ).toBe(2);
      expect((await orm.query(Note).where({ text: 'of a film' }).get()).aboutFilmId).toBeNull();
    },
    'are required unless they are nullable': async ({ orm }) => {
      await expectInvalid(add(orm, Note, { text: 'x' } as never), '/about');
      const id = await add(orm, Cover, { path: 'a.png' });
      expect(await orm.query(Cover).where({ id }).with('of').get()).toMatchObject({ of: null });
      expect(await orm.query(Cover).where({ of: null }).count()).toBe(1);
    },
    'refuse what is none of the models, or does not exist': async ({ orm }) => {
      const { ann } = await setUp(orm);
      await expect(add(orm, Note, { text: 'x', about: { album: ann } } as never)).rejects.toMatchObject({
        status: 422,
        errors: [expect.objectContaining({ path: '/about' })],
      });
      await expectRefusal(add(orm, Note, { text: 'x', about: { film: ann } }), 'FOREIGN_KEY_VIOLATION', {
        status: 409,
        errors: [{ in: 'body', path: '/about', message: 'does not exist' }],
      });
    },
    'that are unique refuse a second one': async ({ orm }) => {
      const { film } = await createFilm(orm);
      await add(orm, Cover, { path: 'a.png', of: { film } });
      await expectRefusal(add(orm, Cover, { path: 'b.png', of: { film } }), 'UNIQUE_VIOLATION', {
        status: 409,
        errors: [expect.objectContaining({ path: '/of' })],
      });
      expect(await orm.query(Film).where({ id: film }).with('cover').get()).toMatchObject({ cover: { path: 'a.png' } });
    },
    'go with their entity, or are set to null, as they say': async ({ orm }) => {
      const { film } = await setUp(orm);
      const album = await add(orm, Album, { name: 'x' });
      await add(orm, Cover, { path: 'a.png', of: { album } });
      await orm.unitOfWork(async (unit) => {
        unit.remove(await unit.get(Film, film));
        unit.remove(await unit.get(Album, album));
      });
      expect(await texts(orm, {})).toEqual(['of an actor']);
      expect(await orm.query(Cover).get()).toMatchObject({ ofAlbumId: null });
    },
    'are written in bulk': async ({ orm }) => {
      const { ann, film } = await createFilm(orm);
      await orm.unitOfWork((unit) =>
        unit.insertMany(Note, [
          { text: '1', about: { film } },
          { text: '2', about: { actor: ann } },
        ]),
      );
      expect(
        await orm.unitOfWork((unit) =>
          unit
            .query(Note)
            .where({ about: { film } })
            .update({ about: { actor: ann } }),
        ),
      ).toBe(1);
      expect(await texts(orm, { about: { actor: ann } })).toEqual(['1', '2']);
    },
  },
  {
    mongodb: {
      reason: 'a model with `morphTo` is refused when the connection is opened',
      refused: true,
      runs: {
        'are refused with what to write instead': (context) =>
          refusesModels(context, [Note, Actor, Film, Cover, Album], 'note', /write a nullable belongsTo for each/),
      },
    },
  },
);
