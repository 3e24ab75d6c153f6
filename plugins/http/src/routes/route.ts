/** A route as it is registered: what the router compiles, OpenAPI documents, and `oxidite routes` lists. */
import type { Services } from '@oxidite/plugin-sdk';
import type { ProblemMapper } from '../problem/problem-mapper.ts';
import type { Guard } from '../request/guard.ts';
import type { HttpRequest } from '../request/http-request.ts';
import type { Middleware } from '../request/middleware.ts';
import type { Deprecation } from './deprecation.ts';
import type { PathSegment } from './path-pattern.ts';
import type { RouteDeclaration } from './route-declaration.ts';

/** The methods routes are declared for. HEAD and OPTIONS are automatic where no route is declared for them. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS';

/** A handler whose types are no longer known. */
export type AnyHandler = (request: HttpRequest, services: Services) => unknown;

/** A registered route. Its groups' tags, guards and middleware stand before its own. */
export interface Route {
  readonly method: HttpMethod;
  /** The whole pattern, with the prefixes of its groups: `/articles/:slug`. */
  readonly path: string;
  readonly segments: readonly PathSegment[];
  /** The pattern of the hosts it is bound to: `:tenant.example.com`. */
  readonly host?: string | undefined;
  readonly hostSegments?: readonly PathSegment[] | undefined;
  /** The version of the API it belongs to; `undefined`: it answers for every version. */
  readonly version?: string | undefined;
  /** Since when it is deprecated, and until when it works. */
  readonly deprecation?: Deprecation | undefined;
  readonly name: string | undefined;
  /** The declaration, merged with those of its groups. */
  readonly declaration: RouteDeclaration;
  readonly guards: readonly Guard[];
  readonly middleware: readonly Middleware[];
  /** How its groups map problems; the innermost decides. */
  readonly problem: ProblemMapper | undefined;
  /** Headers of every response, errors included; in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `true` for what answers where no route does: h3 handlers, OPTIONS, 404 and 405. It stands in no list of routes. */
  readonly isFallback?: true;
  readonly handler: AnyHandler;
  /** Where it was declared: `/shop/app/routes/articles.ts:12`. */
  readonly place: string;
}
