/**
 * One request and its response, whatever carries them. The pipeline knows only this; `node/` and `fetch/` implement it.
 * Exactly one of the `send` methods is called, once.
 */
import type { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';

/** Header names and values in turn, the form that costs least to write: `['content-type', 'text/plain']`. */
export type FlatHeaders = string[];

/** Receives a whole body, or the error that kept it from being read. */
export type BodyCallback = (error: unknown, bytes: Uint8Array | undefined) => void;

/** One request and its response. */
export interface Exchange {
  /** In upper case. */
  readonly method: string;
  /** The request target in origin form: path and query, percent-encoded. */
  readonly target: string;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** Scheme and host as the client claims them: `http://localhost:3000`. */
  readonly origin: string;
  /** Aborts when the client goes away before the response is complete. */
  readonly signal: AbortSignal;
  /** The h3 event of the request, made on its first use. */
  readonly event: H3Event;
  /** The event, if it was used. */
  readonly usedEvent: H3Event | undefined;
  /** `true` once a response was begun. */
  readonly isSent: boolean;
  /** `true` when the request announces a body; it may turn out to be empty. */
  readonly hasBody: boolean;
  /** Reads the body, calling back once, with an error as soon as it is larger than `limitBytes`. */
  readBody(limitBytes: number, done: BodyCallback): void;
  /** Sends a response with a whole body; `headers` must hold its content-length. A HEAD request gets the headers only. */
  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void;
  /**
   * Sends a response whose body is a stream; settles when it has ended, or the client is gone and the stream was cancelled.
   * @throws Whatever the stream fails with; the connection is broken off then, so that the client sees an incomplete body.
   */
  sendStream(status: number, headers: FlatHeaders, body: ReadableStream<Uint8Array>): Promise<void>;
  /** Sends what an h3 handler returned. Never rejects. */
  sendWeb(response: Response): Promise<void>;
  /** Breaks the connection off: the response cannot be completed. */
  destroy(): void;
}
