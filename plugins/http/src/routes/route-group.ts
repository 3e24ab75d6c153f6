/** A group of routes that is declared in a file of its own: what `app/routes/*.ts` export. */
import type { AddsOf, Guard } from '../request/guard.ts';
import type { Flatten, PathParams } from './path-params.ts';
import type { GroupOptions, Router } from './router.ts';

/** Marks a {@link RouteGroup}; shared by all copies of this package. */
const ROUTE_GROUP: unique symbol = Symbol.for('oxidite.http.route-group');

/** Routes below a prefix. They are registered when a router uses the group. */
export interface RouteGroup {
  readonly [ROUTE_GROUP]: true;
  readonly prefix: string;
  readonly options: GroupOptions;
  readonly define: (routes: Router) => void;
}

/** Declares a group of routes: `defineRoutes('/articles', (routes) => { routes.get('/:slug', …); })`. */
export function defineRoutes<const Prefix extends string>(prefix: Prefix, define: (routes: Router<unknown, PathParams<Prefix>>) => void): RouteGroup;
export function defineRoutes<const Prefix extends string, const Guards extends readonly Guard[] = readonly [], const Host extends string = ''>(
  prefix: Prefix,
  options: GroupOptions<Guards, Host>,
  define: (routes: Router<AddsOf<Guards>, Flatten<PathParams<Prefix> & PathParams<Host>>>) => void,
): RouteGroup;
export function defineRoutes(prefix: string, second: GroupOptions | ((routes: never) => void), third?: (routes: never) => void): RouteGroup {
  const [options, define] = typeof second === 'function' ? [{}, second] : [second, third];
  if (typeof define !== 'function') throw new TypeError(`The group ${prefix} declares no routes: give a function as the last argument.`);
  return { [ROUTE_GROUP]: true, prefix, options, define: define as RouteGroup['define'] }; // the group's guards make the inferred types true
}

/** Tells whether `value` is a {@link RouteGroup}. */
export function isRouteGroup(value: unknown): value is RouteGroup {
  return typeof value === 'object' && value !== null && ROUTE_GROUP in value && value[ROUTE_GROUP] === true;
}
