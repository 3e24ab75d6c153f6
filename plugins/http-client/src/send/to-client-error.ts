/** Turns what undici and Node throw into the errors of this package. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';
import {
  type CallFacts,
  HttpClientClosedError,
  HttpClientNetworkError,
  HttpClientRequestInvalidError,
  HttpClientTimeoutError,
  HttpClientTooLargeError,
  type TimeLimit,
} from '../errors.ts';

/** The limits of a call, for the messages. */
export interface CallLimits {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  readonly bodyTimeoutMs: number;
  readonly maxResponseBytes: number;
}

/** Codes of undici for the time limits. Source: undici, docs/api/Errors.md. */
const LIMIT_OF_CODE: Readonly<Record<string, Exclude<TimeLimit, 'total'>>> = {
  UND_ERR_CONNECT_TIMEOUT: 'connect',
  UND_ERR_HEADERS_TIMEOUT: 'headers',
  UND_ERR_BODY_TIMEOUT: 'body',
};

const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

/** Converts an error; one of Oxidite stays as it is. */
export function toClientError(error: unknown, facts: CallFacts, limits: CallLimits): OxiditeError {
  if (error instanceof OxiditeError) return error;
  const cause = unwrap(error);
  const code = codeOf(cause);
  const limit = LIMIT_OF_CODE[code];
  if (limit !== undefined) return new HttpClientTimeoutError({ ...facts, limit, timeoutMs: limits[`${limit}TimeoutMs`] }, cause);
  if (CLOSED.has(code)) return new HttpClientClosedError({ ...facts }, cause);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return new HttpClientTooLargeError({ ...facts, limitBytes: limits.maxResponseBytes }, cause);
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return new HttpClientRequestInvalidError({ ...facts, reason: toMessage(cause) }, cause);
  return new HttpClientNetworkError({ ...facts, reason: toMessage(cause) || code }, cause);
}

/** Tells whether the same request may succeed the next time. */
export function isTransient(error: unknown): boolean {
  if (error instanceof HttpClientTimeoutError) return error.limit !== 'total';
  return error instanceof HttpClientNetworkError && codeOf(error.cause) !== 'UND_MOCK_ERR_MOCK_NOT_MATCHED';
}

/** When all addresses of a host were tried, the first failure says enough. */
function unwrap(error: unknown): unknown {
  return error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
