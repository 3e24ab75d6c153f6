/**
 * What can be wrong with outgoing requests. No query, credential or header of a request gets into an error. An error that a
 * handler lets through makes the response of the application a 502, or a 504 when time was up: see `status` of each.
 */
import { defineError, type SchemaIssue } from '@oxidite/plugin-sdk';
import type { ProblemDetails } from './response/problem-details.ts';

/** Which request failed. */
export interface CallFacts {
  readonly method: string;
  /** Without query, fragment and credentials. */
  readonly url: string;
  /** How often it was tried. */
  readonly attempts: number;
}

/** The time limits of a call. */
export type TimeLimit = 'connect' | 'headers' | 'body' | 'total';

/** Who ended a call: the `signal` of its options, or what it was made for (a request whose client has left, a deadline). */
export type AbortSource = 'signal' | 'ambient';

const OPTION_OF_LIMIT = { connect: 'connectTimeoutMs', headers: 'headersTimeoutMs', body: 'bodyTimeoutMs', total: 'timeoutMs' } as const;
const PHASE_OF_LIMIT = {
  connect: 'there was no connection',
  headers: 'no response had begun',
  body: 'nothing more of the body had come',
  total: 'it was not complete',
} as const;

/** The call was ended by its caller; `cause` is the reason of the signal. */
export class HttpClientAbortedError extends defineError(
  'OXI_HTTP_CLIENT_ABORTED',
  ({ source, ...facts }: CallFacts & { readonly source: AbortSource }) =>
    `${name(facts)} was ended by ${source === 'signal' ? 'the signal of its options' : 'the signal of the work it was made for'}. See "cause" for the reason.`,
) {}

/** The application ends, or the plugin is unloaded. */
export class HttpClientClosedError extends defineError(
  'OXI_HTTP_CLIENT_CLOSED',
  (facts: CallFacts) => `${name(facts)} was refused or ended, because the HTTP client is closed. End work when the application shuts down.`,
) {
  readonly status = 503;
}

/** The connection failed, or broke; `reason` says how. */
export class HttpClientNetworkError extends defineError(
  'OXI_HTTP_CLIENT_NETWORK',
  ({ reason, ...facts }: CallFacts & { readonly reason: string }) =>
    `${name(facts)} failed${tries(facts)}: ${reason}. Check that the service runs and can be reached.`,
) {
  readonly status = 502;
}

/** A redirect was not followed; `reason` says why. */
export class HttpClientRedirectError extends defineError(
  'OXI_HTTP_CLIENT_REDIRECT_REFUSED',
  ({ reason, ...facts }: CallFacts & { readonly reason: string }) => `${name(facts)} was redirected, but ${reason}. Request the right address.`,
) {
  readonly status = 502;
}

/** What was asked for is no request that can be sent. */
export class HttpClientRequestInvalidError extends defineError(
  'OXI_HTTP_CLIENT_REQUEST_INVALID',
  ({ reason, ...facts }: CallFacts & { readonly reason: string }) => `${name(facts)} was not sent: ${reason}. Correct the options of the call.`,
) {}

/** A response is not what was expected of it. */
export class HttpClientResponseInvalidError extends defineError(
  'OXI_HTTP_CLIENT_RESPONSE_INVALID',
  ({ reason, issues, ...facts }: CallFacts & { readonly reason: string; readonly issues: readonly SchemaIssue[] }) =>
    `The response to ${name(facts)} ${reason}${issues.map(({ path, message }) => `\n  - ${path === '' ? 'the body' : path}: ${message}`).join('')}` +
    `${issues.length === 0 ? '. ' : '\n'}Correct the schema, or ask who runs the service.`,
) {
  readonly status = 502;
}

/** The response has a status that was not expected. */
export class HttpClientStatusError extends defineError(
  'OXI_HTTP_CLIENT_STATUS',
  ({
    responseStatus,
    ...facts
  }: CallFacts & {
    /** The status of the response. */
    readonly responseStatus: number;
    /** The beginning of its body, at most 1,024 bytes. */
    readonly body: string;
    /** Its problem details (RFC 9457), if it has some. */
    readonly problem: ProblemDetails | undefined;
  }) =>
    `${name(facts)} was answered with ${responseStatus}${tries(facts)}, but a status from 200 to 299 was expected. ` +
    'See "body" and "problem" for the answer; name the status in "acceptStatus" to take it as one.',
) {
  /** With which status an HTTP application answers when a handler lets this error through. Not that of the response: see `responseStatus`. */
  readonly status = 502;
}

/** A time limit was reached; `limit` says which. */
export class HttpClientTimeoutError extends defineError(
  'OXI_HTTP_CLIENT_TIMEOUT',
  ({ limit, timeoutMs, ...facts }: CallFacts & { readonly limit: TimeLimit; readonly timeoutMs: number }) =>
    `${name(facts)} took too long${tries(facts)}: ${PHASE_OF_LIMIT[limit]} after ${timeoutMs} ms. Check the service, or raise ${OPTION_OF_LIMIT[limit]}.`,
) {
  readonly status = 504;
}

/** The body of a response is larger than is taken. */
export class HttpClientTooLargeError extends defineError(
  'OXI_HTTP_CLIENT_TOO_LARGE',
  ({ limitBytes, ...facts }: CallFacts & { readonly limitBytes: number }) =>
    `The response to ${name(facts)} is larger than ${limitBytes} bytes. Ask for less, or raise maxResponseBytes.`,
) {
  readonly status = 502;
}

/** No client of this name is configured. */
export class HttpClientUnknownError extends defineError(
  'OXI_HTTP_CLIENT_UNKNOWN',
  ({ client, suggestion }: { readonly client: string; readonly suggestion: string }) =>
    `There is no HTTP client "${client}".${suggestion} Name it in httpClient({ clients: { … } }).`,
) {}

/** A URL may not be requested; `reason` says why. */
export class HttpClientUrlRefusedError extends defineError(
  'OXI_HTTP_CLIENT_URL_REFUSED',
  ({ url, reason }: { readonly url: string; readonly reason: string }) => `${url === '' ? 'A request' : `A request to ${url}`} was refused: ${reason}.`,
) {}

function name({ method, url }: Pick<CallFacts, 'method' | 'url'>): string {
  return `${method} ${url}`;
}

function tries({ attempts }: Pick<CallFacts, 'attempts'>): string {
  return attempts > 1 ? ` after ${attempts} attempts` : '';
}
