/** The public surface of @oxidite/middleware. */
export { compression } from './compression/compression.ts';
export { secretInBody } from './compression/secret-in-body.ts';
export { cors } from './cors/cors.ts';
export type { AnyOriginOptions, ChosenOriginOptions, CorsInput, OriginPattern, OriginTest } from './cors/options.ts';
export type { CspDirective, CspDirectives } from './csp/directives.ts';
export { type CspNonce, cspNonce } from './csp/nonce.ts';
export type { CspReport } from './csp/report.ts';
export { csrf } from './csrf/csrf.ts';
export { type CsrfToken, csrfToken } from './csrf/token.ts';
export { HealthCheckTimeoutError, PreconditionFailedError, PreconditionMissingError, RateLimitedError, RedisMissingError, TimeLimitError } from './errors.ts';
export { errorPages } from './error-pages/error-pages.ts';
export type { ErrorPageRenderer } from './error-pages/options.ts';
export { assertPrecondition, type CurrentVersion } from './etag/assert-precondition.ts';
export { etag } from './etag/etag.ts';
export type { HealthCheck, HealthChecks } from './health/health-check.ts';
export { isHealthRoute } from './health/health-routes.ts';
export {
  CspSourceError,
  CsrfOriginError,
  CsrfTokenError,
  CsrfUndecidedError,
  LogDestinationError,
  MiddlewareOptionsError,
  PermissionSourceError,
  PluginMissingError,
} from './errors.ts';
export { requestLog } from './logger/request-log.ts';
export type { MiddlewareOptions } from './options.ts';
export { middleware } from './plugin.ts';
export type { RateLimitKey } from './rate-limit/options.ts';
export { rateLimit } from './rate-limit/rate-limit.ts';
export type { RedisClient } from './rate-limit/redis-client.ts';
export { requestId } from './request-id/request-id.ts';
export { TraceContext, traceContext } from './request-id/trace-context.ts';
export { securityHeaders } from './security-headers/security-headers.ts';
export { timeLimit } from './time-limit/time-limit.ts';
