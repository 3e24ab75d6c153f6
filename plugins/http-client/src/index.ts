/** The public surface of @oxidite/http-client. Nothing here imports undici; that happens with the first request. */
export type { HttpClientCall } from './call/http-client-call.ts';
export {
  type AbortSource,
  type CallFacts,
  HttpClientAbortedError,
  HttpClientClosedError,
  HttpClientNetworkError,
  HttpClientRedirectError,
  HttpClientRequestInvalidError,
  HttpClientResponseInvalidError,
  HttpClientStatusError,
  HttpClientTimeoutError,
  HttpClientTooLargeError,
  HttpClientUnknownError,
  HttpClientUrlRefusedError,
  type TimeLimit,
} from './errors.ts';
export type { HttpClient } from './http-client.ts';
export type { HttpClientService } from './http-client-service.ts';
export type { HttpClientRequestEvent, HttpClientResponseEvent } from './observer.ts';
export { httpClient } from './plugin.ts';
export type { BodyInput, CallOptions, HeadersInput, QueryInput, QueryValue } from './request/call-options.ts';
export type { AnySchema, BodyReader, OutputOf } from './response/body-reader.ts';
export type { HttpClientResponse } from './response/http-client-response.ts';
export type { ProblemDetails } from './response/problem-details.ts';
