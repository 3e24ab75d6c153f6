import { createVirtualClock } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryLimiter } from '../../../plugins/middleware/src/rate-limit/memory-limiter.ts';
import { createRule, describeRateLimiter } from '../support/describe-rate-limiter.ts';

describeRateLimiter('the limiter in memory', (rule) => createMemoryLimiter(rule, createVirtualClock()));

const SECOND = 1_000;

describe('a token bucket', () => {
  it('refills steadily, to the millisecond', async () => {
    const clock = createVirtualClock();
    const limiter = createMemoryLimiter(createRule({ limit: 60, windowMs: 60 * SECOND, burst: 2 }), clock);
    expect([limiter.take('a', 1), limiter.take('a', 1)]).toEqual([
      { isAllowed: true, remaining: 1, waitMs: 1_000 },
      { isAllowed: true, remaining: 0, waitMs: 2_000 },
    ]);
    expect(limiter.take('a', 1)).toEqual({ isAllowed: false, remaining: 0, waitMs: 1_000 });
    await clock.advance(999);
    expect(limiter.take('a', 1)).toEqual({ isAllowed: false, remaining: 0, waitMs: 1 });
    await clock.advance(1);
    expect(limiter.take('a', 1).isAllowed).toBe(true);
    await clock.advance({ days: 1 });
    expect(limiter.take('a', 1)).toEqual({ isAllowed: true, remaining: 1, waitMs: 1_000 });
  });

  it('never allows more than its burst and what refilled meanwhile, and always what it said', async () => {
    const rule = { limit: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 50 }), windowMs: fc.integer({ min: 1, max: 5_000 }) };
    const steps = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 3_000 }), cost: fc.integer({ min: 1, max: 10 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.record(rule), steps, async (numbers, taking) => {
        const clock = createVirtualClock();
        const limiter = createMemoryLimiter(createRule({ ...numbers, algorithm: 'token-bucket' }), clock);
        const startMs = clock.monotonicMs();
        let total = 0;
        for (const { waitMs, cost } of taking) {
          await clock.advance(waitMs);
          const taken = limiter.take('a', cost);
          if (taken.isAllowed) total += cost;
          expect(total).toBeLessThanOrEqual(numbers.burst + ((clock.monotonicMs() - startMs) * numbers.limit) / numbers.windowMs + 1e-3);
          if (!taken.isAllowed && cost <= numbers.burst) {
            await clock.advance(Math.ceil(taken.waitMs));
            expect(limiter.take('a', cost).isAllowed).toBe(true);
            total += cost;
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('a sliding window', () => {
  it('counts the window before for the part that it still covers', async () => {
    const clock = createVirtualClock();
    const limiter = createMemoryLimiter(createRule({ algorithm: 'sliding-window', limit: 10, windowMs: 10 * SECOND }), clock);
    expect(limiter.take('a', 10).isAllowed).toBe(true);
    await clock.advance(9_999);
    expect(limiter.take('a', 1)).toEqual({ isAllowed: false, remaining: 0, waitMs: 1_001 });
    await clock.advance(1_000);
    expect(limiter.take('a', 1).isAllowed).toBe(false);
    await clock.advance(1);
    expect(limiter.take('a', 1)).toMatchObject({ isAllowed: true, remaining: 0 });
    await clock.advance(4_000);
    expect(limiter.take('a', 4)).toMatchObject({ isAllowed: true, remaining: 0 });
    await clock.advance(20_000);
    expect(limiter.take('a', 10).isAllowed).toBe(true);
  });

  it('keeps its word about when it would allow what it refused, and allows no more than twice its limit in any window', async () => {
    const steps = fc.array(fc.record({ waitMs: fc.integer({ min: 0, max: 2_000 }), cost: fc.integer({ min: 1, max: 5 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 10, max: 3_000 }), steps, async (limit, windowMs, taking) => {
        const clock = createVirtualClock();
        const limiter = createMemoryLimiter(createRule({ algorithm: 'sliding-window', limit, windowMs }), clock);
        const allowed: { atMs: number; cost: number }[] = [];
        for (const { waitMs, cost } of taking) {
          await clock.advance(waitMs);
          const taken = limiter.take('a', cost);
          if (taken.isAllowed) allowed.push({ atMs: clock.monotonicMs(), cost });
          else if (cost <= limit) {
            await clock.advance(Math.ceil(taken.waitMs));
            expect(limiter.take('a', cost).isAllowed).toBe(true);
            allowed.push({ atMs: clock.monotonicMs(), cost });
          }
          const since = clock.monotonicMs() - windowMs;
          expect(allowed.reduce((sum, { atMs, cost: part }) => (atMs > since ? sum + part : sum), 0)).toBeLessThanOrEqual(2 * limit);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('the limiter in memory', () => {
  it('starts no timer, and forgets keys that cannot matter any more', async () => {
    const clock = createVirtualClock();
    const limiter = createMemoryLimiter(createRule({ limit: 1, windowMs: SECOND, blockMs: 10 * SECOND }), clock);
    limiter.take('a', 1);
    limiter.take('a', 1);
    for (const waitMs of [4_000, 5_999]) {
      await clock.advance(waitMs);
      limiter.take('b', 1);
      expect(limiter.take('a', 1).isAllowed).toBe(false);
    }
    await clock.advance(1);
    expect(limiter.take('a', 1).isAllowed).toBe(true);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('remembers what still matters when it forgets the rest', async () => {
    const clock = createVirtualClock();
    const limiter = createMemoryLimiter(createRule({ limit: 1, windowMs: 10 * SECOND }), clock);
    await clock.advance(15_000);
    limiter.take('a', 1);
    await clock.advance(5_000); // what was used in the last 20 seconds is kept from here on
    limiter.take('b', 1);
    expect(limiter.take('a', 1)).toEqual({ isAllowed: false, remaining: 0, waitMs: 5_000 });
    await clock.advance(5_000);
    expect(limiter.take('a', 1).isAllowed).toBe(true);
  });

  it('forgets the oldest of a flood of keys, not the latest', () => {
    const limiter = createMemoryLimiter(createRule({ limit: 1 }), createVirtualClock(), 100);
    limiter.take('victim', 1);
    for (let count = 0; count < 40; count++) limiter.take(`flood ${count}`, 1);
    expect(limiter.take('victim', 1).isAllowed).toBe(false);
    for (let count = 0; count < 1_000; count++) limiter.take(`flood ${count}`, 1);
    expect(limiter.take('flood 999', 1).isAllowed).toBe(false);
    expect(limiter.take('victim', 1).isAllowed).toBe(true);
  });
});
