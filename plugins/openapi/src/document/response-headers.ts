/**
 * Describes the response headers that concern users of an API: when it ends, and how much of it they may use.
 * Source: RFC 9745 (Deprecation), RFC 8594 (Sunset), draft-ietf-httpapi-ratelimit-headers (RateLimit).
 */
import type { Route } from '@oxidite/http';
import type { OpenApiHeader } from './openapi-document.ts';

const DESCRIBED: Readonly<Record<string, string>> = {
  deprecation: 'Since when this is deprecated, as a structured date: `@1767225600`.',
  sunset: 'When this ends, as an HTTP date.',
  link: 'Where to read more, and what comes after this.',
  ratelimit: 'How much may still be asked for, and when more may be.',
  'ratelimit-policy': 'How much may be asked for in how many seconds.',
};

/** The names as they are usually written. */
const SPELLINGS: Readonly<Record<string, string>> = {
  deprecation: 'Deprecation',
  sunset: 'Sunset',
  link: 'Link',
  ratelimit: 'RateLimit',
  'ratelimit-policy': 'RateLimit-Policy',
};

/** Describes the headers that every response of a route has; `undefined` when there are none to tell of. */
export function describeResponseHeaders(route: Route): Readonly<Record<string, OpenApiHeader>> | undefined {
  const names = new Set(listHeaderNames(route).filter((name) => DESCRIBED[name] !== undefined));
  if (names.size === 0) return undefined;
  return Object.fromEntries([...names].map((name) => [SPELLINGS[name] ?? name, { description: DESCRIBED[name] ?? name, schema: { type: 'string' } }]));
}

/** The names of the headers that are written at boot: those of the route, and those of its middleware that are the same everywhere. */
function listHeaderNames(route: Route): string[] {
  const layers = route.middleware.filter((layer) => typeof layer === 'object');
  return [route.headers, ...layers.map(({ headers }) => headers)].flatMap((headers) => Object.keys(headers ?? {})).map((name) => name.toLowerCase());
}
