/** Finds out which middleware runs for a route, and in which order. */
import type { Services } from '@oxidite/plugin-sdk';
import { MiddlewarePhaseError } from '../errors.ts';
import type { MiddlewareDefinition, MiddlewareParts, Middleware, Phase } from '../request/middleware.ts';
import { PHASES } from '../request/middleware.ts';
import type { Route } from '../routes/route.ts';

/** A plain function wraps the guards. */
const FUNCTION_PHASE: Phase = 'policy';

/** A middleware as it takes part in one route. */
export interface Layer {
  readonly name: string;
  readonly phase: Phase;
  readonly parts: MiddlewareParts;
  /** A middleware that is only a function; its parts are empty. */
  readonly wrap: Exclude<Middleware, MiddlewareDefinition> | undefined;
}

/** What an application puts around its routes. */
export interface ApplicationLayers {
  readonly middleware: readonly Middleware[];
  readonly services: Services;
}

/** One step of a request's way, for people. */
export interface ChainEntry {
  readonly phase: Phase;
  readonly name: string;
}

/**
 * Returns the layers of a route, the outermost first: by phase, then the application's before the groups' before its own.
 * @throws {MiddlewarePhaseError} when a middleware names a phase that there is not.
 */
export function findLayers(route: Route, { middleware: application, services }: ApplicationLayers): readonly Layer[] {
  const layers: Layer[] = [];
  for (const middleware of [...application, ...route.middleware]) {
    if (typeof middleware === 'function') {
      layers.push({ name: middleware.name === '' ? '(anonymous)' : middleware.name, phase: FUNCTION_PHASE, parts: {}, wrap: middleware });
      continue;
    }
    const { name, phase } = middleware;
    if (!PHASES.includes(phase)) throw new MiddlewarePhaseError(name, phase, PHASES); // JavaScript and casts may bring any
    const parts = middleware.forRoute === undefined ? middleware : middleware.forRoute(route, services);
    if (parts !== undefined) layers.push({ name, phase, parts, wrap: undefined });
  }
  return layers.toSorted((left, right) => PHASES.indexOf(left.phase) - PHASES.indexOf(right.phase));
}

/** Describes the way of a request through a route: layers, then guards where they run, then the handler. */
export function describeChain(route: Route, application: ApplicationLayers): readonly ChainEntry[] {
  const layers = findLayers(route, application);
  const entries = (isOuter: boolean): ChainEntry[] =>
    layers.filter(({ phase }) => isBeforeGuards(phase) === isOuter).map(({ phase, name }) => ({ phase, name }));
  const guards = route.guards.map(({ name }): ChainEntry => ({ phase: 'policy', name }));
  return [...entries(true), ...guards, ...entries(false), { phase: 'handler', name: route.handler.name === '' ? 'handler' : route.handler.name }];
}

/** Tells whether layers of this phase stand around the guards. */
export function isBeforeGuards(phase: Phase): boolean {
  return PHASES.indexOf(phase) <= PHASES.indexOf('policy');
}
