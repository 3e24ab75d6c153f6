/** What stands around the models of an application, on MongoDB: health, doctor, factories, seeding, and the tools of collections. */
import type { EntityManager } from '@mikro-orm/core';
import type { MongoEntityManager } from '@mikro-orm/mongodb';
import type { HealthCheck, HealthChecks } from '@oxidite/middleware';
import { definePlugin } from '@oxidite/plugin-sdk';
import type { DoctorCheck, DoctorChecks } from 'oxidite';
import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { startPrivateMongodb } from '../../../services/private-mongodb.ts';
import { toDatabaseUrl } from '../../support/mongodb-database.ts';
import { Author, Book, bootLibrary, createLibrary, MODELS, Tag } from './library.ts';

describe('the health of a MongoDB database', () => {
  it('is told by the checks of health and of the doctor, also when the server is away', async () => {
    await using server = await startPrivateMongodb();
    const hooks = { health: new SyncHook<[HealthChecks]>(['checks']), doctor: new SyncHook<[DoctorChecks]>(['checks']) };
    const asker = definePlugin({
      name: 'asker',
      version: '1.0.0',
      setup(scope) {
        scope.declareHook('middleware:health', hooks.health);
        scope.declareHook('cli:doctor', hooks.doctor);
      },
    });
    await using kernel = await bootLibrary({ driver: 'mongodb', url: toDatabaseUrl(server.url, 'shop') }, { plugins: [asker()] });
    const health: HealthCheck[] = [];
    const doctor: DoctorCheck[] = [];
    hooks.health.call({ add: (...added) => void health.push(...added) });
    hooks.doctor.call({ add: (...added) => void doctor.push(...added) });
    const { signal } = new AbortController();
    for (const check of health) await expect(check.check(signal)).resolves.toBeUndefined();
    expect(await Promise.all(doctor.map(async (check) => check.run(kernel.services)))).toMatchObject([
      { status: 'ok', message: `mongodb, 127.0.0.1:${server.port}/shop` },
      { status: 'ok', message: '0 applied' },
    ]);
    await server.kill();
    await expect(health[0]?.check(signal)).rejects.toThrow();
    expect(await doctor[0]?.run(kernel.services)).toMatchObject({ status: 'fail' });
    expect(kernel.orm.pool()).toBeDefined();
  });
});

describe('the tools of MongoDB', () => {
  it('make entities by factories, and create and drop the collections of the models', async () => {
    await using library = await createLibrary();
    const { orm } = library;
    await orm.unitOfWork(async (unit) => {
      await unit.factory(Book).createMany(5);
      await unit.factory(Author).has('books', 2).create();
    });
    expect(await orm.query(Book).count()).toBe(7);
    expect(await orm.query(Author).count()).toBeGreaterThan(1);
    await orm.schema.create();
    expect((await orm.schema.describe()).map(({ name }) => name)).toEqual(['authors', 'book_buyers', 'book_tags', 'books', 'profiles', 'tags']);
    await orm.schema.drop();
    expect(await orm.schema.describe()).toEqual([]);
    expect(MODELS).toContain(Tag);
  });

  it('finds entities by what MikroORM takes, with values of all types', async () => {
    await using library = await createLibrary();
    await library.orm.unitOfWork(async (unit) => {
      const author = unit.create(Author, { name: 'ann' });
      unit.create(Book, { title: 'One', author, sold: 2n ** 60n, price: '1.5' });
      unit.create(Book, { title: 'Two', author, sold: 5n, price: '2.5' });
      await unit.flush();
      unit.clear();
      const entity = unit.entity(Book);
      expect(await unit.em.find(entity, { sold: 2n ** 60n })).toMatchObject([{ title: 'One' }]);
      expect(await unit.em.find(entity, { price: { $gt: '2.0' } })).toMatchObject([{ title: 'Two', sold: 5n, price: '2.50' }]);
      expect(await unit.em.count(entity, { sold: { $in: [5n, 6n] } })).toBe(1);
    });
  });

  it('aggregates by the entity manager, which is that of MongoDB', async () => {
    await using library = await createLibrary();
    await library.orm.unitOfWork(async (unit) => {
      await unit.insertMany(Tag, [
        { name: 'red', weight: 2 },
        { name: 'blue', weight: 3 },
      ]);
      const em = unit.em as EntityManager as MongoEntityManager;
      const sum = [{ $group: { _id: null, weight: { $sum: '$weight' } } }];
      expect(await em.aggregate(unit.entity(Tag), sum)).toEqual([{ _id: null, weight: 5 }]);
      expect(await em.getConnection().getDb().collection('tags').countDocuments()).toBe(2);
    });
  });
});
