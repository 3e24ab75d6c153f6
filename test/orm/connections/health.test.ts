import { orm } from '@oxidite/orm';
import type { HealthCheck, HealthChecks } from '@oxidite/middleware';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { SyncHook } from 'tapable';
import { describe, expect, it } from 'vitest';
import { describeOnDatabases, SERVER_DATABASES } from '../support/databases.ts';
import { createProject } from '../support/project.ts';
import { openGate } from './gate.ts';

type Options = Parameters<typeof orm>[0];

/** Boots an application in which health is asked for. */
async function boot(options: Options, root?: string): Promise<TestKernel & { readonly checks: ReadonlyMap<string, HealthCheck> }> {
  const hook = new SyncHook<[HealthChecks]>(['checks']);
  const asker = definePlugin({ name: 'asker', version: '1.0.0', setup: (scope) => void scope.declareHook('middleware:health', hook) });
  const kernel = await createTestKernel({ ...(root === undefined ? {} : { root }), plugins: [asker(), orm(options)] });
  const checks: HealthCheck[] = [];
  hook.call({ add: (...added) => void checks.push(...added) });
  return Object.assign(kernel, { checks: new Map(checks.map((check) => [check.name, check])) });
}

const ask = async (check: HealthCheck | undefined, signal: AbortSignal = new AbortController().signal): Promise<unknown> => check?.check(signal);

describe('the health of the databases', () => {
  it('has a check for each connection, and one of its migrations that is not critical', async () => {
    await using app = await boot({ driver: 'sqlite', database: ':memory:', connections: { analytics: { driver: 'sqlite', database: ':memory:' } } });
    expect([...app.checks.values()].map(({ name, isCritical = true }) => `${name} ${isCritical}`)).toEqual([
      'database true',
      'migrations false',
      'database:analytics true',
      'migrations:analytics false',
    ]);
    for (const check of app.checks.values()) await expect(ask(check)).resolves.toBeUndefined();
  });

  it('tells of pending migrations, of each connection its own', async () => {
    await using project = await createProject();
    project.migration('1_one', 'create table one (a text)');
    project.migration('analytics/1_first', 'create table first (a text)');
    await using app = await boot(
      { driver: 'sqlite', database: 'app.db', connections: { analytics: { driver: 'sqlite', database: 'analytics.db' } } },
      project.root,
    );
    await expect(ask(app.checks.get('migrations'))).rejects.toThrow('1 pending: 1_one');
    await expect(ask(app.checks.get('migrations:analytics'))).rejects.toThrow('1 pending: 1_first');
    await app.use('orm').migrator.migrate();
    await expect(ask(app.checks.get('migrations'))).resolves.toBeUndefined();
    await expect(ask(app.checks.get('migrations:analytics'))).rejects.toThrow('1 pending: 1_first');
  });

  it('ends with the signal of the check', async () => {
    await using app = await boot({ driver: 'sqlite', database: ':memory:' });
    await expect(ask(app.checks.get('database'), AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  });
});

describeOnDatabases((database) => {
  describe('the health of a database on a server', () => {
    it('is bad while the server is away', async () => {
      const opened = await database.open();
      const gate = await openGate('url' in opened.options ? opened.options.url : '');
      const app = await boot({ ...opened.options, url: gate.url, acquireTimeoutMs: 2_000 } as Options);
      try {
        await expect(ask(app.checks.get('database'))).resolves.toBeUndefined();
        await expect(ask(app.checks.get('migrations'))).resolves.toBeUndefined();
        await gate.close();
        await expect(ask(app.checks.get('database'))).rejects.toMatchObject({ code: 'OXI_ORM_DATABASE_UNAVAILABLE' });
        await gate.open();
        await expect(ask(app.checks.get('database'))).resolves.toBeUndefined();
      } finally {
        await app.stop();
        await gate.close();
        await opened.drop();
      }
    });
  });
}, SERVER_DATABASES);
