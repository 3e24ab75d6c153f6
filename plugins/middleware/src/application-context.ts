/**
 * What middleware needs of the application it runs in. A factory like `cors()` is called where routes are declared, long
 * before there is an application, so the plugin marks each route at boot, and `forRoute` of a middleware reads the mark.
 */
import type { HttpService, MiddlewareDefinition, Route } from '@oxidite/http';
import type { Clock, Logger, Random, Services } from '@oxidite/plugin-sdk';
import { PluginMissingError } from './errors.ts';
import type { RateLimits } from './rate-limit/rate-limits.ts';

/** The application, as middleware sees it. */
export interface ApplicationContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** The directory of the application. */
  readonly root: string;
  readonly http: HttpService;
  /** Counts for all rate limits of the application. */
  readonly rateLimits: RateLimits;
  /** All services, for functions of guards that describe themselves at boot. */
  readonly services: Services;
  /** Runs `dispose` when the plugin is unloaded. */
  onDispose(dispose: () => void | Promise<void>): void;
}

const APPLICATION = Symbol('oxidite.middleware.application');

/** A route that was marked. */
type MarkedRoute = Route & { [APPLICATION]?: ApplicationContext };

/** Creates what marks routes; it must be the first middleware of the application. It runs nothing. */
export function createRouteMark(application: ApplicationContext): MiddlewareDefinition {
  return {
    name: 'middleware',
    phase: 'edge',
    forRoute(route: MarkedRoute) {
      if (route[APPLICATION] !== application) Object.defineProperty(route, APPLICATION, { value: application, configurable: true });
      return undefined;
    },
  };
}

/**
 * Returns the application of a route; for use in `forRoute`.
 * @throws {PluginMissingError} when the plugin is not listed.
 */
export function applicationOf(route: Route, middleware: string): ApplicationContext {
  const application = (route as MarkedRoute)[APPLICATION]; // only the mark above writes under this key
  if (application === undefined) throw new PluginMissingError(middleware, route);
  return application;
}
