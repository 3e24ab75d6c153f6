/** The error by which handlers, guards and middleware refuse a request, and a function for each common status. */
import { type ErrorCode, OxiditeError } from '@oxidite/plugin-sdk';
import { STATUS_CODES } from 'node:http';
import type { InputIssue } from './problem.ts';

/** Options of an {@link HttpError}. */
export interface HttpErrorOptions {
  /** Default: made from the status: `OXI_HTTP_NOT_FOUND`. */
  readonly code?: ErrorCode;
  /** Input issues for the problem body. */
  readonly errors?: readonly InputIssue[];
  /** Headers of the response: `{ 'www-authenticate': 'Bearer' }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The lower error; it is logged, never sent. */
  readonly cause?: unknown;
}

/** An error with a status from 400 to 599. It becomes a problem; the detail of a status from 500 is logged, but not sent. */
export class HttpError extends OxiditeError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: readonly InputIssue[] | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  /** @throws {RangeError} when the status is not from 400 to 599. */
  constructor(status: number, detail?: string, options: HttpErrorOptions = {}) {
    if (!Number.isInteger(status) || status < 400 || status > 599) throw new RangeError(`An HttpError has a status from 400 to 599, but got ${status}.`);
    super(detail ?? toTitle(status), options.cause);
    this.status = status;
    this.code =
      options.code ??
      `OXI_HTTP_${toTitle(status)
        .toUpperCase()
        .replaceAll(/[^A-Z]+/g, '_')}`;
    this.errors = options.errors;
    this.headers = options.headers;
  }

  /** What is wrong, for people. */
  get detail(): string {
    return this.message;
  }
}

/** Returns the standard phrase of a status. */
export function toTitle(status: number): string {
  return STATUS_CODES[status] ?? (status < 500 ? 'Client Error' : 'Server Error');
}

/** Creates a 400. */
export function badRequest(detail?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(400, detail, options);
}

/** Creates a 401. Give the challenge in `headers`: `{ 'www-authenticate': 'Bearer' }`. */
export function unauthorized(detail?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(401, detail, options);
}

/** Creates a 403. */
export function forbidden(detail?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(403, detail, options);
}

/** Creates a 404. */
export function notFound(detail?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(404, detail, options);
}

/** Creates a 409. */
export function conflict(detail?: string, options?: HttpErrorOptions): HttpError {
  return new HttpError(409, detail, options);
}

/** Creates a 422, with the issues of inputs. */
export function unprocessable(detail?: string, errors?: readonly InputIssue[], options?: HttpErrorOptions): HttpError {
  return new HttpError(422, detail, errors === undefined ? options : { ...options, errors });
}
