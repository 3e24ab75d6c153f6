/** A client: what users call. */
import { createCall, type HttpClientCall } from './call/http-client-call.ts';
import type { CallOptions } from './request/call-options.ts';
import { fromFetch } from './request/from-fetch.ts';
import { readWhole } from './response/http-client-response.ts';
import type { IncomingResponse } from './response/incoming-response.ts';
import { isAccepted, toStatusError } from './response/status-error.ts';
import { toResponse, toStream } from './response/to-stream.ts';
import { HttpClientRedirectError } from './errors.ts';
import { type ConsumeCall, runCall } from './send/run-call.ts';
import type { RunningCall, Sender } from './send/running-call.ts';

/** Sends requests. Functions may be taken off it: `const { fetch } = httpClient`. */
export interface HttpClient {
  readonly get: (url: string | URL, options?: CallOptions) => HttpClientCall;
  readonly head: (url: string | URL, options?: CallOptions) => HttpClientCall;
  readonly post: (url: string | URL, options?: CallOptions) => HttpClientCall;
  readonly put: (url: string | URL, options?: CallOptions) => HttpClientCall;
  readonly patch: (url: string | URL, options?: CallOptions) => HttpClientCall;
  readonly delete: (url: string | URL, options?: CallOptions) => HttpClientCall;
  /** Sends a request of any method. */
  readonly request: (method: string, url: string | URL, options?: CallOptions) => HttpClientCall;
  /**
   * Like the `fetch` of the web, with the limits, repetitions and checks of this client: for libraries that take a `fetch`,
   * and for responses to be handed on as they come. No status is an error. Redirects are followed when `init.redirect` is
   * `follow`, or when it is not given and the client is configured to.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
}

/** Creates a client. */
export function createHttpClient(sender: Sender): HttpClient {
  const request: HttpClient['request'] = (method, url, options = {}) => {
    const description = { target: { method, url }, options };
    return createCall({
      whole: () =>
        runCall(
          sender,
          description,
          accepting(async (response, { progress }) => readWhole(response, { ...progress })),
        ),
      stream: () =>
        runCall(
          sender,
          description,
          accepting(async ({ body }) => toStream(body)),
        ),
    });
  };
  return {
    request,
    get: (url, options) => request('GET', url, options),
    head: (url, options) => request('HEAD', url, options),
    post: (url, options) => request('POST', url, options),
    put: (url, options) => request('PUT', url, options),
    patch: (url, options) => request('PATCH', url, options),
    delete: (url, options) => request('DELETE', url, options),
    async fetch(input, init) {
      const { target, options, redirect } = fromFetch(input, init);
      const followRedirects = redirect === undefined ? undefined : redirect === 'follow';
      return runCall(sender, { target, options: { ...options, followRedirects } }, async (response, { progress }) => {
        if (redirect === 'error') refuseRedirect(response, progress);
        return toResponse(response, { ...progress });
      });
    },
  };
}

/** Turns statuses that are not accepted into errors. */
function accepting<Result>(consume: ConsumeCall<Result>): ConsumeCall<Result> {
  return async (response, call) => {
    if (!isAccepted(response.status, call.options.acceptStatus)) throw await toStatusError(response, { ...call.progress });
    return consume(response, call);
  };
}

function refuseRedirect({ status, headers, body }: IncomingResponse, progress: RunningCall['progress']): void {
  if (status < 300 || status > 399 || !headers.has('location')) return;
  void body.discard();
  throw new HttpClientRedirectError({ ...progress, reason: 'redirect is "error"' });
}
