import { DatabaseUnavailableError, defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { existsSync } from 'node:fs';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase, SERVER_DATABASES } from '../../support/databases.ts';
import { serviceUrl } from '../../../services/service-url.ts';
import { askMysql } from '../../support/mysql-database.ts';
import { Owner, Sample } from '../../support/sample.ts';

describeOnDatabases(
  (database) => {
    let opened: OpenedDatabase;
    let kernels: TestKernel[];

    beforeEach(async () => {
      kernels = [];
      opened = await database.open();
    });

    afterEach(async () => {
      for (const kernel of kernels) await kernel.stop();
      await opened.drop();
    });

    async function bootKernel(options: object = {}): Promise<TestKernel & { readonly orm: Orm }> {
      const kernel = await createTestKernel({ plugins: [ormPlugin({ ...opened.options, models: [Sample], autoMigrate: 'models', ...options } as never)] });
      kernels.push(kernel);
      return Object.assign(kernel, { orm: kernel.use('orm') });
    }

    const boot = async (options?: object): Promise<Orm> => (await bootKernel(options)).orm;

    async function ask<Row extends object>(statement: string): Promise<Row[]> {
      if (opened.options.driver === 'sqlite') throw new Error('not a server');
      return askMysql<Row>(opened.options.url, statement);
    }

    const listRunning = (text: string): Promise<object[]> =>
      ask(`select id from information_schema.processlist where info like '%${text}%' and id <> connection_id()`);

    describe('values on MySQL', () => {
      it('are compared exactly', async () => {
        const orm = await boot();
        await orm.unitOfWork((unit) => {
          unit.create(Sample, { name: 'a', price: '12345678901234567890123456.7800', big: 2n ** 63n - 1n, count: 2, at: new Date(1_001) });
          unit.create(Sample, { name: 'A ', price: '12345678901234567890123456.7801', big: 2n ** 63n - 2n, count: 3, at: new Date(1_002) });
        });
        const find = async (where: Parameters<ReturnType<typeof orm.query<typeof Sample>>['where']>[0]): Promise<string[]> =>
          (await orm.query(Sample).where(where).orderBy({ name: 'asc' }).all()).map(({ name }) => name);
        expect([await find({ name: 'a' }), await find({ name: 'A' }), await find({ name: 'a ' }), await find({ name: { in: ['A '] } })]).toEqual([
          ['a'],
          [],
          [],
          ['A '],
        ]);
        expect([await find({ price: '12345678901234567890123456.7801' }), await find({ big: { gt: 2n ** 63n - 2n } }), await find({ big: 2n ** 70n })]).toEqual(
          [['A '], ['a'], []],
        );
        expect([await find({ at: new Date(1_001) }), await find({ at: { gt: new Date(1_001) } }), await find({ count: { gt: 2.5 } })]).toEqual([
          ['a'],
          ['A '],
          ['A '],
        ]);
        expect([await find({ name: { startsWith: 'a' } }), await find({ name: { like: '_ ' } }), await find({ price: { like: '%.7801' } })]).toEqual([
          ['A ', 'a'],
          ['A '],
          ['A '],
        ]);
      });

      it('get their keys when many are written at once, and are read again in pages', async () => {
        const orm = await boot();
        await orm.unitOfWork(async (unit) => {
          const samples = Array.from({ length: 30 }, (_, index) =>
            unit.create(Sample, { name: `s${index}`, owner: unit.create(Owner, { name: `o${index}` }) }),
          );
          await unit.flush();
          for (const { id, name, owner } of samples)
            expect(await unit.query(Sample).where({ id }).with('owner').get()).toMatchObject({ name, owner: { id: owner?.id, name: name.replace('s', 'o') } });
        });
        expect((await orm.query(Sample).orderBy({ id: 'asc' }).limit(2).offset(3).all()).map(({ name }) => name)).toEqual(['s3', 's4']);
        expect((await orm.query(Sample).orderBy({ id: 'desc' }).offset(28).all()).map(({ name }) => name)).toEqual(['s1', 's0']);
      });

      it('are sorted by their texts, `null` first', async () => {
        const orm = await boot();
        await orm.unitOfWork((unit) => {
          unit.create(Sample, { name: 'good', mood: 'good', count: null });
          unit.create(Sample, { name: 'bad', mood: 'bad', count: -1 });
        });
        const names = async (order: object): Promise<string[]> => (await orm.query(Sample).orderBy(order).all()).map(({ name }) => name);
        expect([await names({ mood: 'asc' }), await names({ count: 'asc' }), await names({ count: 'desc' })]).toEqual([
          ['bad', 'good'],
          ['good', 'bad'],
          ['bad', 'good'],
        ]);
      });
    });

    describe('a connection to MySQL', () => {
      it('that cannot be made is an error without the password', async () => {
        const failing = createTestKernel({
          plugins: [ormPlugin({ driver: database.name as 'mysql', url: 'mysql://ann:secret@127.0.0.1:1/x', acquireTimeoutMs: 1_000 })],
        });
        const error: unknown = await failing.catch((thrown: unknown) => thrown);
        expect(String(error)).toContain('127.0.0.1:1/x could not be opened');
        expect(String(error)).not.toContain('secret');
      });

      it('that the server refuses is an error that says so, and nothing waits', async () => {
        const url = Object.assign(new URL(await serviceUrl(database.name === 'mysql' ? 'MYSQL_URL' : 'MARIADB_URL')), {
          username: 'nobody_here',
          password: 'secret',
          pathname: '/x',
        });
        const error: unknown = await createTestKernel({ plugins: [ormPlugin({ driver: database.name as 'mysql', url: url.href })] }).catch(
          (thrown: unknown) => thrown,
        );
        expect(String(error)).toMatch(/could not be opened: Access denied/);
        expect(String(error)).not.toContain('secret');
      });

      it('whose authority cannot be read is an error that says where', async () => {
        await expect(boot({ tls: { ca: '/nowhere/ca.pem' } })).rejects.toThrow(/could not be opened.*\/nowhere\/ca\.pem/s);
      });

      it('that is not free in time is an error of status 503, and the application goes on', async () => {
        const { orm, clock } = await bootKernel({ poolSize: 2, acquireTimeoutMs: 5_000 });
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
        const waiting = Promise.allSettled([orm.query(Owner).count(), orm.unitOfWork((unit) => void unit.create(Owner, { name: 'x' }))]);
        const settled = new AbortController();
        void waiting.then(() => settled.abort());
        while (!settled.signal.aborted) await clock.advance(1_000);
        expect(await waiting).toMatchObject([
          { reason: { code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 } },
          { reason: { code: 'OXI_ORM_DATABASE_UNAVAILABLE', status: 503 } },
        ]);
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
            const { rows } = await sql<{ readonly id: number }>`select connection_id() as id`.execute(unit.kysely);
            await ask(`kill ${rows[0]?.id}`);
            await unit.query(Owner).count();
          }),
        );
        await expect(broken).rejects.toThrow(DatabaseUnavailableError);
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

      it('does nothing more in a transaction that a deadlock has ended, even when the error is swallowed', async () => {
        const orm = await boot();
        await orm.unitOfWork((unit) => ['a', 'b'].forEach((name) => unit.create(Owner, { name })));
        const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        const run = (index: number, [first, second]: readonly [number, number]): Promise<void> =>
          orm.unitOfWork((unit) =>
            unit.transaction(async ({ kysely }) => {
              const rename = (id: number): Promise<unknown> =>
                kysely
                  .updateTable('owners')
                  .set({ name: `by ${index}` })
                  .where('id', '=', id)
                  .execute();
              await rename(first);
              both[index]?.resolve();
              await Promise.all(both.map(({ promise }) => promise));
              await rename(second).catch(() => undefined);
              await rename(first).catch(() => undefined);
            }),
          );
        const results = await Promise.allSettled([run(0, [1, 2]), run(1, [2, 1])]);
        const winner = results.findIndex(({ status }) => status === 'fulfilled');
        expect(results[1 - winner]).toMatchObject({ status: 'rejected', reason: { code: 'OXI_ORM_DATABASE_BUSY', status: 503 } });
        expect((await orm.query(Owner).orderBy({ name: 'asc' }).all()).map(({ name }) => name)).toEqual([`by ${winner}`, `by ${winner}`]);
      });

      it('gives up a statement whose caller has left, and the server stops working on it', async () => {
        const orm = await boot();
        const controller = new AbortController();
        const sleeping = withAmbientSignal(controller, () => sql`select sleep(60), ${'abandoned'}`.execute(orm.kysely));
        const outcome = sleeping.catch((error: unknown) => error);
        while ((await listRunning('select sleep(60)')).length === 0);
        controller.abort(new Error('the client left'));
        expect(await outcome).toMatchObject({ message: 'the client left' });
        expect(await listRunning('select sleep(60)')).toEqual([]);
        expect(await orm.query(Owner).count()).toBe(0);
      });

      it('rolls a transaction back whose caller has left', async () => {
        const orm = await boot();
        const controller = new AbortController();
        const working = withAmbientSignal(controller, () =>
          orm.unitOfWork((unit) =>
            unit.transaction(async () => {
              unit.create(Owner, { name: 'lost' });
              await unit.flush();
              controller.abort(new Error('the client left'));
              await unit.query(Owner).count();
            }),
          ),
        );
        await expect(working).rejects.toThrow('the client left');
        expect(await orm.query(Owner).count()).toBe(0);
        await ask('alter table owners add column free integer'); // nothing holds the table
      });

      it('is encrypted when the options say so, and then the certificate has to be right', async ({ skip }) => {
        const [server] = await ask<{ readonly cert: string | null }>('select @@ssl_cert as cert');
        const ca = server?.cert ?? '';
        skip(!existsSync(ca), 'the server of MYSQL_URL or MARIADB_URL has its certificate elsewhere');
        if (opened.options.driver === 'sqlite') throw new Error('not a server');
        const url = new URL(opened.options.url);
        url.hostname = 'localhost';
        const orm = await boot({ url: url.href, tls: { ca } });
        const { rows } = await sql<{ readonly Value: string }>`show status like 'Ssl_cipher'`.execute(orm.kysely);
        expect(rows[0]?.Value).toMatch(/^TLS/);
        await expect(boot({ url: url.href, tls: true })).rejects.toThrow(/self-signed certificate/);
      });

      it('gives up a statement that takes too long', async () => {
        const orm = await boot({ statementTimeoutMs: 100 });
        await orm.unitOfWork((unit) => void unit.create(Owner, { name: 'x' }));
        const endless = sql`select count(*) from ${sql.join(Array.from('abcdefgh', (name) => sql`information_schema.columns as ${sql.ref(name)}`))}`;
        await expect(endless.execute(orm.kysely)).rejects.toThrow(/max_statement_time|maximum statement execution time/);
        expect(await orm.query(Owner).count()).toBe(1);
      });
    });

    describe('the schema on MySQL', () => {
      it('says which texts cannot have an index', async () => {
        const Wide = defineModel('wide', { text: field.text().index() });
        await expect(boot({ models: [Wide] })).rejects.toThrow(/the field "text" is a text of any length, which this database cannot index/);
      });

      it('is what the models say, and its scratch databases are gone', async () => {
        const orm = await boot();
        expect(await orm.schema.diff()).toEqual({ up: [], down: [] });
        await orm.schema.drop();
        expect(await ask('select 1 from information_schema.tables where table_schema = database()')).toEqual([]);
        const scratches = `select schema_name from information_schema.schemata where schema_name like 'test%scratch%' and schema_name like concat(left(database(), 16), '%')`;
        for (const kernel of kernels.splice(0)) await kernel.stop();
        expect(await ask(scratches)).toEqual([]);
      });
    });
  },
  SERVER_DATABASES.filter(({ name }) => name !== 'postgresql'),
);
