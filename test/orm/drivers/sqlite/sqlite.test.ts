import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyModel, belongsTo, defineModel, field, hasMany, manyToMany, orm } from '@oxidite/orm';
import type { Transaction } from '@mikro-orm/core';
import { createSilentLogger } from '@oxidite/kernel';
import { createTestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { createSqliteDriver } from '../../../../plugins/orm/src/drivers/sqlite/sqlite.ts';
import { createTemporaryDirectory } from '../../support/temporary-directory.ts';

const open = (database: string, bigints = false) =>
  createSqliteDriver({ database, busyTimeoutMs: 100, bigints, logger: createSilentLogger(), watch: () => () => undefined });
/** Only whether there is one counts. */
const OPEN = {} as Transaction;

describe('createSqliteDriver', () => {
  it('opens a file with WAL, foreign keys, and normal synchronization, and makes its directory', async () => {
    using directory = createTemporaryDirectory();
    const driver = await open(join(directory.path, 'deep/er/app.db'));
    const pragma = async (name: string): Promise<unknown> => (await driver.read(`pragma ${name}`, [], OPEN))[0]?.[0];
    expect([await pragma('journal_mode'), await pragma('foreign_keys'), await pragma('synchronous'), await pragma('busy_timeout')]).toEqual(['wal', 1, 1, 100]);
    await driver.close();
  });

  it('reads through a connection that cannot write', async () => {
    using directory = createTemporaryDirectory();
    const driver = await open(join(directory.path, 'app.db'));
    await driver.changeSchema(async (connection) => connection.execute('create table t (x)'));
    expect(() => driver.read('insert into t values (1) returning x', [], undefined)).toThrow(/readonly/);
    await driver.close();
  });

  it('says what is wrong with a file that is no database', async () => {
    using directory = createTemporaryDirectory();
    const file = join(directory.path, 'app.db');
    writeFileSync(file, 'this is not a database, but it is long enough to look like one. '.repeat(20));
    await expect(open(file)).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_OPEN', database: file, message: expect.stringContaining('"database" option') });
    expect(readFileSync(file, 'utf8')).toContain('this is not');
  });

  it('rolls back a change of the schema that fails, and switches foreign keys on again', async () => {
    const driver = await open(':memory:');
    const failing = driver.changeSchema(async (connection) => {
      await connection.execute('create table t (x)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([...(await driver.readSchema([])).keys()]).toEqual([]);
    expect(await driver.read('pragma foreign_keys', [], OPEN)).toEqual([[1]]);
    await driver.close();
  });

  it('refuses a change that breaks a foreign key', async () => {
    const driver = await open(':memory:');
    const breaking = driver.changeSchema((connection) =>
      connection.atomically(async () => {
        await connection.execute('create table a (id integer primary key); create table b (a_id references a (id)); insert into b values (5)');
      }),
    );
    await expect(breaking).rejects.toThrow('1 row(s) of "b" would refer to rows of "a" that do not exist');
    await driver.close();
  });

  it('undoes nested changes one by one', async () => {
    const driver = await open(':memory:');
    await driver.changeSchema((connection) =>
      connection.atomically(async () => {
        await connection.execute('create table kept (x)');
        await connection
          .atomically(async () => {
            await connection.execute('create table lost (x)');
            throw new Error('no');
          })
          .catch(() => undefined);
        expect(await connection.query("select name from sqlite_master where type = 'table'")).toEqual([{ name: 'kept' }]);
      }),
    );
    expect([...(await driver.readSchema(['other'])).keys()]).toEqual(['kept']);
    await driver.close();
  });
});

describe('Kysely on SQLite', () => {
  const Item = defineModel('item', { name: field.string(), big: field.bigint().nullable() });
  const boot = () => createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:', models: [Item], autoMigrate: 'models' })] });

  it('binds any value of an application, and reads 64-bit numbers', async () => {
    await using kernel = await boot();
    const { kysely } = kernel.use('orm');
    const { rows } = await sql`select ${true} as a, ${new Date(5)} as b, ${{ x: 1 }} as c, ${9007199254740993n} as d, ${null} as e`.execute(kysely);
    expect(rows).toEqual([{ a: 1, b: 5, c: '{"x":1}', d: 9007199254740993n, e: null }]);
  });

  it('follows relations beside 64-bit numbers', async () => {
    const Box = defineModel('box', { size: field.bigint(), parts: hasMany((): AnyModel => Part, 'box'), labels: manyToMany(() => Item) });
    const Part = defineModel('part', { weight: field.bigint().nullable(), box: belongsTo(() => Box) });
    await using kernel = await createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:', models: [Part], autoMigrate: 'models' })] });
    const database = kernel.use('orm');
    await database.unitOfWork((unit) => {
      const box = unit.create(Box, { size: 2n ** 60n, labels: [unit.create(Item, { name: 'a' })] });
      unit.create(Part, { box, weight: 5n });
    });
    expect(await database.query(Part).with('box').get()).toEqual({ id: 1, weight: 5n, boxId: 1, box: { id: 1, size: 2n ** 60n } });
    expect(await database.query(Box).with('labels', 'parts').withCount('labels').get()).toMatchObject({
      size: 2n ** 60n,
      labelsCount: 1,
      labels: [{ id: 1, big: null }],
      parts: [{ boxId: 1, weight: 5n }],
    });
    await database.unitOfWork(async (unit) => {
      const [box] = await unit.list(Box, { size: 2n ** 60n }, { with: ['labels'] });
      expect([box?.id, box?.labels.length]).toEqual([1, 1]);
      const seen: unknown[] = [];
      for await (const row of unit.kysely.selectFrom('boxes').selectAll().stream()) seen.push(row);
      expect(seen).toEqual([{ id: 1, size: 2n ** 60n }]);
    });
  });

  it('streams rows while queries run', async () => {
    await using kernel = await boot();
    await kernel.use('orm').unitOfWork(async (unit) => {
      for (const name of ['a', 'b', 'c']) unit.create(Item, { name });
      await unit.flush();
      await unit.transaction(async () => {
        const query = unit.kysely.selectFrom('items').select('name').orderBy('id');
        const seen: unknown[] = [];
        for await (const row of query.stream()) seen.push([row['name'], await unit.query(Item).count()]);
        expect(seen).toEqual([
          ['a', 3],
          ['b', 3],
          ['c', 3],
        ]);
      });
    });
  });

  it('sees a column that was added after a statement was prepared', async () => {
    await using kernel = await boot();
    const { kysely } = kernel.use('orm');
    const all = () => kysely.selectFrom('items').selectAll().execute();
    await kysely.insertInto('items').values({ name: 'a' }).execute();
    await all();
    await kysely.schema.alterTable('items').addColumn('extra', 'text').execute();
    expect(await all()).toEqual([{ id: 1, name: 'a', big: null, extra: null }]);
  });

  it('reads more keys than a statement may have parameters', async () => {
    await using kernel = await boot();
    await kernel.use('orm').unitOfWork(async (unit) => {
      unit.create(Item, { name: 'a' });
      await unit.flush();
      const ids = Array.from({ length: 33_000 }, (_, index) => index);
      expect(await unit.em.find(unit.entity(Item), { id: { $in: ids } })).toHaveLength(1);
    });
  });

  it('begins a transaction that only reads without the write lock', async () => {
    await using kernel = await boot();
    const { kysely } = kernel.use('orm');
    const count = await kysely
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => trx.selectFrom('items').selectAll().execute());
    expect(count).toEqual([]);
  });
});
