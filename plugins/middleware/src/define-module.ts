/**
 * Declares a module of this package as middleware. Of several with one name on a route's way only the innermost runs: what
 * a route or a group says replaces what the application says. What a module opens is opened once for each application.
 */
import type { MiddlewareDefinition, MiddlewareParts, Phase, Route } from '@oxidite/http';
import { type ApplicationContext, applicationOf } from './application-context.ts';

/** Decides for a route, at boot, what runs there. */
export type RouteDecision = (route: Route) => MiddlewareParts | undefined;

/** A module as its author writes it. */
export interface ModuleDefinition {
  /** The name of its factory, too. */
  readonly name: string;
  readonly phase: Phase;
  /** Called once for each application, before its first route. */
  readonly create: (application: ApplicationContext) => RouteDecision;
}

/** Declares a module that an inner one of its name replaces. */
export function defineModule({ name, phase, create }: ModuleDefinition): MiddlewareDefinition {
  const decisions = new WeakMap<ApplicationContext, RouteDecision>();
  const definition: MiddlewareDefinition = {
    name,
    phase,
    forRoute(route) {
      if ((findOwn(route, name) ?? definition) !== definition) return undefined;
      const application = applicationOf(route, name);
      let decide = decisions.get(application);
      if (decide === undefined) {
        decide = create(application);
        decisions.set(application, decide);
      }
      return decide(route);
    },
  };
  return definition;
}

/** Returns the innermost middleware of this name that a route or its groups have. */
export function findOwn(route: Route, name: string): MiddlewareDefinition | undefined {
  return route.middleware.findLast((candidate): candidate is MiddlewareDefinition => typeof candidate !== 'function' && candidate.name === name);
}
