/**
 * Controllers: objects or instances of classes whose members are actions. `routes.resource()` makes routes of those that
 * exist, so a controller is only another way to write the same routes.
 */
import type { AddsOf, Guard } from '../request/guard.ts';
import type { Handler, HandlerRequest, HandlerResult } from './handler.ts';
import type { AllParams } from './path-params.ts';
import type { ResponseSchemas, RouteDeclaration, SchemaOption } from './route-declaration.ts';
import type { AnyHandler, HttpMethod } from './route.ts';

/** Marks an {@link Action}; shared by all copies of this package. */
const ACTION: unique symbol = Symbol.for('oxidite.http.action');

/** A handler with its declaration, without a path. It can be used where the path has `Params` and the groups add `Adds`. */
export interface Action<in Params = never, in Adds = never> {
  readonly [ACTION]: true;
  readonly declaration: RouteDeclaration;
  readonly handler: AnyHandler;
  /** Carries the types; never set. */
  readonly '~needs'?: (params: Params, adds: Adds) => void;
}

/** The parameters of an action when nothing tells them: neither the path it is written below, nor a schema. */
export interface DefaultParams {
  readonly id: string;
}

/** Makes an action: `show: action(({ params }) => …)`, `create: action({ body: Article }, ({ body }) => …)`. */
export function action<Params = DefaultParams, Adds = unknown>(
  handler: Handler<HandlerRequest<Params, undefined, undefined, undefined, undefined, undefined, Adds>, unknown>,
): Action<Params, Adds>;
export function action<
  OwnParams = DefaultParams,
  Adds = unknown,
  Params extends SchemaOption = undefined,
  Query extends SchemaOption = undefined,
  Headers extends SchemaOption = undefined,
  Cookies extends SchemaOption = undefined,
  Body extends SchemaOption = undefined,
  Responses extends ResponseSchemas | undefined = undefined,
  const Guards extends readonly Guard[] = readonly [],
>(
  declaration: RouteDeclaration<Params, Query, Headers, Cookies, Body, Responses, Guards>,
  handler: Handler<HandlerRequest<OwnParams, Params, Query, Headers, Cookies, Body, Adds & AddsOf<Guards>>, HandlerResult<Responses>>,
): Action<[Params] extends [undefined] ? OwnParams : unknown, Adds>;
export function action(first: RouteDeclaration | ((...handled: never) => unknown), second?: (...handled: never) => unknown): Action {
  const [declaration, handler] = typeof first === 'function' ? [{}, first] : [first, second];
  if (typeof handler !== 'function') throw new TypeError('The action has no handler: give a function as the last argument.');
  return { [ACTION]: true, declaration, handler: handler as AnyHandler }; // the resource's path makes the inferred types true
}

/** Tells whether `value` is an {@link Action}. */
export function isAction(value: unknown): value is Action {
  return typeof value === 'object' && value !== null && ACTION in value && value[ACTION] === true;
}

/** The actions of a resource, each with its method; those with `true` are of one member, at the path with the last parameter. */
export const RESOURCE_ACTIONS: readonly { readonly name: ActionName; readonly method: HttpMethod; readonly isOfMember: boolean }[] = [
  { name: 'index', method: 'GET', isOfMember: false },
  { name: 'create', method: 'POST', isOfMember: false },
  { name: 'show', method: 'GET', isOfMember: true },
  { name: 'replace', method: 'PUT', isOfMember: true },
  { name: 'update', method: 'PATCH', isOfMember: true },
  { name: 'destroy', method: 'DELETE', isOfMember: true },
];

/** What the members of controllers are called. */
export type ActionName = 'index' | 'create' | 'show' | 'replace' | 'update' | 'destroy';

/** A controller of a resource at `Path`, whose last parameter names one member: `/articles/:slug`. */
export interface Controller<Path extends string = string, PrefixParams = unknown, Adds = unknown> {
  readonly index?: Action<AllParams<PrefixParams, CollectionOf<Path>>, Adds>;
  readonly create?: Action<AllParams<PrefixParams, CollectionOf<Path>>, Adds>;
  readonly show?: Action<AllParams<PrefixParams, Path>, Adds>;
  readonly replace?: Action<AllParams<PrefixParams, Path>, Adds>;
  readonly update?: Action<AllParams<PrefixParams, Path>, Adds>;
  readonly destroy?: Action<AllParams<PrefixParams, Path>, Adds>;
}

/** The path without its last segment. */
export type CollectionOf<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? Tail extends `${string}/${string}`
    ? `${Head}/${CollectionOf<Tail>}`
    : Head
  : '';

/** Declares a controller away from its route, typed by the path it is for: `defineController('/articles/:slug', { … })`. */
export function defineController<const Path extends string>(path: Path, actions: Controller<Path>): Controller<Path> & { readonly path: Path } {
  return { ...actions, path };
}
