/** The problems that the framework itself answers with, as OpenAPI describes them. Source: RFC 9457 (Problem Details for HTTP APIs). */
import {
  BodyMalformedError,
  BodyTooLargeError,
  forbidden,
  type HttpError,
  InputInvalidError,
  MediaTypeError,
  type Problem,
  RouteNotFoundError,
  unauthorized,
} from '@oxidite/http';
import { STATUS_CODES } from 'node:http';
import type { JsonSchema } from './openapi-document.ts';

/** The JSON Schema of a problem. */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'A problem, as RFC 9457 describes it.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', description: 'A stable code of the condition.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'path', 'message'],
        properties: {
          in: { type: 'string', enum: ['params', 'query', 'headers', 'cookies', 'body'] },
          path: { type: 'string', description: 'A JSON Pointer (RFC 6901) to the value.' },
          message: { type: 'string' },
        },
      },
    },
  },
};

/** The statuses of problems that the framework answers with on its own. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 413 | 415 | 422;

/** When each problem comes. */
const DESCRIPTIONS: Readonly<Record<ProblemStatus, string>> = {
  400: 'The request cannot be read: its URL or its body is malformed.',
  401: 'Valid credentials are needed.',
  403: 'This is not allowed.',
  404: 'There is nothing at this address.',
  413: 'The body is too large.',
  415: 'The body is of another media type.',
  422: 'Inputs are not valid; all of them are listed.',
};

/** Errors as requests meet them. */
const EXAMPLES: Readonly<Record<ProblemStatus, () => HttpError>> = {
  400: () => new BodyMalformedError('it is not JSON'),
  401: () => unauthorized('Valid credentials are needed.'),
  403: () => forbidden('You may not do this.'),
  404: () => new RouteNotFoundError('GET', '/nothing'),
  413: () => new BodyTooLargeError(1_048_576),
  415: () => new MediaTypeError(undefined),
  422: () => new InputInvalidError([{ in: 'query', path: '/limit', message: 'Invalid input' }]),
};

/** Returns when a problem comes; `undefined` for a status that the framework does not answer with on its own. */
export function findProblemDescription(status: number): string | undefined {
  return status in DESCRIPTIONS ? DESCRIPTIONS[status as ProblemStatus] : undefined;
}

/** Creates an example of a problem. */
export function createProblemExample(status: ProblemStatus): Problem {
  const { message, code, errors } = EXAMPLES[status]();
  return { type: 'about:blank', title: STATUS_CODES[status] ?? '', status, detail: message, code, ...(errors === undefined ? {} : { errors }) };
}
