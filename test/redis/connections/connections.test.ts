import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisMissing, type RedisServer, startPrivateRedis } from '../../services/private-redis.ts';
import { boot } from '../support/boot.ts';

describe.skipIf(redisMissing !== undefined)(`redis.duplicate()${redisMissing === undefined ? '' : `: ${redisMissing}`}`, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startPrivateRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('subscribes, and does so again after the server was restarted', async () => {
    await using shop = await boot({ url: server.url });
    const subscriber = shop.redis.duplicate();
    await subscriber.subscribe('news');
    const heard: string[] = [];
    subscriber.on('message', (_channel: string, message: string) => heard.push(message));
    await shop.redis.client.publish('news', 'one');
    await expect.poll(() => heard).toEqual(['one']);
    await server.restart();
    await expect.poll(() => shop.redis.client.publish('news', 'two').catch(() => 0), { timeout: 5_000 }).toBe(1);
    await expect.poll(() => heard.at(-1)).toBe('two');
  });

  it('blocks for as long as a command wants, whatever the time limit of commands', async () => {
    await using shop = await boot({ url: server.url, commandTimeoutMs: 50 });
    const worker = shop.redis.duplicate();
    const popping = worker.blpop('jobs', 5);
    await expect.poll(async () => await shop.redis.client.client('LIST')).toContain('cmd=blpop');
    await expect.poll(() => performance.now()).toBeGreaterThan(0);
    await new Promise((resolve) => shop.kernel.use('clock').setTimeout(() => resolve(undefined), 120)); // longer than the limit
    await shop.redis.client.rpush('jobs', 'a');
    expect(await popping).toEqual(['jobs', 'a']);
  });

  it('takes another prefix, or another connection', async () => {
    await using shop = await boot({ url: server.url, keyPrefix: 'shop:', connections: { other: { url: `${server.url}/1` } } });
    await shop.redis.duplicate({ keyPrefix: '' }).set('plain', '1');
    await shop.redis.duplicate({ connection: 'other' }).set('a', '2');
    expect(await shop.redis.duplicate({ keyPrefix: '' }).get('plain')).toBe('1');
    expect(await shop.redis.connection('other').get('a')).toBe('2');
    expect(await shop.redis.client.get('a')).toBe(null);
    expect(() => shop.redis.duplicate({ connection: 'none' })).toThrow('There is no Redis connection "none"');
  });

  it('outlives the request that asked for it', async () => {
    await using shop = await boot({ url: server.url });
    const request = new AbortController();
    const duplicate = withAmbientSignal(request, () => shop.redis.duplicate());
    request.abort();
    expect(await duplicate.ping()).toBe('PONG');
    await server.restart();
    await expect.poll(() => duplicate.ping().catch(() => 'away'), { timeout: 5_000 }).toBe('PONG');
  });

  it('is closed with the application, or by its user before', async () => {
    const shop = await boot({ url: server.url });
    const [first, second, third] = [shop.redis.duplicate(), shop.redis.duplicate(), shop.redis.duplicate()];
    await Promise.all([first.ping(), second.ping()]);
    const ended = once(first, 'end');
    await first.quit();
    await ended;
    await shop.kernel.stop();
    expect([second.status, third.status]).toEqual(['end', 'end']);
  });

  it('is closed while the server is away', async () => {
    const shop = await boot({ url: server.url });
    const duplicate = shop.redis.duplicate();
    await duplicate.ping();
    await server.kill();
    await expect.poll(() => duplicate.status).toBe('reconnecting');
    await shop.kernel.stop();
    await server.restart();
    await using other = await boot({ url: server.url });
    await expect
      .poll(
        async () =>
          String(await other.redis.client.client('LIST'))
            .trim()
            .split('\n').length,
      )
      .toBe(1);
  });
});
