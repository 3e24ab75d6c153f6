/** One attempt: a request, and those that redirects lead to. */
import { OxiditeError } from '@oxidite/plugin-sdk';
import { HttpClientRedirectError } from '../errors.ts';
import type { HttpClientRequestEvent } from '../observer.ts';
import { mergeHeaders } from '../request/merge-headers.ts';
import type { OutgoingRequest } from '../request/outgoing-request.ts';
import { isRedirect, toRedirected } from '../request/redirect.ts';
import { toPublicUrl } from '../request/resolve-url.ts';
import type { IncomingResponse } from '../response/incoming-response.ts';
import { exchange } from './exchange.ts';
import type { RunningCall } from './running-call.ts';

/** Source: WHATWG Fetch allows 20; five are enough for what services do. */
const MAX_REDIRECTS = 5;

/** Sends the request of a call, follows redirects if it shall, and resolves with the last response. */
export async function follow(call: RunningCall): Promise<IncomingResponse> {
  const { options, progress, sender } = call;
  const isFollowing = options.followRedirects ?? sender.settings.followRedirects;
  let request = call.request;
  for (let redirects = 0; ; redirects++) {
    progress.method = request.method;
    progress.url = toPublicUrl(request.url);
    const response = await send(request, call);
    if (!isFollowing || !isRedirect(response)) return { ...response, isRedirected: redirects > 0 };
    await response.body.discard();
    const next = redirects === MAX_REDIRECTS ? `it is the ${MAX_REDIRECTS + 1}th redirect in a row` : toRedirected(request, response, sender.settings);
    if (typeof next === 'string') throw new HttpClientRedirectError({ ...progress, reason: next });
    request = next;
  }
}

/** One request, seen by those who watch. */
async function send(request: OutgoingRequest, { sender, limits, scope, progress }: RunningCall): Promise<IncomingResponse> {
  const { clock, observer, propagation, transport, name } = sender;
  const startMs = clock.monotonicMs();
  const event = (): HttpClientRequestEvent => {
    const { origin, pathname } = request.url;
    return { client: name, method: request.method, origin, path: pathname, attempt: progress.attempts };
  };
  observer.onRequest(event);
  try {
    const dispatcher = await transport.dispatcher();
    const traced = { ...request, headers: mergeHeaders(propagation(request.url), request.headers) };
    const response = await exchange(traced, { dispatcher, clock, scope, limits, facts: () => ({ ...progress }) });
    observer.onResponse(() => ({ ...event(), status: response.status, errorCode: undefined, durationMs: clock.monotonicMs() - startMs }));
    return response;
  } catch (error) {
    const errorCode = error instanceof OxiditeError ? error.code : undefined;
    observer.onResponse(() => ({ ...event(), status: undefined, errorCode, durationMs: clock.monotonicMs() - startMs }));
    throw error;
  }
}
