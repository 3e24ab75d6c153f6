/**
 * One request and its response, whatever carries them. The pipeline knows only this; `node/` and `fetch/` implement it.
 * Exactly one of the `send` methods is called, once.
 */
import type { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { FetchUpgrade } from '../fetch/fetch-upgrade.ts';
import type { UpgradeRequest } from '../node/upgrades.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';

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
  /** The address of the peer: a client, or the proxy before us. `''` for a unix socket. */
  readonly remoteAddress: string;
  /** `true` when the peer speaks TLS. */
  readonly isEncrypted: boolean;
  /** Aborts when the client goes away before the response is complete. */
  readonly signal: AbortSignal;
  /** The h3 event of the request, made on its first use. */
  readonly event: H3Event;
  /** The event, if it was used. */
  readonly usedEvent: H3Event | undefined;
  /** Set when the connection can become a WebSocket. */
  readonly upgradeRequest?: UpgradeRequest | FetchUpgrade | undefined;
  /** `true` once a response was begun. */
  readonly isSent: boolean;
  /** `true` when the response was broken off: the client is gone, or will see an incomplete body. */
  readonly isBroken: boolean;
  /** `true` when the request announces a body; it may turn out to be empty. */
  readonly hasBody: boolean;
  /** Resolves when the response has left, or was broken off; made on its first use. Never rejects. */
  readonly ended: Promise<void>;
  /** Reads the body, calling back once, with an error as soon as it is larger than `limitBytes`. */
  readBody(limitBytes: number, done: BodyCallback): void;
  /**
   * Opens the body as a stream, instead of reading it: its bytes are counted. It fails with a `BodyTooLargeError` beyond
   * `limitBytes`, with a `RequestAbortedError` when the client leaves; what is not read of it is thrown away.
   */
  openBody(limitBytes: number): Readable;
  /** Sends a response with a whole body; `headers` must hold its content-length. A HEAD request gets the headers only. */
  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void;
  /**
   * Sends a response whose body is a stream; settles when it has ended, or the client is gone and the stream was cancelled.
   * @throws Whatever the stream fails with; the connection is broken off then, so that the client sees an incomplete body.
   */
  sendStream(status: number, headers: FlatHeaders, body: Readable | ReadableStream<Uint8Array>): Promise<void>;
  /** Ends the exchange without a response: whoever calls it has the connection from now on. Only there when {@link upgradeRequest} is set. */
  takeOver?(): UpgradeRequest | FetchUpgrade;
  /** Breaks the connection off: the response cannot be completed. */
  destroy(): void;
}
