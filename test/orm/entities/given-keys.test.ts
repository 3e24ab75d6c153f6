import { defineModel, field, hasMany, belongsTo, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase } from '../support/databases.ts';

const Country = defineModel('country', { code: field.string({ maxLength: 2 }).primary(), name: field.string(), towns: hasMany(() => Town, 'country') });
const Town = defineModel('town', { name: field.string(), country: belongsTo(() => Country) });
const Floor = defineModel('floor', { number: field.integer().primary(), name: field.string() });
const Room = defineModel('room', { name: field.string(), floor: belongsTo(() => Floor) });
const Street = defineModel('street', { town: belongsTo(() => Town), place: field.integer(), name: field.string() }, { key: ['town', 'place'] });

describeOnDatabases((database) => {
  let opened: OpenedDatabase;
  let kernel: TestKernel;

  beforeEach(async () => {
    opened = await database.open();
    kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Country, Town, Street, Room], autoMigrate: 'models' })] });
    await kernel.use('orm').unitOfWork(async (orm) => {
      const town = orm.create(Town, { name: 'Ulm', country: orm.create(Country, { code: 'de', name: 'Germany' }) });
      await orm.flush();
      orm.create(Street, { town, place: 1, name: 'Main' });
    });
  });

  afterEach(async () => {
    await kernel.stop();
    await opened.drop();
  });

  describe('an entity that is created with a key of its own', () => {
    const taken = (path: string): object => ({
      code: 'OXI_ORM_UNIQUE_VIOLATION',
      status: 409,
      errors: [{ in: 'body', path, message: 'has already been taken' }],
    });

    it('is refused when the unit of work has loaded one of that key, which stays as it is', async () => {
      await kernel.use('orm').unitOfWork(async (orm) => {
        const country = await orm.get(Country, 'de');
        const town = await orm.get(Town, { name: 'Ulm' });
        const street = await orm.get(Street, { name: 'Main' });
        expect(() => orm.create(Country, { code: 'de', name: 'Denmark' })).toThrow(expect.objectContaining(taken('/code')));
        expect(() => orm.create(Town, { id: town.id, name: 'Bonn', country })).toThrow(expect.objectContaining(taken('/id')));
        expect(() => orm.create(Street, { town, place: 1, name: 'High' })).toThrow(expect.objectContaining({ code: 'OXI_ORM_UNIQUE_VIOLATION' }));
        await orm.flush();
        expect([country.name, town.name, street.name]).toEqual(['Germany', 'Ulm', 'Main']);
      });
    });

    it('is refused when another one of that key is new, or is to be removed by the next flush', async () => {
      await kernel.use('orm').unitOfWork(async (orm) => {
        orm.create(Country, { code: 'fr', name: 'France' });
        expect(() => orm.create(Country, { code: 'fr', name: 'Frisia' })).toThrow(expect.objectContaining(taken('/code')));
        orm.remove(await orm.get(Street, { name: 'Main' }));
        const town = await orm.get(Town, { name: 'Ulm' });
        expect(() => orm.create(Street, { town, place: 1, name: 'High' })).toThrow(expect.objectContaining({ code: 'OXI_ORM_UNIQUE_VIOLATION' }));
        await orm.flush();
        orm.create(Street, { town, place: 1, name: 'High' });
        await orm.flush();
        expect((await orm.query(Street).get()).name).toBe('High');
      });
    });

    it('is refused when that key is referred to before', async () => {
      await kernel.use('orm').unitOfWork(async (orm) => {
        orm.create(Town, { name: 'Bern', country: 'ch' });
        expect(() => orm.create(Country, { code: 'ch', name: 'Switzerland' })).toThrow(/create it before what refers to it/);
        orm.clear();
        orm.create(Country, { code: 'ch', name: 'Switzerland' });
        orm.create(Town, { name: 'Bern', country: 'ch' });
        await orm.flush();
        expect((await orm.query(Town).where({ name: 'Bern' }).with('country').get()).country.name).toBe('Switzerland');
      });
    });

    it.each([0, -5, 7])('keeps the whole number that it is given: %s', async (number) => {
      await kernel.use('orm').unitOfWork((orm) => {
        orm.create(Room, { name: 'hall', floor: orm.create(Floor, { number, name: 'one' }) });
      });
      await kernel.use('orm').unitOfWork(async (orm) => {
        expect((await orm.get(Floor, number)).name).toBe('one');
        expect(await orm.query(Room).where({ floor: number }).with('floor').get()).toMatchObject({ name: 'hall', floor: { number } });
      });
    });

    it.each(['one', 1.5, Number.NaN, 2 ** 53])('is not valid when its key is to be counted, and %s is no whole number', async (id) => {
      const creating = kernel.use('orm').unitOfWork((orm) => void orm.create(Town, { id: id as number, name: 'Bonn', country: 'de' }));
      await expect(creating).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY', status: 422, errors: [{ path: '/id' }] });
    });
  });
});
