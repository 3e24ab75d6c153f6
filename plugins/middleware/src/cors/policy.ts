/** A CORS policy, compiled at boot. Source: Fetch Standard, section 3.3 (CORS protocol). */
import { type HttpRequest, type ReplyHeaders, type ResponseDraft } from '@oxidite/http';
import type { CorsOptions, OriginPattern, OriginTest } from './options.ts';

/** What is allowed to whom. */
export interface CorsPolicy {
  /** The value of `Access-Control-Allow-Origin` when it is the same for all requests; responses do not vary then. */
  readonly fixedOrigin: string | undefined;
  /** What goes with an allowed origin on every response. */
  readonly allowance: Readonly<Record<string, string>>;
  /** Returns the origin to allow, `undefined` to allow none. */
  readonly decide: (request: HttpRequest) => string | undefined | Promise<string | undefined>;
  /** Returns what an allowed preflight is told besides. */
  readonly toPreflight: (request: HttpRequest) => ReplyHeaders;
}

/** What was decided for a request. */
export interface CorsDecision {
  readonly policy: CorsPolicy;
  readonly origin: string | undefined;
}

const ALLOW_ORIGIN = 'access-control-allow-origin';
const HEADER_LIST = /^[!#$%&'*+.^`|~\w-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^`|~\w-]+)*$/;
const MAX_HEADER_LIST = 1_024;

/** Compiles a policy. */
export function compilePolicy(options: CorsOptions): CorsPolicy {
  const { origins, credentials, exposedHeaders } = options;
  const fixedOrigin = typeof origins === 'string' ? origins : undefined;
  const isAllowed = createOriginTest(origins);
  return {
    fixedOrigin,
    allowance: {
      ...(credentials ? { 'access-control-allow-credentials': 'true' } : {}),
      ...(exposedHeaders.length === 0 ? {} : { 'access-control-expose-headers': exposedHeaders.join(', ') }),
    },
    decide(request) {
      const { origin } = request.rawHeaders;
      if (fixedOrigin !== undefined) return fixedOrigin;
      if (origin === undefined || origin === 'null') return undefined; // every sandboxed frame and local file has the latter
      const allowed = isAllowed(origin, request);
      if (typeof allowed === 'boolean') return allowed ? origin : undefined;
      return allowed.then((isAllowedLater) => (isAllowedLater ? origin : undefined));
    },
    toPreflight: compilePreflight(options),
  };
}

/** The headers of every response when nothing depends on the request. */
export function toFixedHeaders({ fixedOrigin, allowance }: CorsPolicy): Readonly<Record<string, string>> | undefined {
  return fixedOrigin === undefined ? undefined : { [ALLOW_ORIGIN]: fixedOrigin, ...allowance };
}

/** Writes what was decided. A refused origin is answered like none, but caches must not give that answer to an allowed one. */
export function writeDecision({ policy, origin }: CorsDecision, { headers }: ResponseDraft): void {
  if (policy.fixedOrigin === undefined) headers.vary('Origin');
  if (origin === undefined) return;
  headers.set(ALLOW_ORIGIN, origin);
  for (const name in policy.allowance) headers.set(name, policy.allowance[name] ?? '');
}

/** Tells whether a request only asks what it may do. Source: Fetch Standard, section 3.3.2. */
export function isPreflight({ method, rawHeaders: headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && headers['access-control-request-method'] !== undefined;
}

function compilePreflight({ methods, headers: allowed, maxAgeSeconds, privateNetwork }: CorsOptions): CorsPolicy['toPreflight'] {
  const fixed = { 'access-control-allow-methods': methods.join(', '), 'access-control-max-age': String(maxAgeSeconds) };
  const allowedList = allowed === '*' ? undefined : allowed.join(', ');
  return ({ rawHeaders: headers }) => {
    const asked = headers['access-control-request-headers'];
    const list = allowedList ?? (asked !== undefined && asked.length <= MAX_HEADER_LIST && HEADER_LIST.test(asked) ? asked : '');
    return {
      ...fixed,
      ...(list === '' ? {} : { 'access-control-allow-headers': list }),
      ...(privateNetwork && headers['access-control-request-private-network'] === 'true' ? { 'access-control-allow-private-network': 'true' } : {}),
    };
  };
}

function createOriginTest(origins: CorsOptions['origins']): OriginTest {
  if (origins === '*') return () => true;
  if (typeof origins === 'function') return origins;
  const patterns: readonly OriginPattern[] = typeof origins === 'string' || origins instanceof RegExp ? [origins] : origins;
  const exact = new Set(patterns.filter((pattern) => typeof pattern === 'string'));
  const expressions = patterns.filter((pattern) => pattern instanceof RegExp).map(toWhole);
  return (origin) => exact.has(origin as `${string}://${string}`) || expressions.some((expression) => expression.test(origin));
}

/** A pattern that fits only a part would fit `https://shop.example.evil.example` too. */
function toWhole({ source, flags }: RegExp): RegExp {
  return new RegExp(`^(?:${source})$`, flags.replaceAll(/[gmy]/g, ''));
}
