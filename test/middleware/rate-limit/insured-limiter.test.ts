import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import { describe, expect, it } from 'vitest';
import { createInsuredLimiter, createRedisHealth } from '../../../plugins/middleware/src/rate-limit/insured-limiter.ts';
import { createMemoryLimiter } from '../../../plugins/middleware/src/rate-limit/memory-limiter.ts';
import type { Taken } from '../../../plugins/middleware/src/rate-limit/rate-limiter.ts';
import { recordLog } from '../../http/support/recorded-log.ts';
import { createRule } from '../support/describe-rate-limiter.ts';

describe('createInsuredLimiter', () => {
  it('lets one request a moment wait for a Redis that hangs, whoever else comes meanwhile', async () => {
    const clock = createVirtualClock();
    let asked = 0;
    const redis = { take: () => (asked++, new Promise<Taken>(() => undefined)) };
    const health = createRedisHealth(clock, recordLog().logger);
    const limiter = createInsuredLimiter({ redis, memory: createMemoryLimiter(createRule({ limit: 1_000 }), clock), health, clock, timeoutMs: 200 });
    const take = async (): Promise<Taken> => limiter.take('a', 1);
    const first = take();
    await clock.advance(200);
    expect(await first).toMatchObject({ isAllowed: true });
    expect(asked).toBe(1);
    for (const expected of [2, 3]) {
      await clock.advance(1_000);
      const all = Array.from({ length: 50 }, take);
      expect(clock.pendingTimers()).toBe(1);
      await Promise.all(all.slice(1));
      await clock.advance(200);
      await all[0];
      expect(asked).toBe(expected);
    }
  });
});
