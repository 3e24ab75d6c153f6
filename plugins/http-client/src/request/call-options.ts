/** What can be said of one call. */

/** A value of a query; several of one name are repeated, `undefined` is left out. */
export type QueryValue = string | number | boolean | bigint | undefined | null;

/** Names and values of a query or a form. */
export type QueryInput = URLSearchParams | Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** Headers; a value of `undefined` is left out. */
export type HeadersInput = Headers | Readonly<Record<string, string | undefined>> | readonly (readonly [string, string])[];

/** A body as it is. A stream can be sent once, so a call with one is not repeated. */
export type BodyInput = string | Uint8Array | ArrayBuffer | Blob | FormData | URLSearchParams | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

/** Options of a call; what is left out is as the client is configured. */
export interface CallOptions {
  readonly headers?: HeadersInput | undefined;
  /** Added to the query of the URL. */
  readonly query?: QueryInput | undefined;
  /** Sent as JSON. At most one of `json`, `form` and `body` is given. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: QueryInput | undefined;
  readonly body?: BodyInput | undefined;
  /** Ends the call when it aborts, as does the signal of the work that the call is made for. */
  readonly signal?: AbortSignal | undefined;
  /** From the call to the end of the body; `Infinity` for a stream without end. */
  readonly timeoutMs?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
  readonly bodyTimeoutMs?: number | undefined;
  /** How often the request is repeated at most. */
  readonly retries?: number | undefined;
  /** `true` says that the request may be repeated though its method is not idempotent (POST, PATCH); `false`, that it may not. */
  readonly retry?: boolean | undefined;
  /** Sent as `Idempotency-Key`: the service recognizes a repetition, so the request may be repeated. */
  readonly idempotencyKey?: string | undefined;
  readonly followRedirects?: boolean | undefined;
  /** Statuses besides 200 to 299 that are no error: `[404]`, or all of them: `any`. */
  readonly acceptStatus?: readonly number[] | 'any' | undefined;
  /** The largest body that is taken, decompressed; `Infinity` takes all. */
  readonly maxResponseBytes?: number | undefined;
}
