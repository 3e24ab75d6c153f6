/** The limits of one application: one limiter for each name, and the one connection to Redis that all of them use. */
import type { Clock, Logger } from '@oxidite/plugin-sdk';
import { createInsuredLimiter, createRedisHealth, type RedisHealth } from './insured-limiter.ts';
import { createMemoryLimiter } from './memory-limiter.ts';
import type { RateLimitsOptions } from './options.ts';
import type { RateLimiter, RateLimitRule } from './rate-limiter.ts';
import { openRedis, type RedisClient } from './redis-client.ts';
import type * as RedisLimiting from './redis-limiter.ts';

/** What limits need of the application. */
export interface RateLimitsContext {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onDispose: (dispose: () => void) => void;
}

interface Connected {
  readonly client: RedisClient;
  readonly health: RedisHealth;
  readonly createLimiter: typeof RedisLimiting.createRedisLimiter;
}

/** Keeps the limiters of one application. */
export class RateLimits {
  readonly #options: Pick<RateLimitsOptions, 'redis' | 'redisPrefix' | 'redisTimeoutMs'>;
  readonly #context: RateLimitsContext;
  readonly #limiters = new Map<string, { readonly limiter: RateLimiter; readonly facts: string }>();
  #connected: Connected | undefined;

  constructor(options: RateLimitsOptions, context: RateLimitsContext) {
    this.#options = options;
    this.#context = context;
  }

  /**
   * Connects to Redis, if it is asked for. One that does not answer keeps nobody from starting.
   * @throws {RedisMissingError} when ioredis is not installed.
   */
  async open(): Promise<void> {
    const { redis } = this.#options;
    if (redis === undefined || this.#connected !== undefined) return;
    const { clock, logger, onDispose } = this.#context;
    const { createRedisLimiter } = await import('./redis-limiter.ts');
    let client: RedisClient;
    if (typeof redis === 'string') {
      const owned = await openRedis(redis, clock);
      onDispose(() => owned.disconnect());
      client = owned;
    } else client = redis;
    this.#connected = { client, health: createRedisHealth(clock, logger), createLimiter: createRedisLimiter };
  }

  /** Returns the limiter of a rule. Its counters outlive the routes, which are collected anew when a plugin joins; other numbers under its name begin anew. */
  limiterOf(rule: RateLimitRule): RateLimiter {
    const facts = JSON.stringify(rule);
    const known = this.#limiters.get(rule.name);
    if (known?.facts === facts) return known.limiter;
    const limiter = this.#createLimiter(rule);
    this.#limiters.set(rule.name, { limiter, facts });
    return limiter;
  }

  #createLimiter(rule: RateLimitRule): RateLimiter {
    const { clock } = this.#context;
    const memory = createMemoryLimiter(rule, clock);
    if (this.#options.redis === undefined) return memory;
    let insured: RateLimiter | undefined; // routes are compiled before Redis is connected
    return {
      take: (key, cost) => {
        if (insured === undefined && this.#connected !== undefined) {
          const { client, health, createLimiter } = this.#connected;
          const { redisPrefix, redisTimeoutMs } = this.#options;
          insured = createInsuredLimiter({ redis: createLimiter(rule, client, redisPrefix), memory, health, clock, timeoutMs: redisTimeoutMs });
        }
        return (insured ?? memory).take(key, cost);
      },
    };
  }
}
