/**
 * The router that plugins and groups declare routes on. It only collects: what a route is made of is in `to-routes.ts`,
 * matching in `route-tree.ts`, compiling in `compile/`.
 */
import type { ProblemMapper } from '../problem/problem-mapper.ts';
import type { AddsOf, Guard } from '../request/guard.ts';
import type { Middleware } from '../request/middleware.ts';
import type { ActionName, Controller } from './action.ts';
import type { Deprecation } from './deprecation.ts';
import type { Handler, HandlerRequest, HandlerResult } from './handler.ts';
import type { AllParams, Flatten, PathParams } from './path-params.ts';
import { addResource } from './resource.ts';
import type { ResponseSchemas, RouteDeclaration, SchemaOption } from './route-declaration.ts';
import type { RouteGroup } from './route-group.ts';
import type { AnyHandler, HttpMethod, Route } from './route.ts';
import { createDefaultRouting, enclose, NO_SURROUNDINGS, type Routing, type Surroundings, toRoutes } from './to-routes.ts';

/** What a group says of all its routes. */
export interface GroupOptions<Guards extends readonly Guard[] = readonly Guard[], Host extends string = string> {
  readonly guards?: Guards;
  readonly middleware?: readonly Middleware[];
  readonly tags?: readonly string[];
  readonly deprecated?: boolean;
  readonly bodyLimitBytes?: number;
  /** How error bodies look; the innermost group that has one decides. */
  readonly problem?: ProblemMapper;
  /** Stands before the names of routes: `articles.` and `create` give `articles.create`. */
  readonly name?: string;
  /** Requests to these hosts only: `admin.example.com`, `:tenant.example.com`. What they do not answer goes on to routes without a host. */
  readonly host?: Host;
  /** The version of the API, or several; the innermost group that has one decides. */
  readonly version?: string | readonly string[];
  /** Sends `Deprecation`, `Sunset` and `Link` on every response. */
  readonly deprecation?: Deprecation;
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

/** Options of a resource. */
export interface ResourceOptions extends GroupOptions<readonly Guard[], never> {
  /** Only these of the controller's actions. Default: all it has. */
  readonly only?: readonly ActionName[];
  /** Not these of the controller's actions. */
  readonly except?: readonly ActionName[];
}

/** Declares routes. `Adds` is what the guards of the surrounding groups add to requests, `PrefixParams` the parameters in their prefixes. */
export interface Router<Adds = unknown, PrefixParams = unknown> {
  readonly get: RouteMethod<Adds, PrefixParams>;
  readonly post: RouteMethod<Adds, PrefixParams>;
  readonly put: RouteMethod<Adds, PrefixParams>;
  readonly patch: RouteMethod<Adds, PrefixParams>;
  readonly delete: RouteMethod<Adds, PrefixParams>;
  /** For HEAD requests that are to be answered in another way than by the route of GET. */
  readonly head: RouteMethod<Adds, PrefixParams>;
  /** For OPTIONS requests that are to be answered with more than `Allow`. */
  readonly options: RouteMethod<Adds, PrefixParams>;
  /** For GET, POST, PUT, PATCH and DELETE. */
  readonly any: RouteMethod<Adds, PrefixParams>;
  /** Returns what declares routes of several methods: `routes.on('GET', 'POST')('/search', …)`. The first has the name. */
  on(...methods: readonly [HttpMethod, ...HttpMethod[]]): RouteMethod<Adds, PrefixParams>;
  /** Declares routes below a prefix. */
  group<const Inner extends string>(prefix: Inner, define: (routes: Router<Adds, AllParams<PrefixParams, Inner>>) => void): void;
  group<const Inner extends string, const Guards extends readonly Guard[] = readonly [], const Host extends string = ''>(
    prefix: Inner,
    options: GroupOptions<Guards, Host>,
    define: (routes: Router<Adds & AddsOf<Guards>, Flatten<PrefixParams & PathParams<Inner> & PathParams<Host>>>) => void,
  ): void;
  /** Adds a group that was declared elsewhere, below this router's prefix. */
  use(group: RouteGroup): void;
  /**
   * Declares the routes of a controller: `routes.resource('/articles/:slug', ArticlesController)`. `index` (GET) and `create`
   * (POST) are at the path without its last segment; `show` (GET), `replace` (PUT), `update` (PATCH) and `destroy` (DELETE) at the
   * whole. Routes are named after their actions when the options have a name.
   */
  resource<const Path extends string>(path: Path, controller: Controller<Path, PrefixParams, Adds>, options?: ResourceOptions): void;
}

/** Receives what routers declare. */
export interface RouteSink {
  add(route: Route): void;
  /** Told of each group that is used. */
  onUse?(group: RouteGroup): void;
  /** What the application's options say of routes. */
  readonly routing?: Routing;
}

/** The methods of `routes.any`. */
const ANY: readonly HttpMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Creates a router that hands every route to `sink`. */
export function createRouter(sink: RouteSink, surroundings: Surroundings = NO_SURROUNDINGS): Router {
  const routing = sink.routing ?? createDefaultRouting();
  const at =
    (...methods: readonly HttpMethod[]) =>
    (path: string, second: RouteDeclaration | AnyHandler, third?: AnyHandler): void => {
      const [declaration, handler] = typeof second === 'function' ? [{}, second] : [second, third];
      if (typeof handler !== 'function') throw new TypeError(`${methods.join(', ')} ${path} has no handler: give a function as the last argument.`);
      for (const route of toRoutes({ methods, path, declaration, handler }, surroundings, routing)) sink.add(route);
    };
  const group = (prefix: string, second: GroupOptions | ((routes: Router) => void), third?: (routes: Router) => void): void => {
    const [options, define] = typeof second === 'function' ? [{}, second] : [second, third];
    if (typeof define !== 'function') throw new TypeError(`The group ${prefix} declares no routes: give a function as the last argument.`);
    define(createRouter(sink, enclose(surroundings, { prefix, options }, routing)));
  };
  const use = (used: RouteGroup): void => {
    sink.onUse?.(used);
    group(used.prefix, used.options, used.define);
  };
  const router = {
    get: at('GET'),
    post: at('POST'),
    put: at('PUT'),
    patch: at('PATCH'),
    delete: at('DELETE'),
    head: at('HEAD'),
    options: at('OPTIONS'),
    any: at(...ANY),
    on: at,
    group,
    use,
    resource: (path: string, controller: object, { only, except, ...options }: ResourceOptions = {}) =>
      group('/', options, (inner) => addResource({ path, controller, only, except, isNamed: options.name !== undefined }, inner)),
  };
  return router as unknown as Router; // the collected routes no longer know the types that the interface infers
}
