/**
 * Runs the stages of a request, with shared services or in services of its own. Order: handler, `complete` (what it
 * changed is saved), response, `dispose`; after a failure `complete` is left out, `dispose` never is.
 */
import type { Services, ServiceScopes } from '@oxidite/plugin-sdk';
import type { RoutedRequest } from '../request/http-request.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';

/** The stages of one route. */
export interface Stages {
  /** Produces the result. */
  readonly invoke: (request: RoutedRequest, services: Services) => unknown;
  /** Sends the result. */
  readonly respond: (request: RoutedRequest, result: unknown) => MaybePromise<void>;
  /** Sends an error. Never throws. */
  readonly fail: (request: RoutedRequest, error: unknown) => MaybePromise<void>;
}

/** Runs a request. Never throws; returns a promise when something is awaited, which settles after everything. */
export type Run = (request: RoutedRequest) => MaybePromise<void>;

/** Compiles the running of stages whose services are shared: nothing is completed or disposed. */
export function compileShared(services: Services, { invoke, respond, fail }: Stages): Run {
  return (request) => {
    try {
      const result = invoke(request, services);
      if (isPromise(result)) return awaitResult(request, result);
      const sent = respond(request, result);
      return isPromise(sent) ? sent.catch((error: unknown) => fail(request, error)) : undefined;
    } catch (error) {
      return fail(request, error);
    }
  };

  async function awaitResult(request: RoutedRequest, result: Promise<unknown>): Promise<void> {
    try {
      await respond(request, await result);
    } catch (error) {
      await fail(request, error);
    }
  }
}

/** What a unit of work needs besides its stages. */
export interface UnitOfWorkOptions {
  readonly scopes: ServiceScopes;
  /** Told of each disposal that takes time; the promise never rejects. */
  readonly onDisposing: (disposal: Promise<void>) => void;
  /** Told of a disposal that failed: the response is out, so it can only be logged. */
  readonly onDisposeError: (error: unknown) => void;
}

/** Compiles the running of stages in a unit of work. */
export function compileScoped({ scopes, onDisposing, onDisposeError }: UnitOfWorkOptions, { invoke, respond, fail }: Stages): Run {
  return (request) => {
    const services = scopes.create();
    const sent = send(request, services);
    return isPromise(sent) ? sent.then(() => dispose(services)) : dispose(services);
  };

  function send(request: RoutedRequest, services: Services): MaybePromise<void> {
    try {
      const result = invoke(request, services);
      if (isPromise(result)) return awaitResult(request, services, result);
      const completed = scopes.complete(services);
      if (completed !== undefined)
        return awaitResult(
          request,
          services,
          completed.then(() => result),
          true,
        );
      const sent = respond(request, result);
      return isPromise(sent) ? sent.catch((error: unknown) => fail(request, error)) : undefined;
    } catch (error) {
      return fail(request, error);
    }
  }

  async function awaitResult(request: RoutedRequest, services: Services, pending: Promise<unknown>, isCompleted = false): Promise<void> {
    try {
      const result = await pending;
      if (!isCompleted) await scopes.complete(services);
      await respond(request, result);
    } catch (error) {
      await fail(request, error);
    }
  }

  function dispose(services: Services): MaybePromise<void> {
    const disposal = scopes.dispose(services)?.catch(onDisposeError);
    if (disposal !== undefined) onDisposing(disposal);
    return disposal;
  }
}
