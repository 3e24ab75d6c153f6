import type { Orm } from '@oxidite/orm';
import { createLogger } from '@oxidite/kernel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPrivateMongodb } from '../../../services/private-mongodb.ts';
import { toDatabaseUrl } from '../../support/mongodb-database.ts';
import { Author, Book, bootLibrary, createLibrary, type Library, Tag } from './library.ts';

let library: Library;
beforeEach(async () => {
  library = await createLibrary();
});
afterEach(() => library.stop());

const names = (orm: Orm): Promise<string[]> =>
  orm
    .query(Tag)
    .orderBy({ name: 'asc' })
    .all()
    .then((rows) => rows.map(({ name }) => name));

describe('a transaction on MongoDB', () => {
  it('happens as a whole, or not at all', async () => {
    const { orm } = library;
    await orm.unitOfWork(async (unit) => {
      await expect(
        unit.transaction(async () => {
          unit.create(Tag, { name: 'lost' });
          await unit.flush();
          await unit.insertMany(Tag, [{ name: 'lost too' }]);
          expect(await names(unit)).toEqual(['lost', 'lost too']);
          expect(await names(orm)).toEqual([]);
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      expect(await names(unit)).toEqual([]);
      await unit.transaction(async () => {
        unit.create(Tag, { name: 'kept' });
        await unit.query(Tag).where({}).update({ weight: 1 });
      });
    });
    expect(await names(orm)).toEqual(['kept']);
  });

  it('is what a flush of several documents is', async () => {
    const { orm } = library;
    await orm.unitOfWork((unit) => void unit.create(Author, { name: 'ann' }));
    await orm.unitOfWork(async (unit) => {
      unit.create(Tag, { name: 'red' });
      unit.create(Author, { name: 'ann' });
      await expect(unit.flush()).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
    });
    expect(await names(orm)).toEqual([]);
  });

  it('fails when another one changes the same, and is run again when it may be', async () => {
    const { orm } = library;
    await orm.unitOfWork((unit) => void unit.create(Tag, { name: 'red', weight: 0 }));
    const add = async (unit: Orm, meanwhile?: () => Promise<unknown>): Promise<void> => {
      const tag = await unit.get(Tag, 'red');
      await meanwhile?.();
      tag.assign({ weight: (tag.weight ?? 0) + 1 });
    };
    const once = (unit: Orm): Promise<void> => unit.transaction(() => add(unit));
    await expect(orm.unitOfWork((unit) => unit.transaction(() => add(unit, () => orm.unitOfWork(once))))).rejects.toMatchObject({
      code: 'OXI_ORM_DATABASE_BUSY',
      status: 503,
    });
    const progress = { runs: 0 };
    const done = orm.unitOfWork((unit) =>
      unit.transaction(() => add(unit, async () => (++progress.runs === 1 ? orm.unitOfWork(once) : undefined)), { attempts: 3 }),
    );
    while (progress.runs < 2) {
      await new Promise(setImmediate); // the transaction waits for the clock, and this for the transaction
      await library.clock.advance(1_000);
    }
    await done;
    expect(await orm.query(Tag).get()).toMatchObject({ weight: 3 });
  });

  it('is followed by what waits for its commit', async () => {
    const told: string[] = [];
    await library.orm.unitOfWork(async (unit) => {
      await unit.transaction(() => {
        unit.afterCommit(() => told.push('committed'));
        unit.create(Tag, { name: 'red' });
        expect(told).toEqual([]);
      });
      expect(told).toEqual(['committed']);
      await expect(
        unit.transaction(() => {
          unit.afterCommit(() => told.push('never'));
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
    });
    expect(told).toEqual(['committed']);
  });

  it('refuses what it cannot keep', async () => {
    const refused = { code: 'OXI_ORM_NOT_ON_MONGODB' };
    await library.orm.unitOfWork(async (unit) => {
      await expect(unit.transaction(() => undefined, { isolation: 'serializable' })).rejects.toMatchObject(refused);
      await expect(unit.transaction(() => undefined, { readOnly: true })).rejects.toMatchObject(refused);
      await unit.transaction(() => undefined, { isolation: 'repeatable read' });
      await unit.transaction(async () => {
        await expect(unit.transaction(() => undefined)).rejects.toMatchObject(refused);
      });
    });
  });

  it('leaves no connection in use, and no session open', async () => {
    const { orm } = library;
    await orm.unitOfWork(async (unit) => {
      for (let round = 0; round < 20; round++) {
        await unit.transaction(() => void unit.create(Tag, { name: `tag ${round}` }));
        await unit.transaction(() => Promise.reject(new Error('no'))).catch(() => undefined);
      }
    });
    expect(orm.pool()).toMatchObject({ waiting: 0 });
    const { size, idle } = orm.pool() ?? { size: 0, idle: -1 };
    expect(idle).toBe(size);
    expect(await orm.query(Book).count()).toBe(0);
  });
});

describe('a server of MongoDB that runs alone', () => {
  it('has no transactions, which orm.transaction says, and a flush does without, which is logged once', async () => {
    await using server = await startPrivateMongodb(undefined, { isAlone: true });
    const warnings: unknown[] = [];
    await using kernel = await bootLibrary(
      { driver: 'mongodb', url: toDatabaseUrl(server.url, 'shop') },
      { logger: createLogger((level, _, message) => level === 'warn' && warnings.push(message)) },
    );
    const { orm } = kernel;
    await orm.unitOfWork(async (unit) => {
      await expect(unit.transaction(() => undefined)).rejects.toMatchObject({
        code: 'OXI_ORM_NOT_ON_MONGODB',
        message: expect.stringContaining('--replSet') as string,
      });
      const red = unit.create(Tag, { name: 'red' });
      unit.create(Book, { title: 'One', author: unit.create(Author, { name: 'ann' }), tags: [red] });
      await unit.flush();
      unit.attach(await unit.get(Book, { title: 'One' }), 'tags', unit.create(Tag, { name: 'blue' }));
      await unit.flush();
      await unit.insertMany(Tag, [{ name: 'green' }, { name: 'grey' }]);
      expect(await unit.query(Book).where({ tags: 'red' }).update({ pages: 1 })).toBe(1);
    });
    expect(await orm.query(Book).with('tags').get()).toMatchObject({ pages: 1, tags: [{ name: 'blue' }, { name: 'red' }] });
    expect(warnings).toHaveLength(1);
  });
});
