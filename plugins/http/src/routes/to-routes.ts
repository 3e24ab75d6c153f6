/** Makes registered routes of a declaration and of what surrounds it: one for each method and version. */
import { BindingParamsError } from '../errors.ts';
import { findCallPlace } from './call-place.ts';
import { isBinding } from './define-binding.ts';
import { toDeprecationHeaders } from './deprecation.ts';
import { parseHostPattern } from './host-pattern.ts';
import { ConstraintRegistry } from './param-types.ts';
import { createParamsSchema } from './params-schema.ts';
import { assertDistinct, joinPaths, listNames, parsePathPattern, type PathSegment } from './path-pattern.ts';
import type { RouteDeclaration } from './route-declaration.ts';
import type { AnyHandler, HttpMethod, Route } from './route.ts';
import type { GroupOptions } from './router.ts';
import { findDeprecation, listVersions, PATH_VERSIONING, toVaryHeader, type Versioning } from './versioning.ts';

/** What the application's options say of routes. */
export interface Routing {
  readonly constraints: ConstraintRegistry;
  readonly versioning: Versioning;
}

/** Returns what holds without options. */
export function createDefaultRouting(): Routing {
  return { constraints: new ConstraintRegistry(), versioning: PATH_VERSIONING };
}

/** What surrounds the routes of one router. */
export interface Surroundings {
  /** The prefixes, up to where a version would stand. */
  readonly before: string;
  /** The prefixes behind it; empty while no group has a version. */
  readonly after: string;
  readonly versions: readonly string[] | undefined;
  readonly hostSegments: readonly PathSegment[] | undefined;
  readonly options: Omit<GroupOptions, 'version'>;
}

/** What surrounds the outermost router. */
export const NO_SURROUNDINGS: Surroundings = { before: '', after: '', versions: undefined, hostSegments: undefined, options: {} };

/** Returns what surrounds the routes of a group. */
export function enclose(outer: Surroundings, { prefix, options }: { prefix: string; options: GroupOptions }, routing: Routing): Surroundings {
  const { version, ...own } = options;
  return {
    ...placeVersion(outer, prefix, version),
    hostSegments: own.host === undefined ? outer.hostSegments : parseHostPattern(own.host, routing.constraints),
    options: merge(outer.options, own),
  };
}

/** A route as it is declared. */
export interface Declared {
  readonly methods: readonly HttpMethod[];
  readonly path: string;
  readonly declaration: RouteDeclaration;
  readonly handler: AnyHandler;
}

/**
 * Makes the routes of a declaration; the name belongs to the first method.
 * @throws {RoutePathError} and the other errors of declarations.
 */
export function toRoutes({ methods, path, declaration, handler }: Declared, surroundings: Surroundings, routing: Routing): readonly Route[] {
  const { before, after, versions } = placeVersion(surroundings, path, declaration.version);
  const place = findCallPlace();
  const hasPathVersion = routing.versioning.by === 'path';
  return (versions ?? [undefined]).flatMap((version) => {
    const prefix =
      hasPathVersion && routing.versioning.by === 'path' && version !== undefined ? joinPaths(before, `/${routing.versioning.prefix}${version}`) : before;
    const whole = joinPaths(prefix, after);
    return methods.map((method, index) => {
      const own = index === 0 ? declaration : withoutName(declaration);
      return toRoute({ method, path: whole, version, handler, place }, { own, surroundings, routing });
    });
  });
}

type RouteFacts = Pick<Route, 'method' | 'path' | 'version' | 'handler' | 'place'>;

interface RouteSources {
  readonly own: RouteDeclaration;
  readonly surroundings: Surroundings;
  readonly routing: Routing;
}

function toRoute(facts: RouteFacts, { own, surroundings, routing }: RouteSources): Route {
  const { problem, host, name: namePrefix = '', ...shared } = surroundings.options;
  const { path, version } = facts;
  const { hostSegments } = surroundings;
  const segments = parsePathPattern(path, routing.constraints);
  const named = [...(hostSegments ?? []), ...segments];
  const names = named.flatMap(listNames);
  assertDistinct(path, names);
  const merged = merge(shared, own);
  const deprecation = merged.deprecation ?? findDeprecation(routing.versioning, version);
  const name = own.name === undefined ? undefined : namePrefix + own.name;
  const params = own.params ?? createParamsSchema(named);
  const declaration = {
    ...merged,
    ...(name === undefined ? {} : { name }),
    ...(params === undefined ? {} : { params }),
    ...(deprecation === undefined ? {} : { deprecation, deprecated: true }),
  };
  const guards = declaration.guards ?? [];
  for (const guard of guards.filter(isBinding)) {
    const missing = guard.bindingParams.filter((param) => !names.includes(param));
    if (missing.length > 0) throw new BindingParamsError(guard.name, path, missing);
  }
  const vary = version === undefined ? undefined : toVaryHeader(routing.versioning);
  const headers = { ...(deprecation === undefined ? {} : toDeprecationHeaders(deprecation)), ...(vary === undefined ? {} : { vary }) };
  return { ...facts, segments, host, hostSegments, deprecation, headers, name, declaration, guards, middleware: declaration.middleware ?? [], problem };
}

/** The version stands before the prefix, or the path, of the level that declares it first; an inner level only replaces it. */
function placeVersion(
  { before, after, versions }: Pick<Surroundings, 'before' | 'after' | 'versions'>,
  path: string,
  declared: string | readonly string[] | undefined,
): Pick<Surroundings, 'before' | 'after' | 'versions'> {
  const own = declared === undefined ? undefined : listVersions(path, declared);
  if (versions !== undefined) return { before, after: joinPaths(after, path), versions: own ?? versions };
  if (own !== undefined) return { before, after: joinPaths('', path), versions: own };
  return { before: joinPaths(before, path), after: '', versions: undefined };
}

function withoutName(declaration: RouteDeclaration): RouteDeclaration {
  const { name, ...nameless } = declaration;
  return name === undefined ? declaration : nameless;
}

/** Lists are joined, the outer part first; of single values the inner one counts, and names are put together. */
function merge<Inner extends GroupOptions | RouteDeclaration>(outer: GroupOptions, inner: Inner): Inner {
  return {
    ...outer,
    ...inner,
    ...('name' in outer && inner.name !== undefined ? { name: `${outer.name ?? ''}${inner.name}` } : {}),
    guards: [...(outer.guards ?? []), ...(inner.guards ?? [])],
    middleware: [...(outer.middleware ?? []), ...(inner.middleware ?? [])],
    tags: [...(outer.tags ?? []), ...(inner.tags ?? [])],
  };
}
