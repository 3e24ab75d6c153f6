import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { createLogger } from '@oxidite/kernel';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOCUMENT_DATABASES, type OpenedDatabase } from '../../support/databases.ts';
import { withDatabase } from '../../support/mongodb-database.ts';

const Note = defineModel(
  'note',
  { title: field.string().unique(), slug: field.string().nullable().unique(), at: field.datetime().nullable(), rank: field.integer().index() },
  { id: 'uuid', uniques: [['at', 'rank']] },
);

let root: string;
let opened: OpenedDatabase;
let kernel: TestKernel & { readonly orm: Orm };
let warnings: string[];
beforeEach(async () => {
  root = mkdtempSync(join(import.meta.dirname, '.fixtures-'));
  opened = await (DOCUMENT_DATABASES[0] as (typeof DOCUMENT_DATABASES)[number]).open();
  warnings = [];
  kernel = await boot();
});
afterEach(async () => {
  await kernel.stop();
  await opened.drop();
  rmSync(root, { recursive: true, force: true });
});

async function boot(): Promise<typeof kernel> {
  const booted = await createTestKernel({
    root,
    logger: createLogger((level, _, message) => level === 'warn' && warnings.push(message)),
    plugins: [ormPlugin({ ...opened.options, models: [Note] })],
  });
  return Object.assign(booted, { orm: booted.use('orm') });
}

function write(name: string, up: string, down = ''): void {
  mkdirSync(join(root, 'migrations'), { recursive: true });
  const undo = down === '' ? '' : `, async down({ db, session }) { void db; void session; ${down} }`;
  writeFileSync(
    join(root, 'migrations', `${name}.ts`),
    `import { defineMongoMigration } from '@oxidite/orm/mongodb';\nexport default defineMongoMigration({ async up({ db, session }) { void db; void session; ${up} }${undo} });\n`,
  );
}

const titles = (): Promise<unknown[]> =>
  withDatabase(urlOf(), async (db) => (await db.collection('notes').find().sort({ title: 1 }).toArray()).map(({ title }) => title as unknown));
const insert = (title: string): string => `await db.collection('notes').insertOne({ title: '${title}' }, { session });`;
const remove = (title: string): string => `await db.collection('notes').deleteOne({ title: '${title}' }, { session });`;
const states = async (): Promise<object> => Object.fromEntries((await kernel.orm.migrator.status()).map(({ name, state }) => [name, state]));

describe('migrations of MongoDB', () => {
  it('are written from what is missing, applied, and leave nothing to write', async () => {
    const { migrator } = kernel.orm;
    const created = await migrator.create();
    expect(created?.name).toMatch(/^\d{14}_create_notes$/);
    const text = readFileSync(created?.file ?? '', 'utf8');
    expect(text).toContain("import { defineMongoMigration } from '@oxidite/orm/mongodb';");
    expect(text).toContain(
      "await db.collection('notes').createIndex({ slug: 1 }, { name: 'notes_slug_unique', unique: true, partialFilterExpression: { slug: { $gte: '' } } });",
    );
    await expect(migrator.create()).rejects.toMatchObject({ code: 'OXI_ORM_NOT_ON_MONGODB' });
    expect(await migrator.migrate()).toEqual([created?.name]);
    expect(await migrator.create()).toBeUndefined();
    await kernel.orm.unitOfWork(async (unit) => {
      await unit.insertMany(Note, [
        { title: 'a', rank: 1 },
        { title: 'b', rank: 1 },
      ]);
      await expect(unit.insertMany(Note, [{ title: 'a', rank: 1 }])).rejects.toMatchObject({ code: 'OXI_ORM_UNIQUE_VIOLATION' });
    });
    expect(await kernel.orm.schema.describe()).toMatchObject([
      { name: 'notes', rows: 2, indexes: [{ name: '_id_' }, {}, {}, {}, {}] },
      { name: 'oxidite_locks' },
      { name: 'oxidite_migrations' },
    ]);
    expect(await migrator.rollback()).toEqual([created?.name]);
    expect((await kernel.orm.schema.describe()).map(({ name }) => name)).not.toContain('notes');
    const blank = await migrator.create({ name: 'fill notes', blank: true });
    expect(readFileSync(blank?.file ?? '', 'utf8')).toContain('async up({ db })');
    expect(await migrator.migrate()).toHaveLength(2);
  });

  it('are applied in their order, and undone by step, by batch and to one of them', async () => {
    const { migrator } = kernel.orm;
    write('20260101000000_one', insert('one'), remove('one'));
    write('20260102000000_two', `await session.withTransaction(async () => { ${insert('two')} });`, remove('two'));
    expect(await migrator.migrate({ release: '1.2.3' })).toEqual(['20260101000000_one', '20260102000000_two']);
    write('20260103000000_three', insert('three'), remove('three'));
    write('20260104000000_four', insert('four'), remove('four'));
    expect(await migrator.migrate({ to: '20260103000000' })).toEqual(['20260103000000_three']);
    expect(await migrator.status()).toMatchObject([
      { name: '20260101000000_one', state: 'applied', batch: 1, release: '1.2.3', durationMs: 0 },
      { state: 'applied', batch: 1 },
      { state: 'applied', batch: 2, release: null },
      { name: '20260104000000_four', state: 'pending' },
    ]);
    expect(await migrator.migrate()).toEqual(['20260104000000_four']);
    expect(await titles()).toEqual(['four', 'one', 'three', 'two']);
    expect(await migrator.rollback()).toEqual(['20260104000000_four']);
    expect(await migrator.rollback({ step: 1 })).toEqual(['20260103000000_three']);
    expect(await migrator.migrate()).toHaveLength(2);
    expect(await migrator.rollback({ batch: 2 })).toHaveLength(2);
    expect(await migrator.rollback({ to: '20260101000000_one' })).toEqual(['20260102000000_two']);
    expect(await titles()).toEqual(['one']);
    expect(await migrator.fresh()).toMatchObject({ dropped: ['notes', 'oxidite_locks', 'oxidite_migrations'], applied: { length: 4 } });
    write('20260101000000_one', `${insert('one')} // edited`, remove('one'));
    expect(await states()).toMatchObject({ '20260101000000_one': 'edited' });
    await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_EDITED' });
    rmSync(join(root, 'migrations', '20260104000000_four.ts'));
    await expect(migrator.rollback()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_MISSING' });
  });

  it('that fail stay as they are, until they are run again or settled by hand', async () => {
    const { migrator } = kernel.orm;
    write('20260101000000_one', insert('one'));
    write(
      '20260102000000_half',
      `${insert('half')} if ((await db.collection('fuel').countDocuments()) === 0) throw new Error('no fuel');`,
      `throw new Error('never back');`,
    );
    await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_FAILED', message: expect.stringContaining('no fuel') as string });
    expect(await states()).toEqual({ '20260101000000_one': 'applied', '20260102000000_half': 'interrupted' });
    await expect(migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_INTERRUPTED' });
    await withDatabase(urlOf(), async (db) => void (await db.collection('fuel').insertOne({})));
    expect(await migrator.migrate({ resume: true })).toEqual(['20260102000000_half']);
    expect(await titles()).toEqual(['half', 'half', 'one']);
    await expect(migrator.rollback({ step: 1 })).rejects.toThrow('never back');
    await migrator.resolve('20260102000000_half', 'not-applied');
    expect(await states()).toMatchObject({ '20260102000000_half': 'pending' });
    await migrator.resolve('20260102000000_half', 'applied');
    await expect(migrator.resolve('20260102000000_half', 'applied')).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_RESOLVE' });
    await expect(migrator.rollback({ step: 2 })).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_IRREVERSIBLE' });
  });

  it('of SQL are refused, and what needs SQL says so', async () => {
    const { migrator, schema } = kernel.orm;
    mkdirSync(join(root, 'migrations'), { recursive: true });
    writeFileSync(
      join(root, 'migrations', '20260101000000_sql.ts'),
      `import { defineMigration } from '@oxidite/orm';\nexport default defineMigration({ async up(schema) { await schema.sql('select 1'); } });\n`,
    );
    await expect(migrator.migrate()).rejects.toMatchObject({
      code: 'OXI_ORM_MIGRATION_INVALID',
      message: expect.stringContaining('defineMongoMigration') as string,
    });
    for (const refused of [
      migrator.check(),
      migrator.squash(),
      migrator.drift(),
      migrator.rehearse(),
      migrator.previewMigrate(),
      migrator.compareWithModels(),
      schema.diff(),
      schema.pull(),
    ])
      await expect(refused).rejects.toMatchObject({ code: 'OXI_ORM_NOT_ON_MONGODB' });
    expect(readdirSync(join(root, 'migrations'))).toHaveLength(1);
  });
});

describe('two that run migrations at once', () => {
  it('take turns, and the second finds nothing to do', async () => {
    write(
      '20260101000000_slow',
      `await db.collection('starts').insertOne({}); while ((await db.collection('gate').countDocuments()) === 0) await new Promise(setImmediate); ${insert('slow')}`,
    );
    await using other = await boot();
    const first = kernel.orm.migrator.migrate();
    await waitFor(async (db) => (await db.collection('starts').countDocuments()) === 1);
    const second = other.orm.migrator.migrate();
    await waitFor(async (db) => {
      await other.clock.advance(3_000);
      await db.collection('gate').insertOne({});
      return true;
    });
    expect(await first).toEqual(['20260101000000_slow']);
    expect(await settleWith(second, other)).toEqual([]);
    expect(await titles()).toEqual(['slow']);
  });

  it('do not wait for one that has died for longer than its lock holds', async () => {
    write('20260101000000_one', insert('one'));
    await withDatabase(urlOf(), async (db) => {
      const dead = { _id: 'migrations' as never, owner: 'dead', holder: 'gone', until: new Date(Date.now() + 60_000) };
      await db.collection('oxidite_locks').insertOne(dead);
      const waiting = kernel.orm.migrator.migrate();
      await waitFor(async () => {
        await kernel.clock.advance(3_000);
        return warnings.some((message) => message.includes('waiting for another process'));
      });
      expect(await titles()).toEqual([]);
      await db.collection('oxidite_locks').updateOne({ owner: 'dead' }, { $set: { until: new Date(Date.now() - 1) } });
      expect(await settleWith(waiting, kernel)).toEqual(['20260101000000_one']);
    });
  });

  it('do not go on when they have lost the lock', async () => {
    write('20260101000000_one', `await db.collection('oxidite_locks').updateOne({ _id: 'migrations' }, { $set: { owner: 'other' } }); ${insert('one')}`);
    write('20260102000000_two', insert('two'));
    await expect(kernel.orm.migrator.migrate()).rejects.toMatchObject({ code: 'OXI_ORM_MIGRATION_LOCK_LOST' });
    expect(await titles()).toEqual(['one']);
    expect(await states()).toEqual({ '20260101000000_one': 'interrupted', '20260102000000_two': 'pending' });
  });

  it('keep the lock for as long as they work', async () => {
    write(
      '20260101000000_long',
      `await db.collection('starts').insertOne({}); while ((await db.collection('gate').countDocuments()) === 0) await new Promise(setImmediate);`,
    );
    const running = kernel.orm.migrator.migrate();
    await withDatabase(urlOf(), async (db) => {
      await waitFor(async () => (await db.collection('starts').countDocuments()) === 1);
      const until = async (): Promise<number> => Number((await db.collection('oxidite_locks').findOne())?.['until']);
      const before = await until();
      await waitFor(async () => {
        await kernel.clock.advance(20_000);
        return (await until()) > before;
      });
      await db.collection('gate').insertOne({});
    });
    expect(await running).toEqual(['20260101000000_long']);
  });
});

async function waitFor(isDone: (db: Parameters<Parameters<typeof withDatabase>[1]>[0]) => Promise<boolean>): Promise<void> {
  await withDatabase(urlOf(), async (db) => {
    while (!(await isDone(db))) await new Promise(setImmediate);
  });
}

/** Lets time pass until a promise is settled. */
async function settleWith<Result>(promise: Promise<Result>, { clock }: Pick<TestKernel, 'clock'>): Promise<Result> {
  const progress = { isSettled: false };
  const settled = promise.finally(() => (progress.isSettled = true));
  settled.catch(() => undefined);
  while (!progress.isSettled) {
    await clock.advance(1_000);
    await new Promise(setImmediate);
  }
  return settled;
}

function urlOf(): string {
  return 'url' in opened.options ? opened.options.url : '';
}
