/** What this package itself finds wrong with requests. */
import { HttpError } from './http-error.ts';
import type { InputIssue } from './problem.ts';

/** The target of the request cannot be decoded. */
export class MalformedUrlError extends HttpError {
  constructor(reason: string) {
    super(400, `The URL is malformed: ${reason}.`, { code: 'OXI_HTTP_URL_MALFORMED' });
  }
}

/** The target of the request is too long. */
export class UrlTooLongError extends HttpError {
  constructor(limit: number) {
    super(414, `The URL is longer than ${limit} characters.`, { code: 'OXI_HTTP_URL_TOO_LONG' });
  }
}

/** No route has this path. */
export class RouteNotFoundError extends HttpError {
  constructor(method: string, path: string) {
    super(404, `There is no route for ${method} ${path}.`, { code: 'OXI_HTTP_ROUTE_NOT_FOUND' });
  }
}

/** Routes have this path, but for other methods. */
export class MethodNotAllowedError extends HttpError {
  constructor(method: string, path: string, allow: string) {
    super(405, `${path} does not answer ${method}, but ${allow}.`, { code: 'OXI_HTTP_METHOD_NOT_ALLOWED', headers: { allow } });
  }
}

/** The body has more bytes than the route takes; counted, whatever the request claimed. */
export class BodyTooLargeError extends HttpError {
  constructor(limitBytes: number) {
    super(413, `The body is larger than ${limitBytes} bytes.`, { code: 'OXI_HTTP_BODY_TOO_LARGE' });
  }
}

/** The body is not JSON by its content type. */
export class MediaTypeError extends HttpError {
  constructor(found: string | undefined) {
    super(415, `The body is ${found === undefined ? 'of no content type' : JSON.stringify(found)}; this route takes application/json.`, {
      code: 'OXI_HTTP_MEDIA_TYPE',
      headers: { accept: 'application/json' },
    });
  }
}

/** The body is not JSON by its bytes, or holds keys that poison prototypes. */
export class BodyMalformedError extends HttpError {
  constructor(reason: string, cause?: unknown) {
    super(400, `The body is malformed: ${reason}.`, { code: 'OXI_HTTP_BODY_MALFORMED', cause });
  }
}

/** Inputs do not fit the schemas of the route; all issues of all sources are in `errors`. */
export class InputInvalidError extends HttpError {
  constructor(issues: readonly InputIssue[]) {
    super(422, `${issues.length === 1 ? 'One input is' : `${issues.length} inputs are`} not valid.`, { code: 'OXI_HTTP_INPUT_INVALID', errors: issues });
  }
}

/** The client went away before its body was complete. Nothing is sent, and nothing is logged as an error. */
export class RequestAbortedError extends HttpError {
  constructor(cause?: unknown) {
    super(400, 'The client closed the connection before the body was complete.', { code: 'OXI_HTTP_REQUEST_ABORTED', cause });
  }
}
