/**
 * Compiles a route into one function, once, at boot. Everything that can be decided then is: whether there is a body to
 * read, whether anything takes scoped services, which layers there are.
 */
import type { Services } from '@oxidite/plugin-sdk';
import type { Exchange } from '../exchange/exchange.ts';
import { RoutedRequest } from '../request/http-request.ts';
import { sendResult } from '../reply/send-result.ts';
import type { MatchedParams } from '../routes/route-tree.ts';
import type { Route } from '../routes/route.ts';
import { readParsedBody } from './body-reading.ts';
import type { Failure } from './failure.ts';
import { compileExtraction } from './input-extraction.ts';
import { type Invocation, type Preparation, withGuards, withMiddleware, withPreparation } from './invocation.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import { compileResponseValidation, findDefaultStatus } from './response-validation.ts';
import { compileScoped, compileShared, type Stages, type UnitOfWorkOptions } from './unit-of-work.ts';

/** What compiled routes need of the application. */
export interface CompileOptions extends UnitOfWorkOptions {
  /** The services of handlers that take no unit of work. */
  readonly services: Services;
  readonly fail: Failure;
  /** The body limit of routes that declare none. */
  readonly bodyLimitBytes: number;
}

/** A route ready to answer. Never throws; returns a promise when anything is awaited, which settles after everything. */
export type CompiledRoute = (exchange: Exchange, path: string, search: string, params: MatchedParams) => MaybePromise<void>;

/** Compiles a route. */
export function compileRoute(route: Route, options: CompileOptions): CompiledRoute {
  const bodyLimitBytes = route.declaration.bodyLimitBytes ?? options.bodyLimitBytes;
  const hasBody = route.declaration.body !== undefined;
  const hasLayers = route.guards.length + route.middleware.length > 0;
  const stages: Stages = {
    invoke: compileInvocation(route, hasBody && hasLayers ? (request) => readBodyOf(request, bodyLimitBytes) : undefined),
    respond: compileResponding(route),
    fail: (request, error) => options.fail(RoutedRequest.exchangeOf(request), request, error, route.problem),
  };
  const run = takesServices(route) ? compileScoped(options, stages) : compileShared(options.services, stages);
  if (!hasBody || hasLayers) return (exchange, path, search, params) => run(new RoutedRequest(exchange, route, path, search, params));
  // Nothing may refuse before the body is read, so it is read first, by callback, and the rest runs without promises.
  return (exchange, path, search, params) => {
    const request = new RoutedRequest(exchange, route, path, search, params);
    return new Promise((resolve) => {
      readParsedBody(exchange, bodyLimitBytes, (error, body) => {
        request.body = body;
        resolve(error === undefined ? run(request) : stages.fail(request, error));
      });
    });
  };
}

/** From the inside out: handler, inputs, body, guards, middleware. */
function compileInvocation(route: Route, readBody: Preparation | undefined): Invocation {
  let invoke: Invocation = route.handler;
  const extract = compileExtraction(route.declaration);
  if (extract !== undefined) invoke = withPreparation(extract, invoke);
  if (readBody !== undefined) invoke = withPreparation(readBody, invoke);
  if (route.guards.length > 0) invoke = withGuards(route.guards, invoke);
  if (route.middleware.length > 0) invoke = withMiddleware(route.middleware, invoke);
  return invoke;
}

function compileResponding(route: Route): Stages['respond'] {
  const options = { status: findDefaultStatus(route.declaration.response) };
  const validate = compileResponseValidation(route);
  const send = (request: RoutedRequest, result: unknown): MaybePromise<void> => sendResult(RoutedRequest.exchangeOf(request), request, result, options);
  if (validate === undefined) return send;
  return (request, result) => {
    const validated = validate(result);
    return isPromise(validated) ? validated.then((value) => send(request, value)) : send(request, validated);
  };
}

/** A function with one parameter cannot ask for services, so it needs none of its own. */
function takesServices(route: Route): boolean {
  const lengths = [route.handler.length, ...route.guards.map((guard) => guard.check.length), ...route.middleware.map((layer) => layer.length)];
  return lengths.some((length) => length > 1);
}

function readBodyOf(request: RoutedRequest, limitBytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    readParsedBody(RoutedRequest.exchangeOf(request), limitBytes, (error, body) => {
      request.body = body;
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
