/** One request and one response, under the limits of a call. Redirects and repetitions are left to others. */
import type { Clock } from '@oxidite/plugin-sdk';
import type { Dispatcher } from 'undici';
import { type CallFacts, HttpClientTimeoutError, HttpClientTooLargeError } from '../errors.ts';
import type { OutgoingRequest } from '../request/outgoing-request.ts';
import { type CreateDecoder, findDecoders } from '../response/decode-body.ts';
import { type IncomingResponse, toHeaders } from '../response/incoming-response.ts';
import { createResponseBody } from '../response/response-body.ts';
import { type CallScope, onAbort } from './call-scope.ts';
import { type CallLimits, toClientError } from './to-client-error.ts';

/** What an exchange needs. */
export interface ExchangeContext {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  readonly scope: CallScope;
  readonly limits: CallLimits;
  readonly facts: () => CallFacts;
}

/**
 * Sends a request, and resolves when the headers of the response have come.
 * @throws An error of this package; when the scope was ended, the one it was ended with.
 */
export async function exchange(request: OutgoingRequest, context: ExchangeContext): Promise<IncomingResponse> {
  const { dispatcher, clock, scope, limits, facts } = context;
  const attempt = new AbortController();
  const removeListener = onAbort(scope.signal, () => attempt.abort(scope.signal.reason));
  const toError = (error: unknown): Error => (attempt.signal.aborted ? (attempt.signal.reason as Error) : toClientError(error, facts(), limits));
  const expire = (limit: 'headers' | 'body', timeoutMs: number) => () => attempt.abort(new HttpClientTimeoutError({ ...facts(), limit, timeoutMs }));
  const tooLarge = (): Error => new HttpClientTooLargeError({ ...facts(), limitBytes: limits.maxResponseBytes });
  const timer = Number.isFinite(limits.headersTimeoutMs) ? clock.setTimeout(expire('headers', limits.headersTimeoutMs), limits.headersTimeoutMs) : undefined;
  try {
    const reply = await dispatcher.request(toDispatch(request, attempt.signal));
    const raw = reply.body;
    const headers = toHeaders(reply.headers as unknown as readonly string[]); // raw, as toDispatch() asks for
    const body = createResponseBody({
      raw,
      decoders: decode(request, reply.statusCode, headers),
      clock,
      timeoutMs: limits.bodyTimeoutMs,
      limitBytes: limits.maxResponseBytes,
      declaredBytes: declaredLength(request, headers),
      onIdle: expire('body', limits.bodyTimeoutMs),
      tooLarge,
      toError,
    });
    body.onClose(removeListener);
    return { status: reply.statusCode, statusText: reply.statusText, headers, url: request.url, isRedirected: false, body };
  } catch (error) {
    removeListener();
    throw toError(error);
  } finally {
    timer?.cancel();
  }
}

function toDispatch({ method, url, headers, body }: OutgoingRequest, signal: AbortSignal): Dispatcher.RequestOptions {
  const payload = body?.open();
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { ...payload?.headers, ...Object.fromEntries(headers) },
    body: payload === undefined ? null : payload.data,
    signal,
    responseHeaders: 'raw',
    headersTimeout: 0, // the clock of the kernel takes the time
    bodyTimeout: 0,
  };
}

/** Says in the headers what is done to the body: neither coding nor length are those of what is read. */
function decode({ method }: OutgoingRequest, status: number, headers: Headers): readonly CreateDecoder[] {
  if (method === 'HEAD' || status === 204 || status === 304 || headers.get('content-length') === '0') return [];
  const decoders = findDecoders(headers.get('content-encoding'));
  if (decoders.length > 0) {
    headers.delete('content-encoding');
    headers.delete('content-length');
  }
  return decoders;
}

function declaredLength({ method }: OutgoingRequest, headers: Headers): number | undefined {
  const value = headers.get('content-length');
  return method === 'HEAD' || value === null ? undefined : Number(value);
}
