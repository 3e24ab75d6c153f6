/**
 * Counts in Redis, and in memory while Redis is down or slow: a limit that cannot be counted must neither stop the
 * application nor let everything through. After a failure Redis is left alone for a moment, then asked again.
 */
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import type { RateLimiter, Taken } from './rate-limiter.ts';
import type { RedisLimiter } from './redis-limiter.ts';

/** How long after a failure no request waits for Redis. */
const PAUSE_MS = 1_000;

/** What all limits of an application know of its Redis. */
export interface RedisHealth {
  /** Tells whether Redis may be asked now; while it is down, one request a moment may, and finds out whether it is back. */
  mayAsk(): boolean;
  noteFailure(error: unknown): void;
  noteSuccess(): void;
}

/** Creates what notices that Redis goes down and comes back; each is logged once. */
export function createRedisHealth(clock: Clock, logger: Logger): RedisHealth {
  let retryAtMs: number | undefined;
  return {
    mayAsk() {
      if (retryAtMs === undefined) return true;
      if (clock.monotonicMs() < retryAtMs) return false;
      retryAtMs = clock.monotonicMs() + PAUSE_MS;
      return true;
    },
    noteFailure(error) {
      if (retryAtMs === undefined) logger.warn({ error }, 'Redis does not count rate limits; each process counts for itself until it does');
      retryAtMs = clock.monotonicMs() + PAUSE_MS;
    },
    noteSuccess() {
      if (retryAtMs !== undefined) logger.info({}, 'Redis counts rate limits again');
      retryAtMs = undefined;
    },
  };
}

/** What an insured limiter is made of. */
export interface InsuredLimiterOptions {
  readonly redis: RedisLimiter;
  readonly memory: RateLimiter;
  readonly health: RedisHealth;
  readonly clock: Clock;
  /** How long an answer of Redis may take. */
  readonly timeoutMs: number;
}

/** Creates a limiter that always answers. */
export function createInsuredLimiter({ redis, memory, health, clock, timeoutMs }: InsuredLimiterOptions): RateLimiter {
  return {
    async take(key, cost) {
      if (!health.mayAsk()) return memory.take(key, cost);
      try {
        const taken = await withTimeout(redis.take(key, cost), clock, timeoutMs);
        health.noteSuccess();
        return taken;
      } catch (error) {
        health.noteFailure(error);
        return memory.take(key, cost);
      }
    },
  };
}

/** An answer that comes too late is ignored. */
function withTimeout(taking: Promise<Taken>, clock: Clock, timeoutMs: number): Promise<Taken> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(new Error(`Redis did not answer within ${timeoutMs} ms.`)), timeoutMs);
    taking.finally(() => timer.cancel()).then(resolve, reject);
  });
}
