/** The plugin: puts the modules that are switched on around every request. */
import type { MiddlewareDefinition } from '@oxidite/http';
import { definePlugin, type PluginFactory } from '@oxidite/plugin-sdk';
import { SyncHook } from 'tapable';
import type { z } from 'zod';
import { type ApplicationContext, createRouteMark } from './application-context.ts';
import { createCors } from './cors/cors.ts';
import type { CspReport } from './csp/report.ts';
import type { CspReportOptions } from './csp/report-options.ts';
import { collectCspReports } from './csp/report-route.ts';
import { csrf } from './csrf/csrf.ts';
import { requestLog } from './logger/request-log.ts';
import { compression } from './compression/compression.ts';
import { errorPages } from './error-pages/error-pages.ts';
import { etag } from './etag/etag.ts';
import { installHealth } from './health/health.ts';
import { MiddlewareOptions } from './options.ts';
import { rateLimit } from './rate-limit/rate-limit.ts';
import { RateLimits } from './rate-limit/rate-limits.ts';
import { requestId } from './request-id/request-id.ts';
import { timeLimit } from './time-limit/time-limit.ts';
import type { SecurityHeadersOptions } from './security-headers/options.ts';
import { securityHeaders } from './security-headers/security-headers.ts';

declare module '@oxidite/kernel' {
  interface HookRegistry {
    /** Tells of a violation of the Content-Security-Policy that a browser reported; `cspReports` must be on. */
    readonly 'middleware:csp-report': SyncHook<[report: CspReport]>;
  }
}

declare module '@oxidite/plugin-sdk' {
  interface PluginOptions {
    '@oxidite/middleware': z.input<typeof MiddlewareOptions>;
  }
}

/** The middleware that every application wants, with secure defaults: `middleware({ cors: { origins: ['https://shop.example'] } })`. */
export const middleware: PluginFactory<z.input<typeof MiddlewareOptions> | undefined> = definePlugin({
  name: '@oxidite/middleware',
  version: '0.1.0',
  config: MiddlewareOptions.prefault({}),
  requires: ['http'],
  security: true,
  setup(kernel) {
    const { config, clock, random, logger, root, services } = kernel;
    const onDispose: ApplicationContext['onDispose'] = (dispose) => kernel.onDispose(dispose);
    const rateLimits = new RateLimits(config.rateLimit, { clock, logger, onDispose });
    const application: ApplicationContext = { clock, random, logger, root, services, http: kernel.use('http'), rateLimits, onDispose };
    const stack = createStack(config);

    kernel.tap('http:middleware', (target) => target.use(createRouteMark(application)), { band: 'first' });
    kernel.tap('http:middleware', (target) => target.use(...stack));
    kernel.tap('kernel:boot', () => rateLimits.open(), { band: 'early' });
    if (config.health !== false) installHealth(kernel, config.health);

    const cspReported = kernel.declareHook('middleware:csp-report', new SyncHook<[CspReport]>(['report'], 'middleware:csp-report'));
    const { cspReports } = config;
    if (cspReports !== false) {
      kernel.tap('http:routes', (routes) => collectCspReports(routes, cspReports, { clock, logger, onReport: (report) => cspReported.call(report) }));
    }
  },
});

/** The modules by phase, the outermost first: `egress`, `edge`, `identity`, `policy`, `cache`, `handler`. One line for each. */
function createStack(options: MiddlewareOptions): readonly MiddlewareDefinition[] {
  return [
    // egress
    ...whenOn(options.securityHeaders, (settings) => securityHeaders(withReports(settings, options.cspReports))),
    ...whenOn(options.compression, compression),
    ...whenOn(options.etag, etag),
    ...whenOn(options.errorPages, errorPages),
    // edge
    ...whenOn(options.requestId, requestId),
    ...whenOn(options.log, requestLog),
    createCors(options.cors), // also when it is off: it answers the preflights of routes with a policy of their own
    ...whenOn(options.timeLimit, timeLimit),
    // policy
    ...options.rateLimit.limits.map((limit, index) => rateLimit({ name: index === 0 ? 'application' : `application-${index + 1}`, ...limit })), // or where each says
    ...whenOn(options.csrf, csrf),
  ];
}

function whenOn<Options>(options: Options | false, create: (options: Options) => MiddlewareDefinition): readonly MiddlewareDefinition[] {
  return options === false ? [] : [create(options)];
}

/** Where reports are collected is where they are sent, unless the application says otherwise. */
function withReports(settings: SecurityHeadersOptions, reports: CspReportOptions | false): SecurityHeadersOptions {
  const { csp } = settings;
  return csp === false || reports === false || csp.reportTo !== undefined ? settings : { ...settings, csp: { ...csp, reportTo: reports.path } };
}
