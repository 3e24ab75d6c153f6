/** The options of rate limits: of each limit, and of where all of them are counted. */
import type { HttpRequest } from '@oxidite/http';
import * as z from 'zod';
import type { RedisClient } from './redis-client.ts';

/** Says who makes a request; requests of one key are counted together. `undefined`: this one is not counted. */
export type RateLimitKey = (request: HttpRequest) => string | undefined;

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}

function isRedisUrl(value: unknown): boolean {
  return typeof value === 'string' && /^rediss?:\/\//.test(value) && URL.canParse(value);
}

function isRedisClient(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'evalsha' in value && 'eval' in value && 'status' in value;
}

/** The options of `rateLimit()`. */
export const RateLimitOptions = z.strictObject({
  /** Names the limit in headers, and its counters: limits of one name are one. Default: the first route it stands on. */
  name: z
    .string()
    .regex(/^[\x20-\x7e]{1,64}$/, 'must be 1 to 64 printable ASCII characters')
    .optional(),
  /** How many requests, or how much cost, each window allows. */
  limit: z.int().positive(),
  windowSeconds: z.int().positive().default(60),
  /** `token-bucket` refills steadily and lets bursts through; `sliding-window` never allows more than `limit` in any window, on average of the last two. */
  algorithm: z.enum(['token-bucket', 'sliding-window']).default('token-bucket'),
  /** How much of a token bucket can be taken at once. Default: `limit`. */
  burst: z.int().positive().optional(),
  /** Who is counted: the address of the client (of IPv6 its /64), `request.user.id` (the address without one), or what a function returns. */
  key: z
    .custom<RateLimitKey | 'ip' | 'user'>((value) => value === 'ip' || value === 'user' || isFunction(value), 'must be "ip", "user" or a function')
    .default('ip'),
  /** `route` counts each route for itself; `all` counts all routes that this limit stands on together. */
  per: z.enum(['all', 'route']).default('all'),
  /** What one request takes. Default: 1. A request that takes 0 is not counted; one that takes more than there ever is, or no number, is refused. */
  cost: z
    .custom<number | ((request: HttpRequest) => number)>(
      (value) => isFunction(value) || (Number.isSafeInteger(value) && Number(value) >= 0),
      'must be an integer from 0 on, or a function that returns one',
    )
    .default(1),
  /** Requests that are not counted. */
  skip: z.custom<(request: HttpRequest) => boolean>(isFunction, 'must be a function').optional(),
  /** How long whoever went over the limit is refused altogether. 0: until the limit allows more. */
  blockSeconds: z.int().nonnegative().default(0),
  /** `edge`: before anything finds out who it is; `policy`: after that, before guards; `cache`: after guards, who may set `request.user`. Default: `cache` for `user`, otherwise `policy`. */
  phase: z.enum(['edge', 'policy', 'cache']).optional(),
});

/** The options with their defaults. */
export type RateLimitOptions = z.output<typeof RateLimitOptions>;

/** The options of the plugin: limits of all routes, and where they and those of routes are counted. */
export const RateLimitsOptions = z.strictObject({
  /** Limits of every request, the first asked first. */
  limits: z.array(RateLimitOptions).default([]),
  /** The address of a Redis (`redis://localhost:6379`), or a client of ioredis. Default: each process counts for itself. */
  redis: z
    .custom<RedisClient | string>(
      (value) => isRedisUrl(value) || isRedisClient(value),
      'must be a URL that begins with redis:// or rediss://, or a client of ioredis',
    )
    .optional(),
  /** What all keys in Redis begin with. */
  redisPrefix: z.string().default('rate-limit'),
  /** How long an answer of Redis may take; beyond, and while Redis is down, each process counts for itself. */
  redisTimeoutMs: z.int().positive().default(200),
});

/** The options with their defaults. */
export type RateLimitsOptions = z.output<typeof RateLimitsOptions>;
