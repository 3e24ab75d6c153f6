/**
 * Compiles a route into one function, once, at boot. Everything that can be decided then is: whether there is a body to
 * read, whether anything takes scoped services, which layers there are.
 */
import type { Services } from '@oxidite/plugin-sdk';
import { type BodyReader, compileBodyReader } from '../body/read-body.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { HttpLimits } from '../limits.ts';
import { type RouteContext, RoutedRequest } from '../request/http-request.ts';
import type { Middleware } from '../request/middleware.ts';
import type { RequestContext } from '../request/request-context.ts';
import type { MatchedParams } from '../routes/route-tree.ts';
import type { Route } from '../routes/route.ts';
import { compileExtraction } from './input-extraction.ts';
import { type Invocation, type Preparation, withGuards, withLayers, withPreparation } from './invocation.ts';
import { findLayers, isBeforeGuards, type Layer } from './layers.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { compileRespond, type RespondOptions } from './respond.ts';
import { compileScoped, compileShared, type Stages, type UnitOfWorkOptions } from './unit-of-work.ts';

/** What compiled routes need of the application. */
export interface CompileOptions extends UnitOfWorkOptions, RespondOptions {
  /** The services of handlers that take no unit of work. */
  readonly services: Services;
  readonly context: RequestContext;
  /** The limits of bodies; a route may declare another size. */
  readonly limits: Pick<HttpLimits, 'bodyBytes' | 'bodyDepth' | 'bodyKeys'>;
}

/** A route ready to answer. Never throws; returns a promise when anything is awaited, which settles after everything. */
export type CompiledRoute = (exchange: Exchange, path: string, search: string, params: MatchedParams) => MaybePromise<void>;

/** Compiles a route with the application's middleware around it. */
export function compileRoute(route: Route, middleware: readonly Middleware[], options: CompileOptions): CompiledRoute {
  const { body, bodyLimitBytes } = route.declaration;
  const readBody = body === undefined ? undefined : compileBodyReader(body, { limits: options.limits, bodyLimitBytes, onDisposing: options.onDisposing });
  const layers = findLayers(route, { middleware, services: options.services });
  const isBodyFirst = !layers.some(({ parts, wrap }) => wrap ?? parts.onRequest ?? parts.around) && route.guards.length === 0;
  const stages: Stages = {
    invoke: compileInvocation(route, layers, readBody !== undefined && !isBodyFirst ? (request) => readBodyOf(request, readBody) : undefined),
    ...compileRespond(route, layers, options),
  };
  const context: RouteContext = { route, application: options.context };
  const run = takesServices(route, layers) ? compileScoped(options, stages) : compileShared(options.services, stages);
  if (readBody === undefined || !isBodyFirst) return (exchange, path, search, params) => run(new RoutedRequest(exchange, context, path, search, params));
  // Nothing may refuse before the body is read, so it is read first, by callback, and the rest runs without promises.
  return (exchange, path, search, params) => {
    const request = new RoutedRequest(exchange, context, path, search, params);
    return new Promise((resolve) => {
      readBody(exchange, (error, parsed) => {
        request.body = parsed;
        resolve(error === undefined ? run(request) : stages.fail(request, error));
      });
    });
  };
}

/** From the inside out: handler, inputs, body, inner layers, guards, outer layers. */
function compileInvocation(route: Route, layers: readonly Layer[], readBody: Preparation | undefined): Invocation {
  let invoke: Invocation = route.handler;
  const extract = compileExtraction(route.declaration);
  if (extract !== undefined) invoke = withPreparation(extract, invoke);
  if (readBody !== undefined) invoke = withPreparation(readBody, invoke);
  invoke = withLayers(
    layers.filter(({ phase }) => !isBeforeGuards(phase)),
    invoke,
  );
  if (route.guards.length > 0) invoke = withGuards(route.guards, invoke);
  return withLayers(
    layers.filter(({ phase }) => isBeforeGuards(phase)),
    invoke,
  );
}

/** A function without a parameter for services cannot ask for them, so it needs none of its own. */
function takesServices(route: Route, layers: readonly Layer[]): boolean {
  const lengths = [
    route.handler.length,
    ...route.guards.map((guard) => guard.check.length),
    ...layers.map(({ wrap, parts }) => wrap?.length ?? parts.onRequest?.length ?? 0),
  ];
  return lengths.some((length) => length > 1);
}

function readBodyOf(request: RoutedRequest, readBody: BodyReader): Promise<void> {
  return new Promise((resolve, reject) => {
    readBody(RoutedRequest.exchangeOf(request), (error, body) => {
      request.body = body;
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}
