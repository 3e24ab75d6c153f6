import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { middleware } from '@oxidite/middleware';
import { createVirtualClock, type VirtualClock } from '@oxidite/plugin-sdk/testing';
import { Redis } from 'ioredis';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Taken } from '../../../plugins/middleware/src/rate-limit/rate-limiter.ts';
import { createRedisLimiter } from '../../../plugins/middleware/src/rate-limit/redis-limiter.ts';
import { recordLog } from '../../http/support/recorded-log.ts';
import { createRule, describeRateLimiter } from '../support/describe-rate-limiter.ts';
import { redisMissing, type RedisServer, startPrivateRedis } from '../../services/private-redis.ts';

async function connect(url: string): Promise<Redis> {
  const client = new Redis(url);
  await once(client, 'ready');
  return client;
}

describe.skipIf(redisMissing !== undefined)(`rate limits in Redis${redisMissing === undefined ? '' : `: ${redisMissing}`}`, () => {
  let server: RedisServer;
  let client: Redis;

  beforeAll(async () => {
    server = await startPrivateRedis();
    client = await connect(server.url);
  });
  afterAll(async () => {
    client.disconnect();
    await server[Symbol.asyncDispose]();
  });

  describeRateLimiter('the limiter in Redis', (rule) => createRedisLimiter(rule, client, 'test'));

  describe('the limiter in Redis', () => {
    it.each(['token-bucket', 'sliding-window'] as const)('allows again when the time has come: %s', async (algorithm) => {
      const limiter = createRedisLimiter(createRule({ algorithm, limit: 2, windowMs: 400 }), client, 'test');
      const take = (): Promise<Taken> => limiter.take('a', 2);
      expect((await take()).isAllowed).toBe(true);
      const { waitMs } = await take();
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(2_000);
      await expect.poll(async () => (await take()).isAllowed, { interval: 20, timeout: 5_000 }).toBe(true);
    });

    it('weighs the window before by the part that is still covered', async () => {
      const [seconds = 0] = (await client.time()).map(Number);
      const windowMs = Math.floor((seconds * 1_000) / 1_000.5); // the present window is number 1,000, and half over
      const remaining = async (index: number): Promise<number> => {
        const rule = createRule({ algorithm: 'sliding-window', limit: 10, windowMs });
        await client.hset(`test:${rule.name}:a`, { index, current: 6, previous: 4 });
        return (await createRedisLimiter(rule, client, 'test').take('a', 1)).remaining;
      };
      expect([await remaining(1_000), await remaining(999), await remaining(998)]).toEqual([1, 6, 9]);
    });

    it('keeps no key for longer than it matters', async () => {
      const rule = createRule({ limit: 2, windowMs: 4_000 });
      await createRedisLimiter(rule, client, 'test').take('a', 1);
      const lifetimeMs = await client.pttl(`test:${rule.name}:a`);
      expect(lifetimeMs).toBeGreaterThan(1_000);
      expect(lifetimeMs).toBeLessThanOrEqual(2_002);
    });

    it('keeps limits apart, whatever keys users choose', async () => {
      const name = crypto.randomUUID();
      const login = createRedisLimiter(createRule({ name, limit: 1 }), client, 'test');
      const byAddress = createRedisLimiter(createRule({ name: `${name}:ip`, limit: 1 }), client, 'test');
      expect((await login.take('ip:192.0.2.1', 1)).isAllowed).toBe(true);
      expect((await byAddress.take('192.0.2.1', 1)).isAllowed).toBe(true);
      expect((await byAddress.take('192.0.2.1', 1)).isAllowed).toBe(false);
    });

    it('shares its counters with other processes, and its script with nobody', async () => {
      const rule = createRule({ limit: 3 });
      const other = await connect(server.url);
      onTestFinished(() => other.disconnect());
      await createRedisLimiter(rule, client, 'test').take('a', 2);
      expect(await createRedisLimiter(rule, other, 'test').take('a', 1)).toMatchObject({ isAllowed: true, remaining: 0 });
      expect((await createRedisLimiter(rule, client, 'other').take('a', 3)).isAllowed).toBe(true);
      await client.script('FLUSH');
      expect((await createRedisLimiter(rule, client, 'test').take('a', 1)).isAllowed).toBe(false);
    });
  });

  describe('an application', () => {
    async function createApp(
      own: RedisServer,
      redis: string | Redis = own.url,
      clock: VirtualClock = createVirtualClock(),
    ): Promise<{ app: TestHttp; messages: () => string[] }> {
      const { logger, lines } = recordLog();
      const app = await createTestHttp((routes) => routes.get('/', () => 'home'), {
        logger,
        clock,
        plugins: [middleware({ log: false, rateLimit: { redis, limits: [{ limit: 2, windowSeconds: 3_600 }] } })],
      });
      onTestFinished(() => app.stop());
      return { app, messages: () => lines.map(({ message }) => message).filter((message) => message.includes('Redis')) };
    }
    const status = async (app: TestHttp): Promise<number> => (await app.request('GET', '/')).status;
    const breakable = async (): Promise<RedisServer> => {
      const own = await startPrivateRedis();
      onTestFinished(() => own[Symbol.asyncDispose]());
      return own;
    };

    it('counts together with others on one Redis', async () => {
      const own = await breakable();
      const [one, two] = [await createApp(own), await createApp(own)];
      expect([await status(one.app), await status(two.app), await status(one.app), await status(two.app)]).toEqual([200, 200, 429, 429]);
      expect(one.messages()).toEqual([]);
    });

    it('takes a client that is there, and leaves it open', async () => {
      const own = await breakable();
      const mine = await connect(own.url);
      onTestFinished(() => mine.disconnect());
      const { app } = await createApp(own, mine);
      expect([await status(app), await status(app), await status(app)]).toEqual([200, 200, 429]);
      await app.stop();
      expect(await mine.ping()).toBe('PONG');
    });

    it('counts for itself while Redis is dead, says so once, and goes back when Redis is back', async () => {
      const own = await breakable();
      const { app, messages } = await createApp(own);
      expect(await status(app)).toBe(200);
      await own.kill();
      expect([await status(app), await status(app), await status(app)]).toEqual([200, 200, 429]);
      expect(messages()).toEqual(['Redis does not count rate limits; each process counts for itself until it does']);
      await own.restart();
      await expect
        .poll(
          async () => {
            await app.clock.advance({ seconds: 1 });
            await status(app);
            return messages();
          },
          { interval: 50, timeout: 10_000 },
        )
        .toEqual(['Redis does not count rate limits; each process counts for itself until it does', 'Redis counts rate limits again']);
      expect(await client.ping()).toBe('PONG');
    });

    it('waits no longer for a slow Redis than it may, and then not at all for a moment', async () => {
      const own = await breakable();
      const { app, messages } = await createApp(own);
      own.freeze();
      const timers = app.clock.pendingTimers();
      const first = status(app);
      await expect.poll(() => app.clock.pendingTimers()).toBeGreaterThan(timers);
      await app.clock.advance(200);
      expect(await first).toBe(200);
      expect([await status(app), await status(app)]).toEqual([200, 429]);
      expect(messages()).toHaveLength(1);
      own.thaw();
      await app.clock.advance({ seconds: 1 });
      await expect.poll(async () => (await status(app), messages().length), { interval: 20 }).toBe(2);
    });

    it('starts without waiting for a Redis that takes connections and says nothing', async () => {
      const own = await breakable();
      own.freeze();
      const clock = createVirtualClock();
      const booting = createApp(own, own.url, clock);
      await expect.poll(() => clock.pendingTimers()).toBeGreaterThan(0);
      await clock.advance({ seconds: 2 });
      const { app, messages } = await booting;
      expect([await status(app), await status(app), await status(app)]).toEqual([200, 200, 429]);
      expect(messages()).toHaveLength(1);
      own.thaw();
      await clock.advance({ seconds: 1 });
      await expect.poll(async () => (await clock.advance({ seconds: 1 }), await status(app), messages().length), { interval: 20 }).toBe(2);
    });

    it('starts without Redis, too, and stops with nothing left open', async () => {
      const own = await breakable();
      await own.kill();
      const { app, messages } = await createApp(own);
      expect([await status(app), await status(app), await status(app)]).toEqual([200, 200, 429]);
      expect(messages()).toHaveLength(1);
      await app.stop();
    });
  });
});
