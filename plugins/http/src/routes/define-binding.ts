/**
 * Route model binding: what a path names is looked up before the handler runs, and missing things are a 404. A binding is a
 * guard, so it runs after those listed before it, and what it finds is typed on the request.
 */
import type { Services } from '@oxidite/plugin-sdk';
import { notFound } from '../problem/http-error.ts';
import type { Guard } from '../request/guard.ts';
import type { HttpRequest } from '../request/http-request.ts';
import { ConstraintRegistry } from './param-types.ts';
import { convertParams } from './params-schema.ts';
import type { PathParams } from './path-params.ts';
import { listNames, listParams, parsePathPattern } from './path-pattern.ts';

/** A guard that adds what the path names. */
export interface Binding<Adds extends object = object> extends Guard<Adds> {
  /** The parameters it reads; a route without them is refused at boot. */
  readonly bindingParams: readonly string[];
}

/** What a binding looks with: the parameters, typed by its path, and the request, whose other inputs are not validated yet. */
export interface BindingInput<Path extends string> {
  readonly params: PathParams<Path>;
  readonly request: HttpRequest;
}

/**
 * Declares a binding: `defineBinding('article', '/:slug', ({ params }, { orm }) => orm.query(Article).where(params).first())`,
 * used as `{ guards: [signedIn, article] }`, gives `request.article`. The path only tells which parameters are read.
 * @param find returns what is bound; `undefined` and `null` answer with 404.
 * @throws {RoutePathError} when the path breaks the syntax.
 */
export function defineBinding<const Name extends string, const Path extends string, Found>(
  name: Name,
  path: Path,
  find: (input: BindingInput<Path>, services: Services) => Found,
): Binding<{ [Key in Name]: NonNullable<Awaited<Found>> }> {
  const segments = parsePathPattern(path, ConstraintRegistry.lenient());
  const params = segments.flatMap(listParams);
  const toInput = (request: HttpRequest): BindingInput<Path> => ({ params: convertParams(params, request.params) as PathParams<Path>, request }); // the boot made sure that the route has them
  const settle = (request: HttpRequest, found: unknown): void => {
    if (found === undefined || found === null) throw notFound(`There is no such ${name}.`);
    Object.assign(request, { [name]: found });
  };
  const finish = (request: HttpRequest, found: unknown): void | Promise<void> =>
    found instanceof Promise ? found.then((value) => settle(request, value)) : settle(request, found);
  const takesServices = find.length > 1; // a check with one parameter costs no unit of work
  return {
    name: `bind(${name})`,
    bindingParams: segments.flatMap(listNames),
    check: takesServices
      ? (request, services) => finish(request, find(toInput(request), services))
      : (request) => finish(request, (find as (input: BindingInput<Path>) => Found)(toInput(request))),
  };
}

/** Tells whether a guard is a binding. */
export function isBinding(guard: Guard): guard is Binding {
  return 'bindingParams' in guard;
}
