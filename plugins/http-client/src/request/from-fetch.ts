/** Takes the arguments of `fetch`. Source: WHATWG Fetch, section 5.6. Modes, credentials and caches of browsers have no meaning here. */
import type { BodyInput, CallOptions } from './call-options.ts';
import type { RequestTarget } from './outgoing-request.ts';

/** A call, as `fetch` describes it. */
export interface FetchCall {
  readonly target: RequestTarget;
  readonly options: CallOptions;
  /** What becomes of redirects; `undefined` when it is not said. */
  readonly redirect: RequestInit['redirect'];
}

/** Converts the arguments of `fetch`. */
export function fromFetch(input: string | URL | Request, init: RequestInit = {}): FetchCall {
  if (input instanceof Request) return fromRequest(new Request(input, init));
  const { method = 'GET', headers, body, signal, redirect } = init;
  return {
    target: { method, url: input },
    options: {
      headers,
      body: (body ?? undefined) as BodyInput | undefined, // other kinds are refused when they are sent
      signal: signal ?? undefined,
    },
    redirect,
  };
}

function fromRequest({ method, url, headers, body, signal, redirect }: Request): FetchCall {
  return { target: { method, url }, options: { headers: new Headers(headers), body: body ?? undefined, signal }, redirect };
}
