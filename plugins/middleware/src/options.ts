/** The options of the plugin: one key for each module, whose own options stand in its own folder. */
import * as z from 'zod';
import { CorsOptions } from './cors/options.ts';
import { CspReportOptions } from './csp/report-options.ts';
import { CsrfOptions } from './csrf/options.ts';
import { RequestLogOptions } from './logger/options.ts';
import { CompressionOptions } from './compression/options.ts';
import { ErrorPagesOptions } from './error-pages/options.ts';
import { EtagOptions } from './etag/options.ts';
import { HealthOptions } from './health/options.ts';
import { RateLimitsOptions } from './rate-limit/options.ts';
import { RequestIdOptions } from './request-id/options.ts';
import { SecurityHeadersOptions } from './security-headers/options.ts';
import { TimeLimitOptions } from './time-limit/options.ts';
import { toggle } from './toggle.ts';

/** The options of `middleware()`. For each module: `false` switches it off, `true` on, an object configures it. */
export const MiddlewareOptions = z.strictObject({
  /** Ids of requests and their place in a trace. Default: on. */
  requestId: toggle(RequestIdOptions).prefault(true),
  /** Compressed responses. Default: on. */
  compression: toggle(CompressionOptions).prefault(true),
  /** Entity tags and 304 for whole bodies. Default: off, for every body is hashed. */
  etag: toggle(EtagOptions).prefault(false),
  /** Errors as pages or text for those who ask for them. Default: on. */
  errorPages: toggle(ErrorPagesOptions).prefault(true),
  /** The time a result may take. Default: on, 30 seconds. */
  timeLimit: toggle(TimeLimitOptions).prefault(true),
  /** Limits of every request, and where all limits are counted. Default: no limits; those of routes are counted in memory. */
  rateLimit: RateLimitsOptions.prefault({}),
  /** `/health/live` and `/health/ready`. Default: on. */
  health: toggle(HealthOptions).prefault(true),
  /** One line for each request. Default: on. */
  log: toggle(RequestLogOptions).prefault(true),
  /** Content-Security-Policy and its kin. Default: on. */
  securityHeaders: toggle(SecurityHeadersOptions).prefault(true),
  /** Collects what browsers report of violations of the Content-Security-Policy. Default: off. */
  cspReports: toggle(CspReportOptions).prefault(false),
  /** Lets pages of other origins use the application. Default: off. */
  cors: toggle(CorsOptions).prefault(false),
  /** Refuses forged requests. Default: on. */
  csrf: toggle(CsrfOptions).prefault(true),
});

/** The options with their defaults. */
export type MiddlewareOptions = z.output<typeof MiddlewareOptions>;
