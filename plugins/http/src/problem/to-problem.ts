/** Turns anything that was thrown into a problem. What is not meant for clients never gets into it. */
import { OxiditeError, toMessage } from '@oxidite/plugin-sdk';
import { HttpError, toTitle } from './http-error.ts';
import type { InputIssue, Problem } from './problem.ts';

const UNKNOWN_CODE = 'OXI_HTTP_INTERNAL_SERVER_ERROR';

/** Options of {@link toProblem}. */
export interface ProblemOptions {
  /** `true` puts the message of a 500 into `detail`. */
  readonly isDevelopment: boolean;
}

/**
 * Converts an error. An `OxiditeError` with a `status` from 400 to 599 keeps it, with its `code`; its message and its
 * `errors` are sent below 500. Everything else is a 500 that says nothing.
 */
export function toProblem(error: unknown, options: ProblemOptions): Problem {
  const status = findStatus(error);
  const isServerError = status >= 500;
  const detail = isServerError && !options.isDevelopment ? undefined : toMessage(error);
  const errors = isServerError ? undefined : findErrors(error);
  return {
    type: 'about:blank',
    title: toTitle(status),
    status,
    ...(detail === undefined ? {} : { detail }),
    code: error instanceof OxiditeError && (!isServerError || error instanceof HttpError || options.isDevelopment) ? error.code : UNKNOWN_CODE,
    ...(errors === undefined ? {} : { errors }),
  };
}

/** Returns the headers an error wants on its response. */
export function findErrorHeaders(error: unknown): Readonly<Record<string, string>> | undefined {
  return error instanceof HttpError ? error.headers : undefined;
}

/** Returns the status of an error: its own when it is an `OxiditeError` with one from 400 to 599, otherwise 500. */
export function findStatus(error: unknown): number {
  if (!(error instanceof OxiditeError) || !('status' in error)) return 500;
  const { status } = error;
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599 ? status : 500;
}

function findErrors(error: unknown): readonly InputIssue[] | undefined {
  if (!(error instanceof OxiditeError) || !('errors' in error)) return undefined;
  const { errors } = error;
  return Array.isArray(errors) ? errors : undefined;
}
