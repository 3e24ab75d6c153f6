import { definePlugin } from '@oxidite/plugin-sdk';
import type { HealthCheck, HealthChecks } from '@oxidite/middleware';
import { defineStore } from '@oxidite/redis';
import type { Command, CommandRegistry, DoctorCheck, DoctorChecks } from 'oxidite';
import { SyncHook } from 'tapable';
import { afterEach, beforeEach, expect, it } from 'vitest';
import * as z from 'zod';
import { boot, type Booted, describeOnRedis } from '../support/boot.ts';

const Cart = defineStore('cart', { schema: z.string(), ttlSeconds: 60 });
const Note = defineStore('note', { schema: z.string() });

describeOnRedis('an application with the plugin', () => {
  let shop: Booted;
  let commands: Map<string, Command>;
  const doctor: DoctorCheck[] = [];
  const health: HealthCheck[] = [];

  beforeEach(async () => {
    const hooks = {
      commands: new SyncHook<[CommandRegistry]>(['commands']),
      doctor: new SyncHook<[DoctorChecks]>(['checks']),
      health: new SyncHook<[HealthChecks]>(['checks']),
    };
    const host = definePlugin({
      name: 'oxidite',
      version: '0.1.0',
      setup(scope) {
        scope.declareHook('cli:commands', hooks.commands);
        scope.declareHook('cli:doctor', hooks.doctor);
        scope.declareHook('middleware:health', hooks.health);
      },
    });
    shop = await boot({ stores: [Cart, Note] }, { plugins: [host()] });
    const loaders: (() => Promise<Readonly<Record<string, unknown>>>)[] = [];
    hooks.commands.call({ add: (...added) => void loaders.push(...added.filter((item) => typeof item === 'function')) });
    const loaded = (await Promise.all(loaders.map((load) => load()))).flatMap((module) => Object.values(module) as Command[]);
    commands = new Map(loaded.map((command) => [command.name, command]));
    doctor.length = health.length = 0;
    hooks.doctor.call({ add: (...added) => void doctor.push(...added) });
    hooks.health.call({ add: (...added) => void health.push(...added) });
  });
  afterEach(() => shop[Symbol.asyncDispose]());

  async function run(name: string, args: object, flags: object): Promise<{ result: unknown; lines: string[]; exitCode: number }> {
    const lines: string[] = [];
    let exitCode = 0;
    const output = {
      line: (text: string) => void lines.push(text),
      table: (rows: readonly object[]) => void lines.push(...rows.map((row) => Object.values(row).join(' '))),
    };
    const input = { args, flags, output, exitWith: (code: number) => (exitCode = code) };
    const result = await commands.get(name)?.run(input as never, { redis: shop.redis } as never);
    return { result, lines, exitCode };
  }

  it('lists stores, the lifetimes of their keys, and keys that nobody owns', async () => {
    await shop.redis.store(Cart).set('1', 'a');
    await shop.redis.store(Cart).set('2', 'b', { ttlSeconds: 7_200 });
    await shop.redis.store(Note).set('1', 'c');
    await shop.redis.client.set('carts:1', 'not ours');
    await shop.redis.client.lpush('queue', 'not ours');
    const { result, lines } = await run('redis:keys', {}, { connection: 'default' });
    expect(result).toMatchObject({
      stores: [
        { name: 'lock', keys: 0 },
        { name: 'cart', keys: 2, forever: 0, withinHour: 1, withinDay: 1, later: 0 },
        { name: 'note', keys: 1, forever: 1 },
      ],
      unowned: { keys: 2 },
    });
    expect(lines.at(-1)).toMatch(/^2 keys of \d+ bytes have no owner: (?:carts:1, queue|queue, carts:1)$/);
  });

  it('clears a store when it is forced to, and says before what that means', async () => {
    await shop.redis.store(Cart).set('1', 'a');
    await shop.redis.store(Note).set('1', 'c');
    expect(await run('redis:clear', { store: 'cart' }, { force: false })).toMatchObject({
      exitCode: 1,
      lines: ['cart has 1 keys. To delete them, run this again with --force.'],
    });
    expect(await shop.redis.store(Cart).has('1')).toBe(true);
    expect(await run('redis:clear', { store: 'cart' }, { force: true })).toMatchObject({ exitCode: 0, result: { store: 'cart', keys: 1, deleted: true } });
    expect([await shop.redis.store(Cart).has('1'), await shop.redis.store(Note).has('1')]).toEqual([false, true]);
    await expect(run('redis:clear', { store: 'card' }, { force: true })).rejects.toMatchObject({
      code: 'OXI_REDIS_STORE_UNKNOWN',
      message: expect.stringContaining('"cart"'),
    });
  });

  it('is looked at by the doctor and the health endpoints', async () => {
    const results = await Promise.all(doctor.map(async (check) => [check.name, await check.run({} as never)]));
    expect(results).toMatchObject([
      ['redis', { status: 'ok', message: expect.stringMatching(/^redis:\/\/\S+, version \d/) }],
      ['redis eviction', { status: 'ok', message: expect.stringContaining('maxmemory-policy noeviction') }],
    ]);
    expect(health.map(({ name, isCritical }) => [name, isCritical])).toEqual([['redis', true]]);
    expect(await health[0]?.check(new AbortController().signal)).toBe('PONG');
  });

  it('is unwell when Redis is away', async () => {
    await shop.kernel.stop();
    expect(await doctor[0]?.run({} as never)).toMatchObject({ status: 'fail' });
    await expect((async () => health[0]?.check(new AbortController().signal))()).rejects.toMatchObject({ code: 'OXI_REDIS_CLOSED' });
  });
});
