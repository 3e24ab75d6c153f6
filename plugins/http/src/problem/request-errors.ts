/** What this package itself finds wrong with requests. */
import { HttpError } from './http-error.ts';
import { toJsonPointer } from './json-pointer.ts';
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

/** What a route would take instead of a body it refuses. */
export interface AcceptedTypes {
  readonly accepted: readonly string[];
  /** The method of the request: POST and PATCH have headers of their own for what they accept. */
  readonly method?: string;
}

/** The body has another content type than the route takes. Source of the headers: RFC 9110, 15.5.16; Linked Data Platform, 7.1; RFC 5789, 3.1. */
export class MediaTypeError extends HttpError {
  constructor(found: string | undefined, { accepted, method }: AcceptedTypes = { accepted: ['application/json'] }) {
    const accept = accepted.join(', ');
    super(415, `The body is ${found === undefined ? 'of no content type' : JSON.stringify(found)}; this route takes ${accept}.`, {
      code: 'OXI_HTTP_MEDIA_TYPE',
      headers: { accept, ...(method === 'POST' ? { 'accept-post': accept } : method === 'PATCH' ? { 'accept-patch': accept } : {}) },
    });
  }
}

/** The text of the body is not in UTF-8 by what it says. */
export class CharsetError extends HttpError {
  constructor(charset: string) {
    super(415, `The charset of the body is ${JSON.stringify(charset)}, but only utf-8 is taken.`, { code: 'OXI_HTTP_CHARSET' });
  }
}

/** The body is compressed. */
export class ContentEncodingError extends HttpError {
  constructor(coding: string) {
    super(415, `The body has the content coding ${JSON.stringify(coding)}, but is taken only as it is.`, {
      code: 'OXI_HTTP_CONTENT_ENCODING',
      headers: { 'accept-encoding': 'identity' },
    });
  }
}

/** The body is nested too deep, or made of too many pieces. */
export class BodyTooComplexError extends HttpError {
  constructor(reason: string) {
    super(400, `The body is too complex: ${reason}.`, { code: 'OXI_HTTP_BODY_TOO_COMPLEX' });
  }
}

/** A field or a file of a multipart body has more bytes than it may. */
export class PartTooLargeError extends HttpError {
  constructor(kind: 'fields' | 'files', name: string, limitBytes: number) {
    const message = `must not be larger than ${limitBytes} bytes`;
    super(413, `The ${kind === 'files' ? 'file' : 'field'} ${JSON.stringify(name)} is larger than ${limitBytes} bytes.`, {
      code: 'OXI_HTTP_PART_TOO_LARGE',
      errors: [{ in: 'body', path: toJsonPointer([kind, name]), message }],
    });
  }
}

/** The body is not what its content type says, or holds keys that poison prototypes. */
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

/** The path exists, but not in the version of the API that was asked for. */
export class VersionUnsupportedError extends HttpError {
  readonly supported: readonly string[];

  constructor({ asked, supported, status, vary }: { asked: string | undefined; supported: readonly string[]; status: 400 | 404; vary: string | undefined }) {
    super(
      status,
      `${asked === undefined ? 'No version of the API was named' : `There is no version "${asked}" of this path`}; it has ${supported.join(', ')}.`,
      {
        code: 'OXI_HTTP_VERSION_UNSUPPORTED',
        ...(vary === undefined ? {} : { headers: { vary } }),
      },
    );
    this.supported = supported;
  }
}

/** The signature of a URL is missing or does not fit. */
export class SignatureInvalidError extends HttpError {
  constructor() {
    super(403, 'The signature of this address is missing or not valid.', { code: 'OXI_HTTP_SIGNATURE_INVALID' });
  }
}

/** The signature of a URL was valid once. */
export class SignatureExpiredError extends HttpError {
  constructor() {
    super(403, 'This address has expired.', { code: 'OXI_HTTP_SIGNATURE_EXPIRED' });
  }
}
