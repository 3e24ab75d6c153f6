import { defineModel, field, manyToMany, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchStatements } from '../support/watch-statements.ts';

const Label = defineModel('label', { name: field.string().unique() });
const Note = defineModel('note', { title: field.string().unique(), labels: manyToMany(() => Label) });
const Page = defineModel('page', { title: field.string() }, { version: true });

let kernel: TestKernel;
let orm: Orm;

beforeEach(async () => {
  kernel = await createTestKernel({ plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:', models: [Label, Note, Page], autoMigrate: 'models' })] });
  orm = kernel.use('orm');
  await orm.unitOfWork((unit) => {
    unit.create(Label, { name: 'old' });
    unit.create(Note, { title: 'old' });
    unit.create(Page, { title: 'old' });
  });
});

afterEach(() => kernel.stop());

/** The first words of the statements of a unit of work. */
async function kinds(work: (unit: Orm) => unknown): Promise<string[]> {
  const texts = await watchStatements(() => orm.unitOfWork(async (unit) => void (await work(unit))));
  return texts.map((text) => text.split(' ', 1)[0] ?? '');
}

describe('a flush of one row', () => {
  it('creates without a transaction', async () => {
    expect(await kinds((unit) => unit.create(Note, { title: 'new' }))).toEqual(['insert']);
    expect(await orm.query(Note).count()).toBe(2);
  });

  it('changes without a transaction', async () => {
    const work = async (unit: Orm): Promise<object> => (await unit.get(Note, 1)).assign({ title: 'changed' });
    expect(await kinds(work)).toEqual(['select', 'update']);
  });

  it('deletes without a transaction', async () => {
    expect(await kinds(async (unit) => unit.remove(await unit.get(Note, 1)))).toEqual(['select', 'delete']);
    expect(await orm.query(Note).count()).toBe(0);
  });

  it('leaves no transaction behind', async () => {
    await orm.unitOfWork(async (unit) => {
      unit.create(Note, { title: 'new' });
      await unit.flush();
      expect(unit.em.isInTransaction()).toBe(false);
      unit.create(Note, { title: 'new' });
      await expect(unit.flush()).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
      expect(unit.em.isInTransaction()).toBe(false);
    });
  });

  it('is told to what follows a commit', async () => {
    const told: string[] = [];
    await orm.unitOfWork((unit) => {
      unit.create(Note, { title: 'new' });
      unit.afterCommit(() => void told.push('committed'));
    });
    expect(told).toEqual(['committed']);
  });

  it('runs in the transaction that is open', async () => {
    const work = (unit: Orm): Promise<unknown> => unit.transaction(() => unit.create(Note, { title: 'new' }));
    expect(await kinds(work)).toEqual(['begin', 'insert', 'commit']);
  });
});

describe('a transaction is begun', () => {
  it('for two rows', async () => {
    const work = (unit: Orm): object[] => ['a', 'b'].map((title) => unit.create(Note, { title }));
    expect(await kinds(work)).toEqual(['begin', 'insert', 'commit']); // MikroORM writes rows of one kind with one statement, but may need several
  });

  it('for a row and its pairs', async () => {
    expect(await kinds((unit) => unit.create(Note, { title: 'new', labels: [1] }))).toEqual(['begin', 'insert', 'insert', 'commit']);
  });

  it('for a row whose version is compared', async () => {
    expect(await kinds(async (unit) => (await unit.get(Page, 1)).assign({ title: 'new' }))).toEqual(['select', 'begin', 'select', 'update', 'commit']);
    expect(await kinds((unit) => unit.create(Page, { title: 'new' }))).toEqual(['insert']); // nobody else has it yet
  });

  it('for a row of which hooks are told after it is written', async () => {
    kernel.tap('orm:created', () => undefined);
    expect(await kinds((unit) => unit.create(Note, { title: 'new' }))).toEqual(['begin', 'insert', 'commit']);
  });
});

describe('a bulk insert', () => {
  const rows = (count: number): { title: string }[] => Array.from({ length: count }, (_, index) => ({ title: `n${index}` }));

  it('of one statement is no transaction', async () => {
    expect(await kinds((unit) => unit.insertMany(Note, rows(1)))).toEqual(['insert']);
    expect(await kinds((unit) => unit.upsert(Note, rows(500), { by: ['title'] }))).toEqual(['insert']);
  });

  it('of several statements is one', async () => {
    expect(await kinds((unit) => unit.insertMany(Note, rows(501)))).toEqual(['begin', 'insert', 'insert', 'commit']);
    expect(await kinds((unit) => unit.insertMany(Label, [{ id: 70, name: 'a' }, { name: 'b' }]))).toEqual(['begin', 'insert', 'insert', 'commit']);
  });
});
