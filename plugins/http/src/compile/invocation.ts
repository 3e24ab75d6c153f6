/**
 * Composes what runs for a request: middleware around guards, inputs and handler. What a route does not have is not in
 * its composition, and what is synchronous stays synchronous.
 */
import type { Services } from '@oxidite/plugin-sdk';
import { MiddlewareNextError } from '../errors.ts';
import type { Guard } from '../request/guard.ts';
import type { RoutedRequest } from '../request/http-request.ts';
import type { Middleware } from '../request/middleware.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';

/** One layer: takes the request and its services to a result. */
export type Invocation = (request: RoutedRequest, services: Services) => unknown;

/** Something that must have happened before the inner layer runs. */
export type Preparation = (request: RoutedRequest) => MaybePromise<void>;

/** Runs `prepare`, then `inner`. */
export function withPreparation(prepare: Preparation, inner: Invocation): Invocation {
  return (request, services) => {
    const prepared = prepare(request);
    return isPromise(prepared) ? prepared.then(() => inner(request, services)) : inner(request, services);
  };
}

/** Runs the guards in their order, then `inner`; one after the other, so that a later guard can rely on an earlier one. */
export function withGuards(guards: readonly Guard[], inner: Invocation): Invocation {
  return guards.reduceRight<Invocation>((next, guard) => {
    return (request, services) => {
      const checked = guard.check(request, services);
      return isPromise(checked) ? checked.then(() => next(request, services)) : next(request, services);
    };
  }, inner);
}

/** Puts middleware around `inner`; the first is the outermost. */
export function withMiddleware(middleware: readonly Middleware[], inner: Invocation): Invocation {
  return middleware.reduceRight<Invocation>((next, layer) => wrap(layer, next), inner);
}

function wrap(layer: Middleware, inner: Invocation): Invocation {
  return (request, services) => {
    let innerResult: unknown;
    let isCalled = false;
    const next = (): unknown => {
      if (isCalled) throw new MiddlewareNextError(layer.name);
      isCalled = true;
      innerResult = inner(request, services);
      return innerResult;
    };
    const result = layer(request, services, next);
    if (isPromise(result)) return result.then((value) => (value === undefined ? innerResult : value));
    return result === undefined ? innerResult : result;
  };
}
