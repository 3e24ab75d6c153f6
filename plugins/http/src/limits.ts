/**
 * The limits of the server. Each has a default that is safe; 0 means "any number" only where it says so, and
 * `oxidite doctor` warns of it then. Most are enforced by Node's parsers, the others in `node/` and where bodies are read.
 */
import * as z from 'zod';

const positive = z.int().positive();
const countOrAny = z.int().nonnegative();

/** The limits that hold for every request. */
export const Limits = z.strictObject({
  /** The greatest body, in bytes, counted as they arrive; a route may declare another. Beyond: 413. */
  bodyBytes: positive.default(1_048_576),
  /** How deep objects and arrays of a body may be nested. Beyond: 400. */
  bodyDepth: positive.default(64),
  /** How many keys the objects of a JSON body may have, all levels together, or how many pairs a form. Beyond: 400. */
  bodyKeys: positive.default(10_000),
  /** The greatest request line with headers, in bytes. Beyond: 431. */
  headerBytes: positive.default(16_384),
  /** The greatest number of header lines. Beyond: 431. */
  headerCount: positive.default(100),
  /** The greatest path with query, in characters. Beyond: 414. */
  urlLength: positive.default(8_192),
  /** The time in which all headers must have arrived, and a TLS handshake must be done. Beyond: 408. */
  headersTimeoutMs: positive.default(10_000),
  /** The time in which the whole request must have arrived. Beyond: 408, or the end of the connection when the answer has begun. */
  requestTimeoutMs: positive.default(60_000),
  /** How long an idle connection is kept. */
  keepAliveTimeoutMs: positive.default(5_000),
  /** How long a client may take nothing of a response that waits for it, or send nothing of a body; the connection is broken off then. 0: any time. */
  stallTimeoutMs: countOrAny.default(30_000),
  /** The greatest number of requests on one connection; 0: any number. */
  requestsPerConnection: countOrAny.default(10_000),
  /** The greatest number of open connections of each listener; 0: any number. */
  connections: countOrAny.default(20_000),
  /** HTTP/2: the greatest number of requests at once on one connection. */
  http2Streams: positive.default(100),
  /** HTTP/2: how many requests a client may take back at once ("rapid reset"). Beyond: the connection is given up. */
  http2Resets: positive.default(200),
  /** HTTP/2: how many more of them it may take back each second. */
  http2ResetsPerSecond: positive.default(20),
  /** HTTP/2: how long a connection without requests is kept. */
  http2IdleTimeoutMs: positive.default(60_000),
  /** HTTP/2: the memory one connection may take, in megabytes. */
  http2SessionMegabytes: positive.default(10),
  /** HTTP/2: how many invalid frames one connection may send, and how many requests it was told not to begin. Beyond: it is given up. */
  http2Faults: positive.default(100),
  /** The greatest WebSocket message, in bytes. Beyond: close code 1009. */
  webSocketPayloadBytes: positive.default(1_048_576),
  /** Of how many fragments a WebSocket message may be made. Beyond: close code 1008. */
  webSocketFragments: positive.default(1_024),
});

/** The limits with their defaults. */
export type HttpLimits = z.output<typeof Limits>;
