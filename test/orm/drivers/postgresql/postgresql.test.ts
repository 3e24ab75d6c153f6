import { DatabaseUnavailableError, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toNumbered } from '../../../../plugins/orm/src/drivers/postgresql/schema-connection.ts';
import { advanceUntil } from '../../support/advance-until.ts';
import type { OpenedDatabase } from '../../support/databases.ts';
import { askPostgresql, createPostgresqlDatabase } from '../../support/postgresql-database.ts';
import { Owner, Sample } from '../../support/sample.ts';

let opened: OpenedDatabase;
let kernels: TestKernel[];

beforeEach(async () => {
  kernels = [];
  opened = await createPostgresqlDatabase().open();
});

afterEach(async () => {
  for (const kernel of kernels) await kernel.stop();
  await opened.drop();
});

async function boot(options: object = {}): Promise<Orm> {
  const kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Sample], autoMigrate: 'models', ...options } as never)] });
  kernels.push(kernel);
  return kernel.use('orm');
}

function ask<Row extends object>(statement: string): Promise<Row[]> {
  if (opened.options.driver !== 'postgresql') throw new Error('not PostgreSQL');
  return askPostgresql<Row>(opened.options.url, statement);
}

/** Resolves when the server works on a statement that holds this text. */
async function waitForStatement(text: string): Promise<number> {
  for (;;) {
    const [row] = await ask<{ pid: number }>(`select pid from pg_stat_activity where state = 'active' and query like '%${text}%' and pid <> pg_backend_pid()`);
    if (row !== undefined) return row.pid;
  }
}

/** Resolves when a process of the server works on nothing; it says so a moment after it has sent an error. */
async function waitUntilIdle(pid: number): Promise<void> {
  while ((await ask(`select 1 from pg_stat_activity where pid = ${pid} and state = 'active'`)).length > 0);
}

describe('values on PostgreSQL', () => {
  it('that a column cannot hold are found nowhere', async () => {
    const orm = await boot();
    await orm.unitOfWork(
      (unit) => void unit.create(Sample, { name: 'a', count: 2, price: '1.5000', day: '2026-01-01', token: '0193f1a0-0000-7000-8000-000000000001' }),
    );
    const count = (where: Parameters<ReturnType<typeof orm.query<typeof Sample>>['where']>[0]): Promise<number> => orm.query(Sample).where(where).count();
    expect([await count({ token: 'none' }), await count({ day: '2026-02-30' }), await count({ price: 'x' }), await count({ name: 'a\0' })]).toEqual([
      0, 0, 0, 0,
    ]);
    expect([await count({ token: { ne: 'none' } }), await count({ token: { in: ['none'] } }), await count({ token: { notIn: ['none'] } })]).toEqual([1, 0, 1]);
    expect([
      await count({ count: 1.5 }),
      await count({ count: { gt: 1.5 } }),
      await count({ count: { gte: 2.5 } }),
      await count({ count: { lt: 2.5 } }),
    ]).toEqual([0, 1, 0, 1]);
    expect([await count({ count: { lt: 1e300 } }), await count({ count: { gt: -1e300 } }), await count({ id: 2 ** 53 })]).toEqual([1, 1, 0]);
    expect([await count({ day: { startsWith: '2026' } }), await count({ token: { contains: '0193F1A0' } }), await count({ price: { like: '1.5%' } })]).toEqual([
      1, 1, 1,
    ]);
    await expect(count({ day: { gt: 'x' } })).rejects.toMatchObject({ code: 'OXI_ORM_QUERY_INVALID' });
    await orm.unitOfWork(async (unit) => expect(await unit.find(Sample, 2 ** 53)).toBeUndefined());
  });
});

describe('a connection to PostgreSQL', () => {
  it('that cannot be made is an error without the password', async () => {
    const failing = createTestKernel({ plugins: [ormPlugin({ driver: 'postgresql', url: 'postgresql://ann:secret@127.0.0.1:1/x', acquireTimeoutMs: 1_000 })] });
    const error: unknown = await failing.catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('127.0.0.1:1/x could not be opened');
    expect(String(error)).not.toContain('secret');
  });

  it('whose authority cannot be read is an error that says where', async () => {
    await expect(boot({ tls: { ca: '/nowhere/ca.pem' } })).rejects.toThrow(/could not be opened.*\/nowhere\/ca\.pem/s);
  });

  it('that is not free in time is an error of status 503, and the application goes on', async () => {
    const orm = await boot({ poolSize: 2, acquireTimeoutMs: 50 });
    const gate = Promise.withResolvers<void>();
    const begun = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holders = begun.map(({ resolve }) =>
      orm.unitOfWork((unit) =>
        unit.transaction(async () => {
          resolve();
          await gate.promise;
        }),
      ),
    );
    await Promise.all(begun.map(({ promise }) => promise));
    await expect(orm.query(Owner).count()).rejects.toThrow(DatabaseUnavailableError);
    await expect(orm.unitOfWork((unit) => void unit.create(Owner, { name: 'x' }))).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 });
    gate.resolve();
    await Promise.all(holders);
    expect(await orm.query(Owner).count()).toBe(0);
  });

  it('that the server ends in the middle of a transaction leaves nothing written, and is replaced', async () => {
    const orm = await boot();
    const broken = orm.unitOfWork((unit) =>
      unit.transaction(async () => {
        unit.create(Owner, { name: 'lost' });
        await unit.flush();
        await sql`select pg_terminate_backend(pg_backend_pid())`.execute(unit.kysely);
      }),
    );
    await expect(broken).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 });
    expect(await orm.query(Owner).count()).toBe(0);
    await orm.unitOfWork((unit) => void unit.create(Owner, { name: 'kept' }));
    expect(await orm.query(Owner).count()).toBe(1);
  });

  it('prepares a statement again whose table has changed', async () => {
    const orm = await boot();
    const columns = async (): Promise<string[]> => {
      const found = new Set<string>();
      for (let round = 0; round < 4; round++)
        (await orm.kysely.selectFrom('owners').selectAll().where('id', '>', 0).execute()).forEach((row) => found.add(Object.keys(row).join()));
      return [...found];
    };
    await orm.unitOfWork((unit) => void unit.create(Owner, { name: 'x' }));
    expect(await columns()).toEqual(['id,name']);
    await ask('alter table owners add column more integer');
    expect(await columns()).toEqual(['id,name,more']);
  });

  it('runs a transaction again in which a statement was prepared before its table has changed', async () => {
    const orm = await boot({ poolSize: 2 });
    let attempts = 0;
    const read = (unit: Orm): Promise<object[]> => unit.kysely.selectFrom('owners').selectAll().where('id', '>', 0).execute();
    await orm.unitOfWork((unit) => void unit.create(Owner, { name: 'x' }));
    await orm.unitOfWork(read);
    await ask('alter table owners add column more integer');
    const work = (unit: Orm): Promise<object[]> => (attempts++, read(unit));
    const run = orm.unitOfWork((unit) => unit.transaction(work, { attempts: 2 }));
    const clock = kernels[0]?.clock ?? expect.fail('not booted');
    expect(await advanceUntil(clock, run)).toEqual([{ id: 1, name: 'x', more: null }]);
    expect(attempts).toBe(2);
  });

  it('gives up a statement whose caller has left, and the server stops working on it', async () => {
    const orm = await boot();
    const controller = new AbortController();
    const sleeping = withAmbientSignal(controller, () => sql`select pg_sleep(60) /* abandoned */`.execute(orm.kysely));
    const outcome = sleeping.catch((error: unknown) => error);
    const pid = await waitForStatement('/* abandoned */');
    controller.abort(new Error('the client left'));
    expect(await outcome).toMatchObject({ message: 'the client left' });
    await waitUntilIdle(pid); // long before it would have slept enough
    expect(await orm.query(Owner).count()).toBe(0);
  });

  it('rolls a transaction back whose caller has left', async () => {
    const orm = await boot();
    const controller = new AbortController();
    const working = withAmbientSignal(controller, () =>
      orm.unitOfWork((unit) =>
        unit
          .transaction(async () => {
            unit.create(Owner, { name: 'lost' });
            await unit.flush();
            controller.abort(new Error('the client left'));
          })
          .then(() => sql`select 1`.execute(unit.kysely)),
      ),
    );
    await expect(working).rejects.toThrow('the client left');
    expect(await ask(`select 1 from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`)).toEqual([]);
  });
});

describe('the schema on PostgreSQL', () => {
  it('is what the models say, and its scratch databases are gone', async () => {
    const orm = await boot();
    expect(await orm.schema.diff()).toEqual({ up: [], down: [] });
    await orm.schema.drop();
    expect(await ask(`select 1 from pg_tables where schemaname = 'public'`)).toEqual([]);
    const scratches = `select datname from pg_database where starts_with(datname, current_database() || '_scratch_')`;
    expect(await ask(scratches)).toHaveLength(1); // one serves all comparisons
    for (const kernel of kernels.splice(0)) await kernel.stop();
    expect(await ask(scratches)).toEqual([]);
  });

  it('changes one process after the other', async () => {
    const orm = await boot();
    const [first, second] = await Promise.all([orm.migrator.status(), orm.migrator.status()]);
    expect([first, second]).toEqual([[], []]);
  });
});

describe('toNumbered', () => {
  it('numbers placeholders, but not what is text or a name', () => {
    expect(toNumbered(`select '?', "?", 'it''s ?' where a = ? and b = ?`)).toBe(`select '?', "?", 'it''s ?' where a = $1 and b = $2`);
  });
});
