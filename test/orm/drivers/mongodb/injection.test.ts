import { defineModel, field, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createMongodbDatabase } from '../../support/mongodb-database.ts';
import { Author, Book, createLibrary, type Library, Tag } from './library.ts';

/** What MongoDB would read as an operator, or as code. */
const OPERATORS: readonly unknown[] = [
  { $gt: '' },
  { $ne: null },
  { $in: ['ann'] },
  { $nin: [] },
  { $regex: '.*' },
  { $exists: true },
  { $type: 'string' },
  { $not: { $eq: 'x' } },
  { $where: 'sleep(1000)' },
  { $expr: { $eq: [1, 1] } },
  { $function: { body: 'return true', args: [], lang: 'js' } },
  { $re: '.*' },
  { $eq: 'ann' },
  { $gt: '', eq: 'ann' },
  JSON.parse('{"__proto__":{"$gt":""}}'),
  ['ann'],
  [{ $gt: '' }],
  { $literal: 'ann' },
  { _bsontype: 'ObjectId', id: 'x' },
  { toBSON: () => ({ $gt: '' }) },
  /.*/,
  new Map([['$gt', '']]),
  () => ({ $gt: '' }),
];
/** Texts that mean something elsewhere. */
const TEXTS = ['$name', '$$ROOT', '$gt', '{"$gt":""}', '.*', '^', '(?:', '[', '\\', 'ann$', "'; return true; //", '$where', '__proto__', '_id', 'a.b'];

let library: Library;
beforeAll(async () => {
  library = await createLibrary();
  await library.orm.unitOfWork(async (unit) => {
    const ann = unit.create(Author, { name: 'ann', email: 'ann@example.com' });
    unit.create(Author, { name: 'bob' });
    unit.create(Tag, { name: 'red', weight: 1 });
    unit.create(Book, { title: 'One', author: ann, pages: 1, price: '1.00', sold: 1n, seen: new Date(0), data: { a: 1 } });
  });
});
afterAll(() => library.stop());

describe('an object of an attacker', () => {
  it('is never an operator where a value is', async () => {
    const { orm } = library;
    const refused = expect.objectContaining({ code: 'OXI_ORM_QUERY_INVALID' }) as Error;
    for (const value of OPERATORS) {
      for (const name of ['id', 'name', 'email'] as const) {
        await expect(
          orm
            .query(Author)
            .where({ [name]: value })
            .count(),
          `${name} ${String(value)}`,
        ).rejects.toThrow(refused);
        await expect(
          orm
            .query(Author)
            .where({ [name]: { eq: value } })
            .count(),
        ).rejects.toThrow(refused);
        await expect(
          orm
            .query(Author)
            .where({ [name]: { ne: value } })
            .count(),
        ).rejects.toThrow(refused);
        await expect(
          orm
            .query(Author)
            .where({ [name]: { in: [value] } })
            .count(),
        ).rejects.toThrow(refused);
        await expect(
          orm
            .query(Author)
            .where({ [name]: { like: value } })
            .count(),
        ).rejects.toThrow(refused);
      }
      for (const name of ['pages', 'price', 'sold', 'seen', 'flag', 'published', 'mood', 'isbn', 'data'] as const)
        await expect(
          orm
            .query(Book)
            .where({ [name]: value })
            .count(),
          name,
        ).rejects.toThrow(refused);
      await orm.unitOfWork(async (unit) => {
        await expect(unit.find(Author, value as never)).rejects.toThrow(refused);
        await expect(unit.find(Author, { name: value } as never)).rejects.toThrow(refused);
        await expect(unit.list(Author, { name: value } as never)).rejects.toThrow(refused);
        await expect(
          unit
            .query(Author)
            .where({ name: value } as never)
            .delete(),
        ).rejects.toThrow(refused);
        await expect(
          unit
            .query(Author)
            .where({ name: 'ann' })
            .update({ email: value } as never),
        ).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY' });
        await expect(unit.insertMany(Author, [{ name: value } as never])).rejects.toMatchObject({ code: 'OXI_ORM_INVALID_ENTITY' });
      });
      await orm.unitOfWork(async (unit) => {
        const ann = await unit.get(Author, { name: 'ann' });
        ann.assign({ email: value } as never);
        await expect(unit.flush()).rejects.toThrow();
      });
    }
    expect(await orm.query(Author).orderBy({ name: 'asc' }).all()).toMatchObject([
      { name: 'ann', email: 'ann@example.com' },
      { name: 'bob', email: null },
    ]);
  });

  it('is never a name of a field, an order or a relation', async () => {
    const { orm } = library;
    for (const name of ['$where', '$expr', '$or', '$and', '$nor', 'name.$gt', '$name', '_id', 'author_id']) {
      await expect(
        orm
          .query(Book)
          .where({ [name]: [] })
          .count(),
        name,
      ).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
      await expect(
        orm
          .query(Book)
          .orderBy({ [name]: 'asc' })
          .all(),
      ).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
      await expect(
        orm
          .query(Book)
          .select(name as never)
          .all(),
      ).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
    }
  });

  it('is a value inside of JSON, whatever its names are, on all roads', async () => {
    const opened = await createMongodbDatabase().open();
    const Note = defineModel('note', { data: field.json(z.json()) }, { id: 'uuid' });
    await using kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Note], autoMigrate: 'models' })] });
    const orm = kernel.use('orm');
    for (const data of [
      { $inc: 1 },
      { $re: '.*' },
      { $set: { data: 1 } },
      { $gt: '' },
      [{ $unset: '' }],
      { a: { $literal: 1 } },
      '$data',
      { $ref: 'x', $id: 1 },
    ]) {
      const [id] = await orm.unitOfWork((unit) => unit.insertMany(Note, [{ data }]));
      const key = String(id);
      expect((await orm.query(Note).where({ id: key }).get()).data).toEqual(data);
      await orm.unitOfWork(async (unit) => void (await unit.get(Note, key)).assign({ data: { before: data } }));
      await orm.unitOfWork(async (unit) => void (await unit.get(Note, key)).assign({ data }));
      expect((await orm.query(Note).where({ id: key }).get()).data).toEqual(data);
      await orm.unitOfWork((unit) =>
        unit
          .query(Note)
          .where({ id: key })
          .update({ data: { again: data } }),
      );
      await orm.unitOfWork((unit) => unit.upsert(Note, [{ id: key, data }], { by: ['id'] }));
      expect((await orm.query(Note).where({ id: key }).get()).data).toEqual(data);
    }
    await opened.drop();
  });
});

describe('text of an attacker, on MongoDB', () => {
  it('is only a value, also in a pattern', async () => {
    const { orm } = library;
    for (const attack of TEXTS) {
      for (const condition of [
        { name: attack },
        { name: { contains: attack } },
        { name: { startsWith: attack } },
        { name: { like: attack } },
        { books: { title: attack } },
      ])
        expect([attack, await orm.query(Author).where(condition).count()]).toEqual([attack, 0]);
      expect(
        await orm
          .query(Author)
          .where({ name: { ne: attack } })
          .count(),
      ).toBe(2);
      await orm.unitOfWork(async (unit) => {
        await unit.query(Author).where({ name: 'bob' }).update({ email: attack });
        expect((await unit.get(Author, { name: 'bob' })).email).toBe(attack);
        await unit.query(Author).where({ name: 'bob' }).update({ email: null });
      });
    }
  });
});
