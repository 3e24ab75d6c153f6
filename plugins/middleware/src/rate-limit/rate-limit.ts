/**
 * Limits how often clients may ask. What is left is told in every response, and refusals say when to come back.
 * Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4; RFC 6585, section 4; RFC 9110, section 10.2.3.
 */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts, Route } from '@oxidite/http';
import { hash } from 'node:crypto';
import type { z } from 'zod';
import { type ApplicationContext, applicationOf } from '../application-context.ts';
import { RateLimitedError } from '../errors.ts';
import { isHealthRoute } from '../health/health-routes.ts';
import { parseOptions } from '../parse-options.ts';
import { toIpKey } from './ip-key.ts';
import { type RateLimitKey, RateLimitOptions } from './options.ts';
import type { RateLimiter, RateLimitRule, Taken } from './rate-limiter.ts';

const MAX_KEY_LENGTH = 128;

/**
 * Limits requests: `rateLimit({ limit: 5, windowSeconds: 60 })`. Unlike other middleware an inner one replaces none: all
 * limits on the way count. Health endpoints are not limited.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function rateLimit(options: z.input<typeof RateLimitOptions>): MiddlewareDefinition {
  const settings = parseOptions('rateLimit', RateLimitOptions, options);
  const rules = new WeakMap<ApplicationContext, RateLimitRule>();
  return {
    name: 'rateLimit',
    phase: settings.phase ?? (settings.key === 'user' ? 'cache' : 'policy'),
    forRoute(route) {
      if (isHealthRoute(route)) return undefined;
      const application = applicationOf(route, 'rateLimit');
      const rule = rules.get(application) ?? toRule(settings, route);
      rules.set(application, rule);
      return createParts(settings, rule, { limiter: application.rateLimits.limiterOf(rule), route });
    },
  };
}

function toRule({ name, algorithm, limit, windowSeconds, burst, blockSeconds }: RateLimitOptions, route: Route): RateLimitRule {
  return {
    name: name ?? toName(route),
    algorithm,
    limit,
    windowMs: windowSeconds * 1_000,
    burst: algorithm === 'token-bucket' ? (burst ?? limit) : limit,
    blockMs: blockSeconds * 1_000,
  };
}

function toName({ method, path }: Route): string {
  return `${method} ${encodeURI(path.toWellFormed())}`;
}

interface Place {
  readonly limiter: RateLimiter;
  readonly route: Route;
}

function createParts({ key, per, cost, skip }: RateLimitOptions, rule: RateLimitRule, { limiter, route }: Place): MiddlewareParts {
  const findKey = toKey(key);
  const costOf = typeof cost === 'function' ? cost : () => cost;
  const scope = per === 'route' ? `${toName(route)} ` : '';
  const headers = new LimitHeaders(rule);

  function settle(request: HttpRequest, taken: Taken): undefined {
    headers.put(request, taken);
    if (!taken.isAllowed) throw new RateLimitedError(rule.name, Math.max(1, toSeconds(taken.waitMs)));
    return undefined;
  }

  return {
    onRequest(request) {
      if (skip?.(request) === true) return undefined;
      const who = findKey(request);
      if (who === undefined) return undefined;
      const asked = Math.ceil(costOf(request));
      const amount = asked <= rule.burst ? asked : rule.burst + 1; // more than there ever is, is all the same; what is no number is as much
      if (amount <= 0) return undefined;
      const taken = limiter.take(scope + toShort(who), amount);
      return taken instanceof Promise ? taken.then((settled) => settle(request, settled)) : settle(request, taken);
    },
  };
}

function toKey(key: RateLimitOptions['key']): RateLimitKey {
  if (typeof key === 'function') return key;
  if (key === 'ip') return (request) => toIpKey(request.ip);
  return (request) => findUser(request) ?? `ip ${toIpKey(request.ip)}`;
}

/** A key can be as long as a header; what is kept of it cannot. */
function toShort(key: string): string {
  return key.length <= MAX_KEY_LENGTH ? key : hash('sha256', key, 'base64url');
}

/** Guards add users of any kind; one that has an id is known by it. */
function findUser(request: HttpRequest): string | undefined {
  const { user } = request as { readonly user?: unknown };
  if (typeof user !== 'object' || user === null || !('id' in user)) return undefined;
  return typeof user.id === 'string' || typeof user.id === 'number' || typeof user.id === 'bigint' ? `user ${user.id}` : undefined;
}

/** Writes what a limit allows, and what is left of it, beside what other limits have written. */
class LimitHeaders {
  readonly #policy: string;
  readonly #name: string;

  constructor({ name, limit, windowMs }: RateLimitRule) {
    this.#name = `"${name.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    this.#policy = `${this.#name};q=${limit};w=${windowMs / 1_000}`;
  }

  put({ responseHeaders }: HttpRequest, { remaining, waitMs }: Taken): void {
    const policies = responseHeaders.get('ratelimit-policy');
    const limits = responseHeaders.get('ratelimit');
    const limit = `${this.#name};r=${remaining};t=${toSeconds(waitMs)}`;
    responseHeaders.set('ratelimit-policy', policies === undefined ? this.#policy : `${policies}, ${this.#policy}`);
    responseHeaders.set('ratelimit', limits === undefined ? limit : `${limits}, ${limit}`);
  }
}

function toSeconds(ms: number): number {
  return Math.ceil(ms / 1_000 - 1e-9);
}
