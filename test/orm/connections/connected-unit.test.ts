import { AuditEntry, auditTrail, ConnectionMismatchError, ConnectionUnknownError, FlushPartialError, UniqueViolationError } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { describe, expect, it } from 'vitest';
import { createShop, Event, Order, PAIRS, Visit } from './support.ts';

describe.each(PAIRS)('orm with two connections', (...pair) => {
  const problem = pair.find((database) => database.problem !== undefined)?.problem;
  const boot = (options?: Parameters<typeof createShop>[1]): ReturnType<typeof createShop> => createShop(pair, options);

  describe.skipIf(problem !== undefined)(`${pair.map(({ name }) => name).join(' + ')}${problem === undefined ? '' : `: ${problem}`}`, () => {
    it('finds the connection of each model, and makes its tables there and only there', async () => {
      await using shop = await boot();
      const tables = async (name: string): Promise<string[]> => (await shop.orm.on(name).schema.describe()).map((table) => table.name);
      expect(await tables('default')).toEqual(['orders']);
      expect(await tables('analytics')).toEqual(['events', 'visits']);
      expect(shop.orm.connections).toEqual(['default', 'analytics']);
    });

    it('writes entities of both with one flush, and reads, changes and removes them', async () => {
      await using shop = await boot();
      await shop.scopes.run(({ orm }) => {
        orm.create(Order, { name: 'a' });
        orm.create(Visit, { event: orm.create(Event, { kind: 'sold' }) });
      });
      expect(await shop.orm.query(Visit).with('event').all()).toMatchObject([{ event: { kind: 'sold', count: 0 } }]);
      await shop.orm.unitOfWork(async (orm) => {
        const order = await orm.get(Order, { name: 'a' });
        const event = await orm.get(Event, { kind: 'sold' });
        order.name = 'b';
        orm.assign(event, { count: 1 });
        const [visit] = await orm.list(Visit);
        await orm.populate(visit === undefined ? [] : [visit], 'event');
        expect(visit?.event).toBe(event);
        if (visit !== undefined) orm.remove(visit);
      });
      expect(await shop.orm.query(Order).all()).toMatchObject([{ name: 'b' }]);
      expect(await shop.orm.query(Event).all()).toMatchObject([{ count: 1 }]);
      expect(await shop.orm.query(Visit).count()).toBe(0);
    });

    it('writes many rows where they belong', async () => {
      await using shop = await boot();
      await shop.orm.unitOfWork(async (orm) => {
        await orm.insertMany(Event, [{ kind: 'a' }, { kind: 'b' }]);
        await orm.upsert(Event, [{ kind: 'b', count: 5 }], { by: ['kind'] });
        expect(await orm.query(Event).where({ kind: 'b' }).increment('count')).toBe(1);
      });
      expect(await shop.orm.query(Event).orderBy({ kind: 'asc' }).all()).toMatchObject([
        { kind: 'a', count: 0 },
        { kind: 'b', count: 6 },
      ]);
    });

    it('writes nothing anywhere when the first connection fails', async () => {
      await using shop = await boot();
      await shop.orm.unitOfWork((orm) => void orm.create(Order, { name: 'a' }));
      const failed = shop.orm.unitOfWork((orm) => {
        orm.create(Order, { name: 'a' });
        orm.create(Event, { kind: 'sold' });
      });
      await expect(failed).rejects.toBeInstanceOf(UniqueViolationError);
      expect(await shop.orm.query(Event).count()).toBe(0);
    });

    it('says what is written and what is not when a later connection fails', async () => {
      await using shop = await boot();
      await shop.orm.unitOfWork((orm) => void orm.create(Event, { kind: 'sold' }));
      const done: string[] = [];
      await shop.orm.unitOfWork(async (orm) => {
        orm.create(Order, { name: 'a' });
        orm.create(Event, { kind: 'sold' });
        orm.afterCommit(() => void done.push('never'));
        const error = await orm.flush().catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(FlushPartialError);
        expect(error).toMatchObject({ code: 'OXI_ORM_FLUSH_PARTIAL', connection: 'analytics', committed: ['default'] });
        expect((error as Error).cause).toBeInstanceOf(UniqueViolationError);
        expect((error as Error).message).toMatch(/"analytics" were not written.*"default" were committed before, and stay/);
      });
      expect(done).toEqual([]);
      expect(await shop.orm.query(Order).count()).toBe(1);
      expect(await shop.orm.query(Event).count()).toBe(1);
    });

    it('fails as ever when only that connection had something to write', async () => {
      await using shop = await boot();
      await shop.orm.unitOfWork((orm) => {
        orm.create(Order, { name: 'a' });
        orm.create(Event, { kind: 'sold' });
      });
      const failed = shop.orm.unitOfWork(async (orm) => {
        await orm.get(Order, { name: 'a' });
        orm.create(Event, { kind: 'sold' });
      });
      await expect(failed).rejects.toBeInstanceOf(UniqueViolationError);
    });

    it('runs transactions of the default connection, and writes the others after their commit', async () => {
      await using shop = await boot();
      const order: string[] = [];
      await shop.orm.unitOfWork(async (orm) => {
        await orm.transaction(async (inner) => {
          inner.create(Order, { name: 'a' });
          inner.create(Event, { kind: 'sold' });
          inner.afterCommit(() => void order.push('committed'));
        });
        expect(await shop.orm.query(Event).count()).toBe(1);
        await expect(
          orm.transaction((inner) => {
            inner.create(Order, { name: 'b' });
            throw new Error('no');
          }),
        ).rejects.toThrow('no');
        orm.afterCommit(() => void order.push('flushed'));
        orm.create(Event, { kind: 'left' });
      });
      expect(order).toEqual(['committed', 'flushed']);
      expect(await shop.orm.query(Order).all()).toMatchObject([{ name: 'a' }]);
      expect(await shop.orm.query(Event).count()).toBe(2);
    });

    it('has the orm of one connection, with its own transactions and Kysely', async () => {
      await using shop = await boot();
      await shop.orm.unitOfWork(async (orm) => {
        const analytics = orm.on('analytics');
        await expect(
          analytics.transaction(async (inner) => {
            inner.create(Event, { kind: 'a' });
            await inner.flush();
            expect(await inner.kysely.selectFrom('events').select('kind').execute()).toEqual([{ kind: 'a' }]);
            expect(await orm.query(Event).count()).toBe(1);
            throw new Error('no');
          }),
        ).rejects.toThrow('no');
        expect(await orm.query(Event).count()).toBe(0);
        expect(analytics.on('default').query(Order).toSql()).toEqual(orm.query(Order).toSql());
        expect(() => analytics.query(Order)).toThrow(ConnectionMismatchError);
        expect(() => orm.on('nowhere')).toThrow(/no connection "nowhere".*"default", "analytics"/);
      });
      expect(await shop.orm.on('analytics').kysely.selectFrom('events').selectAll().execute()).toEqual([]);
      expect(() => shop.orm.on('nowhere')).toThrow(ConnectionUnknownError);
      await shop.orm.on('analytics').unitOfWork((orm) => void orm.create(Event, { kind: 'own' }));
      expect(await shop.orm.query(Event).count()).toBe(1);
    });

    it('tells hooks the connection, and its orm', async () => {
      const told: string[] = [];
      const watch = definePlugin({
        name: 'watch',
        version: '1.0.0',
        setup(kernel) {
          kernel.tap('orm:flushing', async ({ connection, changes }) => void told.push(`flushing ${connection} ${changes.map(({ model }) => model).join()}`));
          kernel.tap('orm:created', async ({ connection, change, orm }) => {
            told.push(`created ${connection} ${change.model}`);
            if (change.model === 'event') orm.on('default').create(Order, { name: 'because of it' });
          });
          kernel.tap('orm:committed', async ({ connection }) => void told.push(`committed ${connection}`));
        },
      });
      await using shop = await boot({ plugins: [watch()] });
      await shop.orm.unitOfWork((orm) => {
        orm.create(Event, { kind: 'sold' });
        orm.create(Order, { name: 'a' });
      });
      expect(told).toEqual([
        'flushing default order',
        'created default order',
        'committed default',
        'flushing analytics event',
        'created analytics event',
        'committed analytics',
        'flushing default order',
        'created default order',
        'committed default',
      ]);
      expect(await shop.orm.query(Order).count()).toBe(2);
    });

    it('keeps the audit trail on the connection of its model', async () => {
      await using shop = await boot({ plugins: [auditTrail()] });
      await shop.orm.unitOfWork((orm) => {
        orm.create(Event, { kind: 'sold' });
        orm.create(Order, { name: 'a' });
      });
      const entries = await shop.orm.query(AuditEntry).all();
      expect(entries.map(({ model }) => model).toSorted()).toEqual(['event', 'order']);
    });
  });
});

describe('orm with one connection', () => {
  it('has only the default one', async () => {
    const { createBlog } = await import('../support/blog.ts');
    await using blog = await createBlog();
    expect(blog.orm.connections).toEqual(['default']);
    expect(blog.orm.on('default')).toBe(blog.orm);
    expect(() => blog.orm.on('analytics')).toThrow(ConnectionUnknownError);
    await blog.orm.unitOfWork((orm) => {
      expect(orm.on('default')).toBe(orm);
      expect(() => orm.on('analytics')).toThrow(/There are: "default"/);
    });
  });
});
