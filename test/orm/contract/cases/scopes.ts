/** Scopes, by their names and by default. */
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Board, Ticket } from '../models/shop.ts';
import { add } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

export const scopes = defineFeature('Scopes', {
  'add the conditions of their names': async ({ orm }) => {
    await createLibrary(orm);
    expect(await titlesOf(orm.query(Book).scope('published'))).toEqual(['First', 'Second']);
    expect(await titlesOf(orm.query(Book).scope('published').scope('longerThan', 150))).toEqual(['Second']);
  },
  'that hold by default hide rows, until they are named': async ({ orm }) => {
    await add(orm, Ticket, { subject: 'a' });
    await add(orm, Ticket, { subject: 'b', state: 'closed' });
    expect((await orm.query(Ticket).all()).map(({ subject }) => subject)).toEqual(['a']);
    expect(await orm.query(Ticket).withoutScope('open').count()).toBe(2);
    await orm.unitOfWork(async (unit) => {
      expect(await unit.find(Ticket, { subject: 'b' })).toBeUndefined();
      expect((await unit.get(Ticket, { subject: 'b' }, { withoutScope: ['open'] })).state).toBe('closed');
    });
  },
  'that hold by default hold for changes of rows and for relations': async ({ orm }) => {
    const board = await add(orm, Board, { name: 'x' });
    await add(orm, Ticket, { subject: 'a', board });
    await add(orm, Ticket, { subject: 'b', state: 'closed', board });
    expect(await orm.query(Board).with('tickets').withCount('tickets').get()).toMatchObject({ tickets: [{ subject: 'a' }], ticketsCount: 1 });
    expect(
      await orm
        .query(Board)
        .where({ tickets: { subject: 'b' } })
        .count(),
    ).toBe(0);
    expect(await orm.unitOfWork((unit) => unit.query(Ticket).where({}).delete())).toBe(1);
    expect(await orm.query(Ticket).withoutScope('open').count()).toBe(1);
  },
  'that do not exist are refused': ({ orm }) => {
    expect(() => orm.query(Book).scope('cheap' as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
    expect(() => orm.query(Ticket).withoutScope('cheap' as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
  },
});
