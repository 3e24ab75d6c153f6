/** What can be wrong with the set-up of middleware, and what it refuses. */
import { HttpError, type HttpRequest, type Route } from '@oxidite/http';
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';

/** A route uses middleware of this package, but its plugin is not listed. */
export class PluginMissingError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_PLUGIN_MISSING';
  readonly middleware: string;

  constructor(middleware: string, route: Pick<Route, 'method' | 'path' | 'place'>) {
    super(
      `The route ${route.method} ${route.path} (${route.place}) uses ${middleware}(), which needs the plugin @oxidite/middleware, and that is not listed. ` +
        'Add middleware() to the plugins in oxidite.config.ts.',
    );
    this.middleware = middleware;
  }
}

/** Options given to a middleware are not valid. */
export class MiddlewareOptionsError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_OPTIONS';
  readonly middleware: string;
  readonly issues: readonly string[];

  constructor(middleware: string, issues: readonly string[]) {
    super(`The options of ${middleware}() are not valid: ${issues.join('; ')}. Correct them where it is called.`);
    this.middleware = middleware;
    this.issues = issues;
  }
}

/** A source of a Content-Security-Policy breaks the syntax. */
export class CspSourceError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_CSP_SOURCE';
  readonly directive: string;
  readonly source: string;

  constructor(directive: string, source: string, reason: string) {
    super(`The source ${JSON.stringify(source)} of the directive "${directive}" cannot be used: ${reason}. Correct it in securityHeaders.csp.directives.`);
    this.directive = directive;
    this.source = source;
  }
}

/** A source of a Permissions-Policy breaks the syntax. */
export class PermissionSourceError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_PERMISSION_SOURCE';
  readonly feature: string;
  readonly source: string;

  constructor(feature: string, source: string) {
    super(
      `The source ${JSON.stringify(source)} of the permission "${feature}" cannot be used. ` +
        'Sources are "self", "src", an origin like "https://maps.example", or "*" alone. Correct it in securityHeaders.permissions.',
    );
    this.feature = feature;
    this.source = source;
  }
}

/** A request took longer than it may. 503: the server could not answer in time, whoever it was waiting for. */
export class TimeLimitError extends HttpError {
  readonly limitMs: number;

  constructor(limitMs: number) {
    super(503, `The request was not answered within ${limitMs} ms. Try again later, or ask for less.`, { code: 'OXI_MIDDLEWARE_TIME_LIMIT' });
    this.limitMs = limitMs;
  }
}

/** The client wants to change a version that is not the current one. */
export class PreconditionFailedError extends HttpError {
  constructor(header: 'if-match' | 'if-none-match' | 'if-unmodified-since') {
    super(412, `The header ${header} names another version than the current one. Load it again, and repeat the change there.`, {
      code: 'OXI_MIDDLEWARE_PRECONDITION_FAILED',
    });
  }
}

/** The client does not say which version it wants to change. */
export class PreconditionMissingError extends HttpError {
  constructor() {
    super(428, 'Name the version that is to be changed: send its ETag in the header if-match.', { code: 'OXI_MIDDLEWARE_PRECONDITION_MISSING' });
  }
}

/** A client has made more requests than it may. */
export class RateLimitedError extends HttpError {
  readonly limitName: string;
  readonly retryAfterSeconds: number;

  constructor(limitName: string, retryAfterSeconds: number) {
    super(429, `There were too many requests. Try again in ${retryAfterSeconds} s.`, {
      code: 'OXI_MIDDLEWARE_RATE_LIMITED',
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
    this.limitName = limitName;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Rate limits are to be kept in Redis, but the package that speaks to it is not installed. */
export class RedisMissingError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_REDIS_MISSING';

  constructor(cause: unknown) {
    super('Rate limits are to be kept in Redis, but the package "ioredis" cannot be loaded. Run npm install ioredis, or leave "rateLimit.redis" out.', cause);
  }
}

/** A check of the health of the application did not end in time. */
export class HealthCheckTimeoutError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_HEALTH_CHECK_TIMEOUT';
  readonly check: string;

  constructor(check: string, timeoutMs: number) {
    super(`The health check "${check}" did not end within ${timeoutMs} ms. Check what it waits for, or raise its timeoutMs.`);
    this.check = check;
  }
}

/** The guards of a route accept cookies and tokens in headers, and nobody says which of its requests are to be checked. */
export class CsrfUndecidedError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_CSRF_UNDECIDED';
  readonly schemes: readonly string[];

  constructor(route: Pick<Route, 'method' | 'path' | 'place'>, schemes: readonly string[]) {
    super(
      `The route ${route.method} ${route.path} (${route.place}) accepts several ways to authenticate (${schemes.join(', ')}), of which browsers add some by themselves. ` +
        "Say which requests are checked against forgery: mixed: 'without-authorization' in csrf of the plugin's options or of csrf() on the route, or 'always'.",
    );
    this.schemes = schemes;
  }
}

/** 403: a page of another site sent a request that changes something. */
export class CsrfOriginError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_CSRF_ORIGIN';
  readonly status = 403;

  constructor({ rawHeaders: headers }: Pick<HttpRequest, 'rawHeaders'>) {
    const site = headers['sec-fetch-site'];
    super(
      `The request comes from a page of another site (${headers.origin === undefined ? '' : `origin ${headers.origin.slice(0, 200)}, `}sec-fetch-site ${(site ?? 'missing').slice(0, 20)}), ` +
        'and could be forged. Send it from a page of this application, or list that origin in csrf.trustedOrigins.',
    );
  }
}

/** 403: a request that changes something has no valid token. */
export class CsrfTokenError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_CSRF_TOKEN';
  readonly status = 403;

  constructor(isMissing: boolean) {
    super(
      `The header "x-csrf-token" ${isMissing ? 'is missing' : 'does not belong to the cookie of this browser'}. ` +
        'Load the page again, and send the token that csrfToken.get(request) has put there.',
    );
  }
}

/** The file of the request log cannot be opened. */
export class LogDestinationError extends OxiditeError {
  readonly code = 'OXI_MIDDLEWARE_LOG_DESTINATION';
  readonly path: string;

  constructor(path: string, cause: unknown) {
    super(`The request log cannot be written to ${path}: ${toMessage(cause)}. Check log.destination, and that this user may write there.`, cause);
    this.path = path;
  }
}
