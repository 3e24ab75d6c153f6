/** A response before it is sent: what middleware sees on the way out, for results and errors alike. */
import type { Readable } from 'node:stream';
import type { Problem } from '../problem/problem.ts';
import type { SocketAcceptance } from '../socket/socket-acceptance.ts';
import { type FlatHeaders, ResponseHeaders } from './response-headers.ts';

/** The body of a response: whole, a stream, or a connection that becomes a WebSocket. */
export type ResponseBody = string | Uint8Array | Readable | ReadableStream<Uint8Array> | SocketAcceptance | undefined;

/** A response that can still be changed. Its length is counted when it is sent. */
export class ResponseDraft {
  status: number;
  body: ResponseBody;
  /** What was thrown, when the response is an error's. It must not be sent: `problem` is what clients may see of it. */
  readonly error: unknown;
  /** The problem that the body tells, when the response is an error's. */
  readonly problem: Problem | undefined;
  readonly #flat: FlatHeaders;
  #headers: ResponseHeaders | undefined;

  constructor(status: number, flat: FlatHeaders, body: ResponseBody, failure?: { readonly error: unknown; readonly problem: Problem }) {
    this.status = status;
    this.body = body;
    this.error = failure?.error;
    this.problem = failure?.problem;
    this.#flat = flat;
  }

  /** All headers but those of the framing, which the sender writes. */
  get headers(): ResponseHeaders {
    return (this.#headers ??= new ResponseHeaders(this.#flat));
  }

  /** Returns the headers of `draft` as they are sent. */
  static flatOf(draft: ResponseDraft): FlatHeaders {
    return draft.#flat;
  }
}
