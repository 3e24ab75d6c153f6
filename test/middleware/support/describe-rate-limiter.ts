/** What every limiter does, whatever keeps its counters. Windows are so long that no time passes while a test runs. */
import { describe, expect, it } from 'vitest';
import type { RateLimiter, RateLimitRule, Taken } from '../../../plugins/middleware/src/rate-limit/rate-limiter.ts';

const HOUR_MS = 3_600_000;

/** A rule with long windows; `name` keeps the counters of tests apart. */
export function createRule(rule: Partial<RateLimitRule> = {}): RateLimitRule {
  const limit = rule.limit ?? 10;
  return { name: crypto.randomUUID(), algorithm: 'token-bucket', limit, windowMs: HOUR_MS, burst: limit, blockMs: 0, ...rule };
}

/** Describes a limiter. */
export function describeRateLimiter(name: string, create: (rule: RateLimitRule) => Pick<RateLimiter, 'take'>): void {
  const take = async (limiter: Pick<RateLimiter, 'take'>, cost = 1, key = 'a'): Promise<Taken> => limiter.take(key, cost);

  describe.each(['token-bucket', 'sliding-window'] as const)(`${name}: %s`, (algorithm) => {
    it('allows up to its limit, tells what remains, and refuses what goes beyond', async () => {
      const limiter = create(createRule({ algorithm, limit: 3 }));
      const taken = [await take(limiter), await take(limiter), await take(limiter), await take(limiter), await take(limiter)];
      expect(taken.map(({ isAllowed }) => isAllowed)).toEqual([true, true, true, false, false]);
      expect(taken.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0, 0]);
    });

    it('counts keys apart', async () => {
      const limiter = create(createRule({ algorithm, limit: 1 }));
      expect((await take(limiter, 1, 'a')).isAllowed).toBe(true);
      expect((await take(limiter, 1, 'b')).isAllowed).toBe(true);
      expect((await take(limiter, 1, 'a')).isAllowed).toBe(false);
      expect((await take(limiter, 1, ':\n "\'{}')).isAllowed).toBe(true);
    });

    it('takes a cost as a whole or not at all', async () => {
      const limiter = create(createRule({ algorithm, limit: 5 }));
      expect(await take(limiter, 4)).toMatchObject({ isAllowed: true, remaining: 1 });
      expect((await take(limiter, 2)).isAllowed).toBe(false);
      expect(await take(limiter, 1)).toMatchObject({ isAllowed: true, remaining: 0 });
      expect((await take(limiter, 6)).isAllowed).toBe(false);
    });

    it('blocks who goes over the limit for as long as it is told to', async () => {
      const limiter = create(createRule({ algorithm, limit: 5, blockMs: 7 * HOUR_MS }));
      await take(limiter, 5);
      const waits = [(await take(limiter)).waitMs, (await take(limiter)).waitMs];
      for (const wait of waits) expect(Math.abs(wait - 7 * HOUR_MS)).toBeLessThan(60_000);
    });

    it('allows exactly its limit to many who ask at once', async () => {
      const limiter = create(createRule({ algorithm, limit: 20 }));
      const taken = await Promise.all(Array.from({ length: 60 }, () => take(limiter)));
      expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(20);
    });
  });

  describe(`${name}: token-bucket`, () => {
    it('lets bursts through, and tells how long the next token and the whole bucket take', async () => {
      const limiter = create(createRule({ limit: 60, burst: 3 }));
      const first = await take(limiter, 3);
      expect(first).toMatchObject({ isAllowed: true, remaining: 0 });
      expect(Math.abs(first.waitMs - 180_000)).toBeLessThan(10_000);
      const refused = await take(limiter, 1);
      expect(refused.isAllowed).toBe(false);
      expect(Math.abs(refused.waitMs - 60_000)).toBeLessThan(10_000);
    });
  });
}
