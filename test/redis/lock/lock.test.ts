import { ambientSignal, withAmbientSignal } from '@oxidite/plugin-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisMissing, startPrivateRedis } from '../../services/private-redis.ts';
import { serviceUrl } from '../../services/service-url.ts';
import { boot, type Booted, catchError, describeOnRedis } from '../support/boot.ts';

/** Resolves when a signal aborts. */
function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));
}

describeOnRedis('redis.lock()', () => {
  let first: Booted;
  let second: Booted;

  beforeAll(async () => {
    first = await boot();
    second = await boot({ url: await serviceUrl('REDIS_URL'), keyPrefix: first.redis.client.options.keyPrefix ?? '' });
  });
  afterAll(async () => {
    await first[Symbol.asyncDispose]();
    await second[Symbol.asyncDispose]();
  });

  it('returns what the work returns, and gives the lock back, also after an error', async () => {
    expect(await first.redis.lock('a', { ttlMs: 1_000 }, () => 42)).toBe(42);
    await expect(first.redis.lock('a', { ttlMs: 1_000 }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await second.redis.lock('a', { ttlMs: 1_000 }, () => 43)).toBe(43);
    expect(await first.redis.client.exists('lock:a')).toBe(0);
  });

  it('lets one at a time work, whoever asks', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await first.redis.client.ping();
      inside -= 1;
    };
    await Promise.all([first, second, first, second].map(({ redis }) => redis.lock('one', { ttlMs: 1_000, waitMs: 10_000 }, work)));
    expect(most).toBe(1);
  });

  it('refuses those that do not wait, or wait in vain', async () => {
    await first.redis.lock('taken', { ttlMs: 1_000 }, async () => {
      expect(await catchError(second.redis.lock('taken', { ttlMs: 1_000 }, () => 1))).toMatchObject({ code: 'OXI_REDIS_LOCK_TAKEN', status: 409 });
      expect(await catchError(second.redis.lock('taken', { ttlMs: 1_000, waitMs: 50 }, () => 1))).toMatchObject({ code: 'OXI_REDIS_LOCK_TAKEN', waitMs: 50 });
    });
  });

  it('is extended while the work runs', async () => {
    await first.redis.lock('long', { ttlMs: 500 }, async (signal) => {
      const endMs = performance.now() + 1_200;
      await expect.poll(() => performance.now(), { timeout: 5_000 }).toBeGreaterThan(endMs);
      expect(signal.aborted).toBe(false);
      expect(await second.redis.client.exists('lock:long')).toBe(1);
    });
  });

  it('aborts the work and fails when the lock is lost, and does not take that of the next holder', async () => {
    const error = await catchError(
      first.redis.lock('lost', { ttlMs: 150 }, async (signal) => {
        await second.redis.client.set('lock:lost', 'of somebody else');
        expect(await aborted(signal)).toMatchObject({ code: 'OXI_REDIS_LOCK_LOST' });
        expect(ambientSignal()).toBe(signal);
        return 1;
      }),
    );
    expect(error).toMatchObject({ code: 'OXI_REDIS_LOCK_LOST', lock: 'lost' });
    expect(await first.redis.client.get('lock:lost')).toBe('of somebody else');
  });

  it('is given back although the caller has left, and is waited for no longer', async () => {
    const caller = new AbortController();
    await withAmbientSignal(caller, () => first.redis.lock('left', { ttlMs: 5_000 }, () => caller.abort(new Error('the client has left'))));
    expect(await first.redis.client.exists('lock:left')).toBe(0);
    await second.redis.lock('left', { ttlMs: 5_000 }, async () => {
      const other = new AbortController();
      const waiting = catchError(withAmbientSignal(other, () => first.redis.lock('left', { ttlMs: 5_000, waitMs: 60_000 }, () => 1)));
      other.abort(new Error('the client has left'));
      expect(await waiting).toMatchObject({ message: 'the client has left' });
    });
  });

  it('takes any name, and refuses times that are none', async () => {
    expect(await first.redis.lock('checkout:*?[\n', { ttlMs: 1_000 }, () => 1)).toBe(1);
    for (const ttlMs of [0, 99, 0.5, Number.NaN, Infinity]) await expect(first.redis.lock('a', { ttlMs }, () => 1)).rejects.toThrow(RangeError);
  });
});

describe.skipIf(redisMissing !== undefined)(`a lock in a Redis that fails${redisMissing === undefined ? '' : `: ${redisMissing}`}`, () => {
  it('is lost in its time when the server hangs, even if commands may take longer', async () => {
    await using server = await startPrivateRedis();
    await using shop = await boot({ url: server.url, commandTimeoutMs: 1_000 });
    const startMs = performance.now();
    const error = await catchError(
      shop.redis.lock('a', { ttlMs: 200 }, async (signal) => {
        server.freeze();
        await aborted(signal);
        expect(performance.now() - startMs).toBeLessThan(900);
        server.thaw();
      }),
    );
    expect(error).toMatchObject({ code: 'OXI_REDIS_LOCK_LOST' });
  });

  it('is free again when its holder has died', async () => {
    await using server = await startPrivateRedis();
    await using shop = await boot({ url: server.url });
    await shop.redis.client.set('lock:a', 'a dead process', 'PX', 150);
    expect(await shop.redis.lock('a', { ttlMs: 1_000, waitMs: 5_000 }, () => 1)).toBe(1);
  });
});
