/**
 * Counts in Redis, for all processes together, through rate-limiter-flexible with the script of this package: the library
 * brings the contract of its stores, the script the two algorithms, which the library has not.
 */
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimitRule, Taken } from './rate-limiter.ts';
import type { RedisClient } from './redis-client.ts';
import { TAKE_SCRIPT, TAKE_SCRIPT_SHA } from './redis-script.ts';

/** Counts in Redis, or fails. */
export interface RedisLimiter {
  /** @throws Whatever the client fails with. */
  take(key: string, cost: number): Promise<Taken>;
}

/** What the library asks of a store: the arguments of a script. */
interface ScriptCall {
  readonly keys: readonly [key: string];
  readonly arguments: readonly [cost: string, ...rest: string[]];
}

/** Creates a limiter; `prefix` stands before all its keys. */
export function createRedisLimiter(rule: RateLimitRule, client: RedisClient, prefix: string): RedisLimiter {
  const limiter = new RateLimiterRedis({
    storeClient: toStore(rule, client),
    useRedisPackage: true, // the form of client in which a script is handed over with its arguments, so that no other limiter shares it
    customIncrTtlLuaScript: TAKE_SCRIPT,
    rejectIfRedisNotReady: true,
    points: rule.burst,
    duration: Math.ceil(rule.windowMs / 1_000),
    keyPrefix: `${prefix}:${encodeURIComponent(rule.name)}`, // without a colon of its own, so that no key makes it look like another limit
  });
  return {
    async take(key, cost) {
      try {
        const { remainingPoints, msBeforeNext } = await limiter.consume(key, cost);
        return { isAllowed: true, remaining: remainingPoints, waitMs: msBeforeNext };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        return { isAllowed: false, remaining: 0, waitMs: refusal.msBeforeNext };
      }
    },
  };
}

function toStore({ algorithm, limit, windowMs, burst, blockMs }: RateLimitRule, client: RedisClient): object {
  const rest = [limit, windowMs, burst, blockMs].map(String);
  return {
    get status() {
      return client.status;
    },
    async eval(_script: string, { keys: [key], arguments: [cost] }: ScriptCall): Promise<unknown> {
      const values = [key, algorithm, cost, ...rest];
      try {
        return await client.evalsha(TAKE_SCRIPT_SHA, 1, ...values);
      } catch (error) {
        if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
        return client.eval(TAKE_SCRIPT, 1, ...values); // a new or restarted Redis
      }
    },
  };
}
