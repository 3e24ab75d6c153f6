/** Scopes, by their names and by default. */
import type { Orm } from '@oxidite/orm';
import { expect } from 'vitest';
import { defineFeature } from '../contract-case.ts';
import { Book } from '../models/library.ts';
import { Board, Ticket } from '../models/shop.ts';
import { add } from './expectations.ts';
import { createLibrary, titlesOf } from './library.ts';

/** Writes a board with two tickets, both of them pinned, of which "b" is closed. */
async function createBoard(orm: Orm): Promise<void> {
  await orm.unitOfWork((unit) => {
    const board = unit.create(Board, { name: 'x' });
    board.pinned.add(unit.create(Ticket, { subject: 'a', board }), unit.create(Ticket, { subject: 'b', state: 'closed', board }));
  });
}

const subjectsOf = ({ tickets, pinned }: Board): string[] =>
  [tickets, pinned].map((list) =>
    [...list]
      .map(({ subject }) => subject)
      .toSorted()
      .join(''),
  );

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
  'that hold by default hold for what is loaded with entities, until they are named behind the relation': async ({ orm }) => {
    await createBoard(orm);
    await orm.unitOfWork(async (unit) => expect(subjectsOf(await unit.get(Board, { name: 'x' }, { with: ['tickets', 'pinned'] }))).toEqual(['a', 'a']));
    await orm.unitOfWork(async (unit) => {
      const board = await unit.get(Board, { name: 'x' });
      expect([await board.tickets.loadCount(), await board.pinned.loadCount()]).toEqual([1, 1]);
      await board.load('tickets');
      await board.pinned.loadItems();
      expect(subjectsOf(board)).toEqual(['a', 'a']);
    });
    await orm.unitOfWork(async (unit) => {
      const withoutScope = ['tickets.open', 'pinned.open'] as const;
      expect(subjectsOf(await unit.get(Board, { name: 'x' }, { with: ['tickets', 'pinned'], withoutScope }))).toEqual(['ab', 'ab']);
    });
  },
  'that hold by default never let a flush delete or unlink what they hide': async ({ orm }) => {
    await createBoard(orm);
    await orm.unitOfWork(async (unit) => {
      const board = await unit.get(Board, { name: 'x' }, { with: ['tickets', 'pinned'] });
      board.tickets.removeAll();
      board.assign({ pinned: [unit.create(Ticket, { subject: 'c', board })] });
    });
    await orm.unitOfWork(async (unit) => {
      const withoutScope = ['tickets.open', 'pinned.open'] as const;
      expect(subjectsOf(await unit.get(Board, { name: 'x' }, { with: ['tickets', 'pinned'], withoutScope }))).toEqual(['bc', 'bc']);
    });
    expect(await orm.query(Ticket).withoutScope('open').count()).toBe(3);
  },
  'that hold by default leave the pair as it is that is attached again': async ({ orm }) => {
    await createBoard(orm);
    await orm.unitOfWork(async (unit) => {
      const board = await unit.get(Board, { name: 'x' }, { with: ['pinned'] });
      unit.attach(board, 'pinned', await unit.get(Ticket, { subject: 'b' }, { withoutScope: ['open'] }));
    });
    const { pinned } = await orm
      .query(Board)
      .with('pinned', (tickets) => tickets.withoutScope('open'))
      .get();
    expect(pinned.map(({ subject }) => subject).toSorted()).toEqual(['a', 'b']);
  },
  'that do not exist are refused': ({ orm }) => {
    expect(() => orm.query(Book).scope('cheap' as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
    expect(() => orm.query(Ticket).withoutScope('cheap' as never)).toThrow(expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }));
  },
});
