import { withAmbientSignal } from '@oxidite/plugin-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { redisMissing, type RedisServer, startPrivateRedis } from '../../services/private-redis.ts';
import { boot, type Booted, catchError } from '../support/boot.ts';

describe.skipIf(redisMissing !== undefined)(`commands${redisMissing === undefined ? '' : `: ${redisMissing}`}`, () => {
  let server: RedisServer;

  beforeAll(async () => {
    server = await startPrivateRedis();
  });
  beforeEach(() => server.restart()); // a test may have broken it
  afterAll(() => server[Symbol.asyncDispose]());

  const bootHere = (options: object = {}): Promise<Booted> => boot({ url: server.url, ...options });

  it('work again by themselves after the server was killed and restarted', async () => {
    await using shop = await bootHere();
    await shop.redis.client.set('a', '1');
    await server.kill();
    await expect.poll(() => shop.redis.client.status).not.toBe('ready');
    const [waiting] = await Promise.all([shop.redis.client.set('b', '2'), server.restart()]);
    expect(waiting).toBe('OK');
    expect(await shop.redis.client.mget('a', 'b')).toEqual([null, '2']);
  });

  it('fail with 503 while the server is away: first after attempts to reconnect, then at once', async () => {
    await using shop = await bootHere({ maxRetriesPerRequest: 2 });
    await server.kill();
    await expect.poll(() => shop.redis.client.status).not.toBe('ready');
    expect(await catchError(shop.redis.client.get('a'))).toMatchObject({ code: 'OXI_REDIS_UNAVAILABLE', status: 503 });
    const startMs = performance.now();
    expect(await catchError(shop.redis.client.get('a'))).toMatchObject({ code: 'OXI_REDIS_UNAVAILABLE', status: 503 });
    expect(performance.now() - startMs).toBeLessThan(20);
    await server.restart();
    await expect.poll(() => shop.redis.client.get('a').catch(() => 'away'), { timeout: 5_000 }).toBe(null);
  });

  it('fail when the connection breaks under way, and are not sent again', async () => {
    await using shop = await bootHere();
    server.freeze();
    const adding = catchError(shop.redis.client.incr('counter'));
    await server.kill();
    expect(await adding).toMatchObject({ code: 'OXI_REDIS_UNAVAILABLE', message: expect.stringContaining('not known') });
    await server.restart();
    await expect.poll(() => shop.redis.client.get('counter').catch(() => 'away')).toBe(null);
  });

  it('end in their time when the server hangs, and work again when it goes on', async () => {
    await using shop = await bootHere({ commandTimeoutMs: 150 });
    server.freeze();
    expect(await catchError(shop.redis.client.get('a'))).toMatchObject({
      code: 'OXI_REDIS_TIMEOUT',
      status: 503,
      command: 'GET',
      isSent: true,
      timeoutMs: 150,
    });
    expect(await catchError(shop.redis.client.get('a'))).toMatchObject({ code: 'OXI_REDIS_TIMEOUT', isSent: false });
    server.thaw();
    await expect.poll(() => shop.redis.client.get('a').catch(() => 'away'), { timeout: 5_000 }).toBe(null);
  });

  it('are not sent any more once they have failed', async () => {
    await using shop = await bootHere({ commandTimeoutMs: 100, maxRetriesPerRequest: 100 });
    await server.kill();
    await expect.poll(() => shop.redis.client.status).not.toBe('ready');
    const late = await catchError(shop.redis.client.set('late', '1'));
    expect(late).toMatchObject({ code: 'OXI_REDIS_TIMEOUT', isSent: false });
    await server.restart();
    await expect.poll(() => shop.redis.client.get('late').catch(() => 'away'), { timeout: 5_000 }).toBe(null);
    expect(await shop.redis.client.get('late')).toBe(null);
  });

  it('wait no longer than their caller does', async () => {
    await using shop = await bootHere();
    const gone = new Error('the client has left');
    const caller = new AbortController();
    server.freeze();
    const waiting = catchError(withAmbientSignal(caller, () => shop.redis.client.get('a')));
    caller.abort(gone);
    expect(await waiting).toBe(gone);
    server.thaw();
    expect(await catchError(withAmbientSignal(caller, () => shop.redis.client.set('aborted', '1')))).toBe(gone);
    expect(await shop.redis.client.get('aborted')).toBe(null);
  });

  it('fail in pipelines and transactions like all others', async () => {
    await using shop = await bootHere({ commandTimeoutMs: 100 });
    server.freeze();
    const [[first] = [], [second] = []] = (await shop.redis.client.pipeline().get('a').get('b').exec()) ?? [];
    expect(first).toMatchObject({ code: 'OXI_REDIS_TIMEOUT', status: 503 });
    expect(second).toMatchObject({ status: 503 }); // its own time is up, or the connection that the first one gave up is gone
    server.thaw();
    await expect
      .poll(
        () =>
          shop.redis.client
            .multi()
            .set('a', '1')
            .get('a')
            .exec()
            .catch(() => 'away'),
        { timeout: 5_000 },
      )
      .toEqual([
        [null, 'OK'],
        [null, '1'],
      ]);
  });

  it('say what Redis says of them', async () => {
    await using shop = await bootHere();
    await shop.redis.client.set('text', 'x');
    await expect(shop.redis.client.lpush('text', 'y')).rejects.toThrow('WRONGTYPE');
    await expect(shop.redis.client.call('NONSENSE')).rejects.toThrow('unknown command');
  });

  it('fail when the application has ended', async () => {
    const shop = await bootHere();
    await shop.kernel.stop();
    expect(await catchError(shop.redis.client.get('a'))).toMatchObject({ code: 'OXI_REDIS_CLOSED', status: 503 });
  });

  it('do not keep an application from ending whose server hangs', async () => {
    const shop = await bootHere({ commandTimeoutMs: 100 });
    server.freeze();
    const waiting = catchError(shop.redis.client.get('a'));
    await shop.kernel.stop();
    expect(await waiting).toMatchObject({ status: 503 });
    server.thaw();
  });
});
