import { defineRoutes, http } from '@oxidite/http';
import { AuditEntry, auditTrail, defineAuditEntry, defineModel, field, type Orm, orm as ormPlugin } from '@oxidite/orm';
import { definePlugin } from '@oxidite/plugin-sdk';
import { createTestKernel, describePlugin, type TestKernel } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeOnDatabases } from '../support/databases.ts';

declare module '@oxidite/kernel' {
  interface Services {
    /** Who makes a request, in these tests. */
    readonly auditedUser: { name: string | undefined };
  }
}

const Account = defineModel(
  'account',
  { name: field.string().unique(), secret: field.text().hidden(), balance: field.bigint().default(0n) },
  { timestamps: true, softDeletes: true, version: true },
);

const Sample = defineModel('sample', {
  name: field.string(),
  count: field.integer().nullable(),
  big: field.bigint().nullable(),
  price: field.decimal({ precision: 12, scale: 4 }).nullable(),
  day: field.date().nullable(),
  at: field.datetime().nullable(),
  flag: field.boolean().default(false),
  mood: field.enum(['good', 'bad']).default('good'),
  token: field.uuid().nullable(),
  data: field.json(z.json()).nullable(),
  size: field.embedded({ width: field.integer().default(1), secret: field.string().hidden().default('hidden') }),
});

const routes = defineRoutes('/accounts', (router) => {
  router.post('/', { body: Account.create, headers: z.object({ 'x-user': z.string().optional() }) }, async ({ body, headers }, { orm, auditedUser }) => {
    auditedUser.name = headers['x-user'];
    orm.create(Account, { ...body, secret: 'top secret' });
  });
  router.put('/:id', { params: z.object({ id: z.coerce.number() }), body: Account.update }, async ({ params, body }, { orm }) => {
    (await orm.get(Account, params.id)).assign(body);
  });
  router.delete('/:id', { params: z.object({ id: z.coerce.number() }) }, async ({ params }, { orm }) => {
    orm.remove(await orm.get(Account, params.id));
    throw new Error('too late');
  });
});

const users = definePlugin({
  name: 'audited-users',
  version: '1.0.0',
  provides: ['auditedUser'],
  setup(kernel) {
    kernel.provide('auditedUser', () => ({ name: undefined }), { lifetime: 'scoped' });
    kernel.tap('http:routes', (router) => router.use(routes));
  },
});

describeOnDatabases((database) => {
  const boot = async (...trail: Parameters<typeof auditTrail>): Promise<TestKernel & { readonly orm: Orm }> => {
    const opened = await database.open();
    const owner = definePlugin({ name: 'test-database', version: '1.0.0', setup: (kernel) => kernel.onDispose(() => opened.drop()) });
    const kernel = await createTestKernel({
      plugins: [owner(), http({ port: 0 }), users(), auditTrail(...trail), ormPlugin({ ...opened.options, models: [Account, Sample], autoMigrate: 'models' })],
    });
    return Object.assign(kernel, { orm: kernel.use('orm') });
  };

  describe('auditTrail()', () => {
    it('keeps who changed what of a request, in its transaction, without hidden values', async () => {
      await using app = await boot({ actor: ({ auditedUser }) => auditedUser.name });
      const send = (method: string, path: string, body: unknown, user?: string): Promise<Response> =>
        app.use('http').inject(path, {
          method,
          body: JSON.stringify(body),
          headers: { 'content-type': 'application/json', ...(user === undefined ? {} : { 'x-user': user }) },
        });
      expect((await send('POST', '/accounts', { name: 'a', balance: '9007199254740993' }, 'ann')).status).toBeLessThan(300);
      await app.clock.advance(1_000);
      expect((await send('PUT', '/accounts/1', { name: 'b', version: 1 })).status).toBeLessThan(300);
      expect((await send('PUT', '/accounts/1', { name: 'c', version: 1 })).status).toBe(409);
      expect((await send('DELETE', '/accounts/1', {})).status).toBe(500);
      const entries = await app.orm.query(AuditEntry).orderBy({ moment: 'asc' }).all();
      expect(entries).toMatchObject([
        { model: 'account', key: '1', kind: 'create', soft: false, actor: 'ann', moment: new Date(app.clock.now() - 1_000) },
        { model: 'account', key: '1', kind: 'update', soft: false, actor: null, changes: { name: { before: 'a', after: 'b' } } },
      ]);
      expect(entries[0]?.changes).toMatchObject({ name: { after: 'a' }, balance: { after: '9007199254740993' }, secret: {} });
      expect(Object.keys(entries[1]?.changes ?? {})).toEqual(['name']);
      expect(JSON.stringify(entries)).not.toContain('top secret');
    });

    it('tells of a soft delete only that', async () => {
      await using app = await boot();
      await app.orm.unitOfWork((orm) => void orm.create(Account, { name: 'a', secret: 'x' }));
      await app.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Account, 1)));
      await app.orm.unitOfWork(async (orm) => orm.restore(await orm.get(Account, 1, { withTrashed: true })));
      const [, removed, restored] = await app.orm.query(AuditEntry).orderBy({ id: 'asc' }).all();
      const moment = new Date(app.clock.now()).toISOString();
      expect(removed).toMatchObject({ kind: 'delete', soft: true });
      expect(removed?.changes).toEqual({ deletedAt: { before: null, after: moment } });
      expect(restored).toMatchObject({ kind: 'update', soft: false });
      expect(restored?.changes).toEqual({ deletedAt: { before: moment, after: null } });
    });

    it('tells values of all types as JSON, before and after', async () => {
      await using app = await boot({ models: [Sample] });
      const before = {
        count: 2 ** 40,
        big: 2n ** 60n,
        price: '12.5000',
        day: '2026-01-02',
        at: new Date(1_000),
        flag: true,
        token: '0190a0f0-0000-7000-8000-000000000000',
        data: { a: [1, null, 'x'] },
      };
      await app.orm.unitOfWork((orm) => void orm.create(Sample, { name: 'a', ...before }));
      await app.orm.unitOfWork(async (orm) => {
        (await orm.get(Sample, 1)).assign({
          count: 1,
          big: 2n,
          price: '1.0000',
          day: '2026-01-03',
          at: new Date(2_000),
          flag: false,
          token: null,
          data: [2],
          mood: 'bad',
          size: { width: 2, secret: 'hidden too' },
        });
        orm.create(Account, { name: 'not kept', secret: 'x' });
      });
      await app.orm.unitOfWork(async (orm) => orm.remove(await orm.get(Sample, 1)));
      const entries = await app.orm.query(AuditEntry).orderBy({ id: 'asc' }).all();
      const json = { ...before, big: String(before.big), at: before.at.toISOString() };
      expect(entries.map(({ kind, model }) => `${kind} ${model}`)).toEqual(['create sample', 'update sample', 'delete sample']);
      const pick = (side: 'after' | 'before', index: number): Record<string, unknown> =>
        Object.fromEntries(Object.entries(entries[index]?.changes ?? {}).map(([name, sides]) => [name, sides[side]]));
      expect(pick('after', 0)).toMatchObject({ ...json, 'size.width': 1 });
      expect(pick('before', 1)).toMatchObject({ ...json, mood: 'good', 'size.width': 1 });
      expect(entries[1]?.changes).toMatchObject({ 'size.width': { after: 2 }, 'size.secret': {} });
      expect(JSON.stringify(entries)).not.toContain('"hidden');
      expect(pick('after', 1)).toMatchObject({
        count: 1,
        big: '2',
        price: '1.0000',
        day: '2026-01-03',
        at: new Date(2_000).toISOString(),
        flag: false,
        token: null,
        data: [2],
        mood: 'bad',
      });
      expect(pick('before', 2)).toMatchObject({ name: 'a', data: [2], mood: 'bad' });
    });

    it('writes into a table of your choice, with an actor that is found later, or not at all when that fails', async () => {
      const History = defineAuditEntry({ table: 'history' });
      const state = { fails: false };
      await using app = await boot({
        entry: History,
        actor: async () => {
          if (state.fails) throw new Error('nobody');
          return 7;
        },
      });
      await app.orm.unitOfWork((orm) => void orm.create(Account, { name: 'a', secret: 'x' }));
      expect(await app.orm.query(History).all()).toMatchObject([{ model: 'account', actor: '7' }]);
      expect((await app.orm.kysely.selectFrom('history').select('model').execute()).length).toBe(1);
      state.fails = true;
      const failing = app.orm.unitOfWork((orm) => void orm.create(Account, { name: 'b', secret: 'x' }));
      await expect(failing).rejects.toThrow('nobody');
      expect([await app.orm.query(Account).count(), await app.orm.query(History).count()]).toEqual([1, 1]);
    });
  });
});

describe('the options of auditTrail()', () => {
  it.each([
    ['models that are none', { models: ['account'] }, /made by defineModel/],
    ['an actor that is no function', { actor: 'ann' }, /function of the services/],
    ['another model', { entry: Account }, /defineAuditEntry/],
    ['what does not exist', { actors: () => 'ann' }, /actors/],
  ])('refuse %s', async (_, options, message) => {
    const plugins = [auditTrail(options as never), ormPlugin({ driver: 'sqlite', database: ':memory:' })];
    await expect(createTestKernel({ plugins })).rejects.toThrow(message);
  });
});

describePlugin({ describe, it: (name, run) => it(name, run) }, auditTrail(), { plugins: [ormPlugin({ driver: 'sqlite', database: ':memory:' })] });
