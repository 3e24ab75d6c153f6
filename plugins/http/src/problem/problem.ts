/** The body of every error response. Source: RFC 9457 (Problem Details for HTTP APIs); `code` and `errors` are extension members. */

/** Where an input stood in the request. */
export type InputSource = 'params' | 'query' | 'headers' | 'cookies' | 'body';

/** One thing that is wrong with the inputs. */
export interface InputIssue {
  readonly in: InputSource;
  /** A JSON Pointer (RFC 6901) into the source: `/tags/0`; the empty string is the source as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Problem details. */
export interface Problem {
  /** `about:blank`: the status says what kind of problem it is. */
  readonly type: string;
  /** The standard phrase of the status. */
  readonly title: string;
  readonly status: number;
  /** What is wrong with this request, for people. Never present on a 500 in production. */
  readonly detail?: string;
  /** The stable code of the error: `OXI_HTTP_NOT_FOUND`. */
  readonly code: string;
  /** All issues of all inputs. */
  readonly errors?: readonly InputIssue[];
}

/** The media type of a {@link Problem}. */
export const PROBLEM_TYPE = 'application/problem+json';
