/** A route as it is registered: what the router compiles, OpenAPI documents, and `oxidite routes` lists. */
import type { Services } from '@oxidite/plugin-sdk';
import type { ProblemMapper } from '../problem/problem-mapper.ts';
import type { Guard } from '../request/guard.ts';
import type { HttpRequest } from '../request/http-request.ts';
import type { Middleware } from '../request/middleware.ts';
import type { PathSegment } from './path-pattern.ts';
import type { RouteDeclaration } from './route-declaration.ts';

/** The methods routes are declared for. HEAD and OPTIONS are automatic. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A handler whose types are no longer known. */
export type AnyHandler = (request: HttpRequest, services: Services) => unknown;

/** A registered route. Its groups' tags, guards and middleware stand before its own. */
export interface Route {
  readonly method: HttpMethod;
  /** The whole pattern, with the prefixes of its groups: `/articles/:slug`. */
  readonly path: string;
  readonly segments: readonly PathSegment[];
  readonly name: string | undefined;
  /** The declaration, merged with those of its groups. */
  readonly declaration: RouteDeclaration;
  readonly guards: readonly Guard[];
  readonly middleware: readonly Middleware[];
  /** How its groups map problems; the innermost decides. */
  readonly problem: ProblemMapper | undefined;
  readonly handler: AnyHandler;
  /** Where it was declared: `/shop/app/routes/articles.ts:12`. */
  readonly place: string;
}
