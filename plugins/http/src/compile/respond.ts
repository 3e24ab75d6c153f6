/**
 * The way out: makes the response of a result or an error, lets the layers change it, sends it, and tells the layers how it
 * ended. A route without such layers only makes and sends.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import type { Exchange } from '../exchange/exchange.ts';
import { RequestAbortedError } from '../problem/request-errors.ts';
import type { ResponseDraft } from '../reply/response-draft.ts';
import { ResponseHeaders, type FlatHeaders } from '../reply/response-headers.ts';
import { sendDraft } from '../reply/send-draft.ts';
import { toDraft } from '../reply/to-draft.ts';
import { RoutedRequest } from '../request/http-request.ts';
import type { MiddlewareParts } from '../request/middleware.ts';
import type { Route } from '../routes/route.ts';
import type { Failure } from './failure.ts';
import type { Layer } from './layers.ts';
import { isPromise, type MaybePromise } from './maybe-promise.ts';
import { compileResponseValidation, findDefaultStatus, type ResponseValidationOptions } from './response-validation.ts';
import type { Stages } from './unit-of-work.ts';

/** What the way out needs of the application. */
export interface RespondOptions extends ResponseValidationOptions {
  readonly fail: Failure;
  readonly logger: Logger;
}

type OnResponse = NonNullable<MiddlewareParts['onResponse']>;
type OnFinish = NonNullable<MiddlewareParts['onFinish']>;

/** Compiles both ends of a route: what sends its results, and what sends its errors. */
export function compileRespond(route: Route, layers: readonly Layer[], options: RespondOptions): Pick<Stages, 'respond' | 'fail'> {
  const { fail, logger } = options;
  const base = toBaseHeaders(route, layers);
  const draftOptions = { status: findDefaultStatus(route.declaration.response), base };
  const validate = compileResponseValidation(route, options);
  const changes = layers.flatMap(({ parts }) => parts.onResponse ?? []).toReversed();
  const change = compileChanges(changes);
  const changeFailure = compileChanges(changes.map((one) => tolerate(one, logger)));
  const isLogged = layers.some(({ parts }) => parts.logsErrors === true);
  const finish = compileFinish(layers.flatMap(({ parts }) => parts.onFinish ?? []).toReversed(), logger);

  /** Sends a draft that nothing changes any more. */
  function send(request: RoutedRequest, draft: ResponseDraft): MaybePromise<void> {
    const exchange = RoutedRequest.exchangeOf(request);
    const sent = sendDraft(exchange, draft);
    if (finish === undefined && sent === undefined) return undefined;
    if (sent === undefined) return finish?.(request, { status: draft.status, error: draft.error, isAborted: false });
    return sent.then(
      () => finish?.(request, { status: draft.status, error: draft.error, isAborted: exchange.isBroken }),
      (error: unknown) => {
        logger.error({ error, method: request.method, path: request.path }, 'a request failed');
        finish?.(request, { status: draft.status, error, isAborted: true });
      },
    );
  }

  function changeAndSend(request: RoutedRequest, draft: ResponseDraft): MaybePromise<void> {
    const changed = change?.(request, draft);
    return isPromise(changed) ? changed.then(() => send(request, draft)) : send(request, draft);
  }

  function respond(request: RoutedRequest, result: unknown): MaybePromise<void> {
    const validated = validate === undefined ? result : validate(result);
    if (isPromise(validated)) return validated.then((value) => changeAndSend(request, toDraft(request, value, draftOptions)));
    return changeAndSend(request, toDraft(request, validated, draftOptions));
  }

  /** What fails on the way out of an error is logged, and the rest of the way goes on. */
  function sendFailure(request: RoutedRequest, error: unknown): MaybePromise<void> {
    const exchange = RoutedRequest.exchangeOf(request);
    if (error instanceof RequestAbortedError || exchange.isSent || exchange.isBroken) {
      if (!(error instanceof RequestAbortedError) && !exchange.isBroken)
        logger.error({ error, method: request.method, path: request.path }, 'a request failed');
      exchange.destroy(); // nobody is there, or the status is out: an incomplete body is the only way left to say it
      return finish?.(request, { status: 0, error, isAborted: true });
    }
    const draft = fail(request, error, { base, isLogged });
    const sendChanged = (): MaybePromise<void> => {
      try {
        return send(request, draft);
      } catch (sendError) {
        logger.error({ error: sendError, method: request.method, path: request.path }, 'a response could not be sent');
        return sendOrDestroy(exchange, () => send(request, fail(request, error, { base: [], isLogged: true })));
      }
    };
    const changed = changeFailure?.(request, draft);
    return isPromise(changed) ? changed.then(sendChanged) : sendChanged();
  }

  return { respond, fail: sendFailure };
}

function sendOrDestroy(exchange: Exchange, send: () => MaybePromise<void>): MaybePromise<void> {
  if (!exchange.isSent) {
    try {
      return send();
    } catch {
      // headers that cannot be sent: the connection is all that is left
    }
  }
  exchange.destroy();
  return undefined;
}

/** The headers all responses have, those of inner layers above those of outer ones, the route's own above all. */
function toBaseHeaders(route: Route, layers: readonly Layer[]): Readonly<FlatHeaders> {
  const flat: FlatHeaders = [];
  const headers = new ResponseHeaders(flat);
  for (const { parts } of layers) for (const [name, value] of Object.entries(parts.headers ?? {})) headers.set(name, value);
  for (const [name, value] of Object.entries(route.headers ?? {})) headers.set(name, value);
  return Object.freeze(flat);
}

function compileChanges(changes: readonly OnResponse[]): OnResponse | undefined {
  const [first] = changes;
  if (first === undefined) return undefined;
  return changes.slice(1).reduce<OnResponse>((earlier, later) => {
    return (request, draft) => {
      const changed = earlier(request, draft);
      return isPromise(changed) ? changed.then(() => later(request, draft)) : later(request, draft);
    };
  }, first);
}

/** What one layer fails to do to an error keeps no other from its part. */
function tolerate(change: OnResponse, logger: Logger): OnResponse {
  return (request, draft) => {
    const log = (error: unknown): void => logger.error({ error, method: request.method, path: request.path }, 'a middleware failed on the way out');
    try {
      const changed = change(request, draft);
      return isPromise(changed) ? changed.catch(log) : undefined;
    } catch (error) {
      log(error);
      return undefined;
    }
  };
}

/** One that throws keeps no other from being told. */
function compileFinish(listeners: readonly OnFinish[], logger: Logger): OnFinish | undefined {
  if (listeners.length === 0) return undefined;
  return (request, outcome) => {
    for (const listener of listeners) {
      try {
        listener(request, outcome);
      } catch (error) {
        logger.error({ error, method: request.method, path: request.path }, 'a middleware failed after the response');
      }
    }
  };
}
