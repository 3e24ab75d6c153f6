/**
 * The router that plugins and groups declare routes on. It only collects: paths are joined, declarations merged, places
 * noted. Matching is in `route-tree.ts`, compiling in `compile/`.
 */
import type { ProblemMapper } from '../problem/problem-mapper.ts';
import type { AddsOf, Guard } from '../request/guard.ts';
import type { Middleware } from '../request/middleware.ts';
import { findCallPlace } from './call-place.ts';
import type { Handler, HandlerRequest, HandlerResult } from './handler.ts';
import { type AllParams, joinPaths, parsePathPattern } from './path-pattern.ts';
import type { ResponseSchemas, RouteDeclaration, SchemaOption } from './route-declaration.ts';
import type { RouteGroup } from './route-group.ts';
import type { AnyHandler, HttpMethod, Route } from './route.ts';

/** What a group says of all its routes. */
export interface GroupOptions<Guards extends readonly Guard[] = readonly Guard[]> {
  readonly guards?: Guards;
  readonly middleware?: readonly Middleware[];
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly bodyLimitBytes?: number;
  /** How error bodies look; the innermost group that has one decides. */
  readonly problem?: ProblemMapper;
}

/** Declares routes of one method. */
export interface RouteMethod<Adds, PrefixParams> {
  <const Path extends string>(
    path: Path,
    handler: Handler<HandlerRequest<AllParams<PrefixParams, Path>, undefined, undefined, undefined, undefined, undefined, Adds>, unknown>,
  ): void;
  <
    const Path extends string,
    Params extends SchemaOption = undefined,
    Query extends SchemaOption = undefined,
    Headers extends SchemaOption = undefined,
    Cookies extends SchemaOption = undefined,
    Body extends SchemaOption = undefined,
    Responses extends ResponseSchemas | undefined = undefined,
    const Guards extends readonly Guard[] = readonly [],
  >(
    path: Path,
    declaration: RouteDeclaration<Params, Query, Headers, Cookies, Body, Responses, Guards>,
    handler: Handler<HandlerRequest<AllParams<PrefixParams, Path>, Params, Query, Headers, Cookies, Body, Adds & AddsOf<Guards>>, HandlerResult<Responses>>,
  ): void;
}

/** Declares routes. `Adds` is what the guards of the surrounding groups add to requests, `PrefixParams` the parameters in their prefixes. */
export interface Router<Adds = unknown, PrefixParams = unknown> {
  readonly get: RouteMethod<Adds, PrefixParams>;
  readonly post: RouteMethod<Adds, PrefixParams>;
  readonly put: RouteMethod<Adds, PrefixParams>;
  readonly patch: RouteMethod<Adds, PrefixParams>;
  readonly delete: RouteMethod<Adds, PrefixParams>;
  /** Declares routes below a prefix. */
  group<const Inner extends string>(prefix: Inner, define: (routes: Router<Adds, AllParams<PrefixParams, Inner>>) => void): void;
  group<const Inner extends string, const Guards extends readonly Guard[] = readonly []>(
    prefix: Inner,
    options: GroupOptions<Guards>,
    define: (routes: Router<Adds & AddsOf<Guards>, AllParams<PrefixParams, Inner>>) => void,
  ): void;
  /** Adds a group that was declared elsewhere, below this router's prefix. */
  use(group: RouteGroup): void;
}

/** Receives what routers declare. */
export interface RouteSink {
  add(route: Route): void;
  /** Told of each group that is used. */
  onUse?(group: RouteGroup): void;
}

/** What surrounds the routes of one router. */
interface Surroundings {
  readonly prefix: string;
  readonly options: GroupOptions;
}

/** Creates a router that hands every route to `sink`. */
export function createRouter(sink: RouteSink, surroundings: Surroundings = { prefix: '', options: {} }): Router {
  const at =
    (method: HttpMethod) =>
    (path: string, second: RouteDeclaration | AnyHandler, third?: AnyHandler): void => {
      const [declaration, handler] = typeof second === 'function' ? [{}, second] : [second, third];
      if (typeof handler !== 'function') throw new TypeError(`${method} ${path} has no handler: give a function as the last argument.`);
      sink.add(toRoute(method, path, declaration, handler, surroundings));
    };
  const group = (prefix: string, second: GroupOptions | ((routes: Router) => void), third?: (routes: Router) => void): void => {
    const [options, define] = typeof second === 'function' ? [{}, second] : [second, third];
    if (typeof define !== 'function') throw new TypeError(`The group ${prefix} declares no routes: give a function as the last argument.`);
    define(createRouter(sink, enclose(surroundings, prefix, options)));
  };
  const use = (used: RouteGroup): void => {
    sink.onUse?.(used);
    group(used.prefix, used.options, used.define);
  };
  const router = { get: at('GET'), post: at('POST'), put: at('PUT'), patch: at('PATCH'), delete: at('DELETE'), group, use };
  return router as unknown as Router; // the collected routes no longer know the types that the interface infers
}

function toRoute(method: HttpMethod, path: string, own: RouteDeclaration, handler: AnyHandler, { prefix, options }: Surroundings): Route {
  const { problem, ...shared } = options;
  const whole = joinPaths(prefix, path);
  const declaration = merge(shared, own);
  return {
    method,
    path: whole,
    segments: parsePathPattern(whole),
    name: own.name,
    declaration,
    guards: declaration.guards ?? [],
    middleware: declaration.middleware ?? [],
    problem,
    handler,
    place: findCallPlace(),
  };
}

function enclose(outer: Surroundings, prefix: string, options: GroupOptions): Surroundings {
  return { prefix: joinPaths(outer.prefix, prefix), options: merge(outer.options, options) };
}

/** Lists are joined, the outer part first; of single values the inner one counts. */
function merge<Inner extends GroupOptions | RouteDeclaration>(outer: GroupOptions, inner: Inner): Inner {
  return {
    ...outer,
    ...inner,
    guards: [...(outer.guards ?? []), ...(inner.guards ?? [])],
    middleware: [...(outer.middleware ?? []), ...(inner.middleware ?? [])],
    tags: [...(outer.tags ?? []), ...(inner.tags ?? [])],
  };
}
