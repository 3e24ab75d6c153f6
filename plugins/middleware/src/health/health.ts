/** Puts the health endpoints into an application. */
import type { PluginScope, ServiceName } from '@oxidite/plugin-sdk';
import { SyncHook } from 'tapable';
import type { HealthCheck, HealthChecks } from './health-check.ts';
import { createHealthReporter } from './health-report.ts';
import { addHealthRoutes } from './health-routes.ts';
import type { HealthOptions } from './options.ts';

/** Declares the hook and the routes. */
export function installHealth(kernel: Pick<PluginScope<unknown, ServiceName>, 'clock' | 'declareHook' | 'env' | 'tap' | 'use'>, options: HealthOptions): void {
  const http = kernel.use('http');
  const hook = kernel.declareHook('middleware:health', new SyncHook<[HealthChecks]>(['checks'], 'middleware:health'));
  const listChecks = (): readonly HealthCheck[] => {
    const checks: HealthCheck[] = [];
    hook.call({ add: (...added) => void checks.push(...added) });
    return checks;
  };
  const report = createHealthReporter({ clock: kernel.clock, listChecks, cacheMs: options.cacheMs, timeoutMs: options.timeoutMs });
  const showsDetails = options.details ?? kernel.use('http').isDevelopment;
  kernel.tap('http:routes', (routes) => addHealthRoutes(routes, { ...options, showsDetails, report, isDraining: () => http.isDraining }));
}
