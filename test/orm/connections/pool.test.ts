import type { DoctorCheck, DoctorChecks } from 'oxidite';
import { SyncHook } from 'tapable';
import { type Orm, orm } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeOnDatabases, type OpenedDatabase, SERVER_DATABASES } from '../support/databases.ts';
import { askMysql } from '../support/mysql-database.ts';
import { askPostgresql } from '../support/postgresql-database.ts';

describeOnDatabases((database) => {
  const user = `limited_${database.name}_${process.pid}`;
  let opened: OpenedDatabase;
  let url: string;

  const ask = async (...statements: readonly string[]): Promise<void> => {
    if (database.name === 'postgresql') for (const statement of statements) await askPostgresql(url, statement);
    else await askMysql(url, ...statements);
  };

  /** The URL of a user that may have five connections. */
  const limited = async (): Promise<string> => {
    const own = new URL(url);
    if (database.name === 'postgresql') await ask(`create role ${user} login password 'secret' connection limit 5`, `grant all on schema public to ${user}`);
    else await ask(`create user ${user} identified by 'secret' with max_user_connections 5`, `grant all on ${own.pathname.slice(1)}.* to ${user}`);
    own.username = user;
    own.password = 'secret';
    return own.href;
  };

  beforeEach(async () => {
    opened = await database.open();
    url = 'url' in opened.options ? opened.options.url : '';
  });

  afterEach(async () => {
    if (database.name === 'postgresql')
      await ask(`do $$ begin if exists (select from pg_roles where rolname = '${user}') then drop owned by ${user}; drop role ${user}; end if; end $$`);
    else await ask(`drop user if exists ${user}`);
    await opened.drop();
  });

  const boot = async (options: object): Promise<TestKernel & { readonly orm: Orm; readonly checks: ReadonlyMap<string, DoctorCheck> }> => {
    const hook = new SyncHook<[DoctorChecks]>(['checks']);
    const host = definePlugin({ name: 'oxidite', version: '0.1.0', setup: (scope) => void scope.declareHook('cli:doctor', hook) });
    const kernel = await createTestKernel({ plugins: [host(), orm({ ...opened.options, ...options })] });
    const checks: DoctorCheck[] = [];
    hook.call({ add: (...added) => void checks.push(...added) });
    return Object.assign(kernel, { orm: kernel.use('orm'), checks: new Map(checks.map((check) => [check.name, check])) });
  };

  describe('the pool', () => {
    it('is refused when it is larger than what the server gives', async () => {
      const error: unknown = await boot({ poolSize: 1_000 }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ cause: { code: 'OXI_ORM_POOL_TOO_LARGE', poolSize: 1_000, limit: expect.any(Number) } });
      const { limit, message } = (error as Error).cause as Error & { readonly limit: number };
      expect(limit).toBeGreaterThan(1);
      expect(limit).toBeLessThan(1_000);
      expect(message).toContain(`may open 1000 connections, and the server gives this user at most ${limit}. Set the option "poolSize"`);
    });

    it('is compared with the limit of the user', async () => {
      const own = await limited();
      await expect(boot({ url: own, poolSize: 6 })).rejects.toMatchObject({ cause: { poolSize: 6, limit: 5 } });
      const connections = { more: { ...opened.options, url: own, poolSize: 6 } };
      await expect(boot({ connections })).rejects.toMatchObject({ cause: { message: expect.stringContaining('"connections.more.poolSize"') } });
    });

    it('is a warning of doctor when it leaves little room', async () => {
      const own = await limited();
      for (const [poolSize, status] of [
        [5, 'warn'],
        [4, 'ok'],
      ] as const) {
        await using app = await boot({ url: own, poolSize });
        const result = await app.checks.get('database pool')?.run(app.services);
        expect(result).toMatchObject({ status, message: expect.stringContaining(`at most ${poolSize} connections of this process, 5 of the server`) });
      }
    });
  });

  describe('orm.pool()', () => {
    it('tells how many connections are open, idle and waited for', async () => {
      await using app = await boot({ poolSize: 2 });
      const gate = Promise.withResolvers<void>();
      const held = [1, 2].map(() => {
        const inside = Promise.withResolvers<void>();
        const open = app.orm.unitOfWork((unit) =>
          unit.transaction(async (inner) => {
            await inner.kysely.introspection.getTables();
            inside.resolve();
            await gate.promise;
          }),
        );
        return { inside: inside.promise, open };
      });
      for (const { inside } of held) await inside;
      const waiting = app.orm.kysely.introspection.getTables();
      await Promise.resolve();
      await expect.poll(() => app.orm.pool()).toEqual({ size: 2, idle: 0, waiting: 1 });
      gate.resolve();
      for (const { open } of held) await open;
      await waiting;
      await expect.poll(() => app.orm.pool()).toEqual({ size: 2, idle: 2, waiting: 0 });
    });
  });
}, SERVER_DATABASES);

describe('orm.pool() on SQLite', () => {
  it('is undefined', async () => {
    await using kernel = await createTestKernel({ plugins: [orm({ driver: 'sqlite', database: ':memory:' })] });
    expect(kernel.use('orm').pool()).toBeUndefined();
    await kernel.scopes.run(({ orm: unit }) => expect(unit.pool()).toBeUndefined());
  });
});
