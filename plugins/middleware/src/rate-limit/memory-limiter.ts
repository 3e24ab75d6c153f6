/**
 * Counts in the memory of this process, by the kernel's clock. An own implementation, because rate-limiter-flexible knows
 * fixed windows only and reads the time of the machine: its counters could neither refill steadily nor be tested exactly.
 */
import type { Clock } from '@oxidite/plugin-sdk';
import type { RateLimiter, RateLimitRule, Taken } from './rate-limiter.ts';
import { type Windows, takeFromWindow } from './sliding-window.ts';
import { type Bucket, takeTokens } from './token-bucket.ts';

/** A flood of keys makes old ones be forgotten, rather than fill the memory. */
const MAX_KEYS = 100_000;

/** Counts at once. */
export interface MemoryLimiter extends RateLimiter {
  take(key: string, cost: number): Taken;
}

interface Entry extends Bucket, Windows {
  blockedUntilMs: number;
}

/** Creates a limiter. Keys that have not been used for as long as they could matter are forgotten without a timer. */
export function createMemoryLimiter(rule: RateLimitRule, clock: Clock, maxKeys: number = MAX_KEYS): MemoryLimiter {
  const { algorithm, limit, windowMs, burst, blockMs } = rule;
  const rememberMs = Math.max(2 * windowMs, (burst / limit) * windowMs, blockMs);
  const take = algorithm === 'token-bucket' ? takeTokens : takeFromWindow;
  let young = new Map<string, Entry>();
  let old = new Map<string, Entry>();
  let agedAtMs = clock.monotonicMs();

  function findEntry(key: string, nowMs: number): Entry {
    if (nowMs - agedAtMs >= rememberMs || young.size >= maxKeys / 2) {
      old = nowMs - agedAtMs >= 2 * rememberMs ? new Map() : young;
      young = new Map();
      agedAtMs = nowMs;
    }
    let entry = young.get(key);
    if (entry === undefined) {
      entry = old.get(key) ?? { fullAtMs: nowMs, index: -1, current: 0, previous: 0, blockedUntilMs: nowMs };
      young.set(key, entry);
    }
    return entry;
  }

  return {
    take(key, cost) {
      const nowMs = clock.monotonicMs();
      const entry = findEntry(key, nowMs);
      if (entry.blockedUntilMs > nowMs) return { isAllowed: false, remaining: 0, waitMs: entry.blockedUntilMs - nowMs };
      const taken = take(entry, rule, { cost, nowMs });
      if (taken.isAllowed || blockMs === 0) return taken;
      entry.blockedUntilMs = nowMs + blockMs;
      return { ...taken, waitMs: blockMs };
    },
  };
}
