/**
 * Composes what runs for a request: middleware around guards, inputs and handler. What a route does not have is not in
 * its composition, and what is synchronous stays synchronous.
 */
import type { Services } from '@oxidite/plugin-sdk';
import { MiddlewareNextError } from '../errors.ts';
import type { Guard } from '../request/guard.ts';
import type { RoutedRequest } from '../request/http-request.ts';
import type { MiddlewareFunction, MiddlewareParts, Next } from '../request/middleware.ts';
import type { Layer } from './layers.ts';
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

/** Puts layers around `inner`; the first is the outermost. */
export function withLayers(layers: readonly Layer[], inner: Invocation): Invocation {
  return layers.reduceRight<Invocation>((next, { name, parts, wrap }) => {
    if (wrap !== undefined) return withFunction(wrap, next);
    const around = parts.around === undefined ? next : withAround(name, parts.around, next);
    return parts.onRequest === undefined ? around : withOnRequest(parts.onRequest, around);
  }, inner);
}

function withOnRequest(onRequest: NonNullable<MiddlewareParts['onRequest']>, inner: Invocation): Invocation {
  return (request, services) => {
    const answer = onRequest(request, services);
    if (isPromise(answer)) return answer.then((settled) => (settled === undefined ? inner(request, services) : settled));
    return answer === undefined ? inner(request, services) : answer;
  };
}

function withFunction(wrap: MiddlewareFunction, inner: Invocation): Invocation {
  return (request, services) =>
    callOnce(
      wrap.name,
      () => inner(request, services),
      (next) => wrap(request, services, next),
    );
}

function withAround(name: string, around: NonNullable<MiddlewareParts['around']>, inner: Invocation): Invocation {
  return (request, services) =>
    callOnce(
      name,
      () => inner(request, services),
      (next) => around(request, next),
    );
}

/** Runs a wrapper whose `next` may be called once; where it returns nothing, the inner result stays. */
function callOnce(name: string, inner: Next, wrapper: (next: Next) => unknown): unknown {
  let innerResult: unknown;
  let isCalled = false;
  const result = wrapper(() => {
    if (isCalled) throw new MiddlewareNextError(name);
    isCalled = true;
    innerResult = inner();
    return innerResult;
  });
  if (isPromise(result)) return result.then((value) => (value === undefined ? innerResult : value));
  return result === undefined ? innerResult : result;
}
