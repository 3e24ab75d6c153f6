/**
 * Turns requests of HTTP/2 into exchanges, and gives up connections and streams that only cost. Floods of settings, pings,
 * invalid frames and resets are Node's and nghttp2's to count; here are their limits. Source: RFC 9113, sections 8.3.1 and 10.5.
 */
import { constants, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session, type ServerHttp2Stream, type ServerOptions } from 'node:http2';
import { isHost } from '../proxy/host.ts';
import { toAddress, UNKNOWN_ADDRESS } from '../proxy/address.ts';
import type { HttpLimits } from '../limits.ts';
import { PROBLEM_TYPE } from '../problem/problem.ts';
import { Http2Exchange } from './http2-exchange.ts';
import type { NodeServerState } from './node-exchange.ts';
import { breakOff } from './pipe-stream.ts';
import { createRefusal, type Refusal } from './refusal.ts';
import type { ServerContext } from './server-context.ts';

const HOST_INVALID = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'The request names no host, or several, or one that is none.');
const TARGET_INVALID = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'The request target is malformed, or its form has no place here.');
const HEADERS_TOO_LARGE = createRefusal(431, 'OXI_HTTP_HEADERS_TOO_LARGE');
const NO_TUNNEL = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'This server is no proxy.');

/** Path and query in ASCII, without a fragment: what HTTP/1.1 has in this place. */
const TARGET = /^\/[!"$-~]*$/;

/** `:method`, `:scheme`, `:authority` and `:path`. */
const PSEUDO_HEADERS = 4;

/** What is known of one connection. */
interface SessionRecord {
  readonly remoteAddress: string;
  open: number;
  total: number;
  /** Requests that were taken back, less those that time has forgiven. */
  resets: number;
  /** When the last one was. */
  resetMs: number;
}

/** The HTTP/2 side of one listener. */
export class Http2Intake {
  readonly #context: ServerContext;
  readonly #state: NodeServerState;
  readonly #sessions = new Map<ServerHttp2Session, SessionRecord>();

  constructor(context: ServerContext, state: NodeServerState) {
    this.#context = context;
    this.#state = state;
  }

  /** Watches a new connection. */
  handleSession(session: ServerHttp2Session): void {
    const { clock, limits } = this.#context;
    const record: SessionRecord = {
      remoteAddress: session.socket.remoteAddress ?? UNKNOWN_ADDRESS,
      open: 0,
      total: 0,
      resets: 0,
      resetMs: clock.now(),
    };
    this.#sessions.set(session, record);
    session.on('error', () => undefined); // the connection is gone, and its streams say so
    session.once('close', () => this.#sessions.delete(session));
    session.setTimeout(limits.http2IdleTimeoutMs, () => {
      if (record.open === 0) session.close(() => session.destroy());
    });
    session.on('stream', (stream) => this.#handleStream(session, record, stream));
    if (this.#state.isDraining) session.close();
  }

  /** Answers a request. */
  handle(request: Http2ServerRequest, response: Http2ServerResponse, expectsContinue: boolean): void {
    const { stream } = request;
    if (stream.destroyed) return;
    const host = findHost(request);
    const { url: target } = request;
    if (isLarger(request.rawHeaders, this.#context.limits.headerBytes)) refuseStream(HEADERS_TOO_LARGE, stream);
    else if (host === undefined) refuseStream(HOST_INVALID, stream);
    else if (target === '*' && request.method === 'OPTIONS') stream.respond({ ':status': 204 }, { endStream: true });
    else if (!TARGET.test(target)) refuseStream(TARGET_INVALID, stream);
    else {
      const peer = stream.session === undefined ? undefined : this.#sessions.get(stream.session as ServerHttp2Session); // a server's streams have a server's session
      const remoteAddress = this.#state.isLocal ? '' : toAddress(peer?.remoteAddress ?? UNKNOWN_ADDRESS);
      this.#context.answer(new Http2Exchange(request, response, this.#state, { host, target, remoteAddress, expectsContinue }));
    }
  }

  /** Refuses `CONNECT`. */
  refuseTunnel({ stream }: Http2ServerRequest): void {
    refuseStream(NO_TUNNEL, stream);
  }

  /** Tells all clients to send no more; connections close when their last response is complete. */
  drain(): void {
    for (const session of this.#sessions.keys()) session.close();
  }

  #handleStream(session: ServerHttp2Session, record: SessionRecord, stream: ServerHttp2Stream): void {
    const { clock, limits } = this.#context;
    record.open++;
    record.total++;
    stream.on('error', () => undefined); // a client that leaves is no error of ours
    const deadline = stream.endAfterHeaders ? undefined : clock.setTimeout(() => breakOff(stream), limits.requestTimeoutMs);
    if (deadline !== undefined) stream.once('end', () => deadline.cancel());
    if (limits.stallTimeoutMs > 0) stream.setTimeout(limits.stallTimeoutMs, () => breakOffStalled(stream));
    stream.once('close', () => {
      record.open--;
      if (stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR) this.#countReset(session, record);
      deadline?.cancel();
    });
    if (limits.requestsPerConnection > 0 && record.total >= limits.requestsPerConnection && !session.closed) session.close();
  }

  /** nghttp2 counts as well, but gives a connection up only after all that has arrived on it: hundreds of requests, each for a handler. */
  #countReset(session: ServerHttp2Session, record: SessionRecord): void {
    const { clock, limits } = this.#context;
    const now = clock.now();
    record.resets = Math.max(0, record.resets - ((now - record.resetMs) / 1_000) * limits.http2ResetsPerSecond) + 1;
    record.resetMs = now;
    if (record.resets > limits.http2Resets) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }
}

/** What Node is told of the limits. */
export function toHttp2Options(limits: HttpLimits): ServerOptions {
  return {
    settings: { maxConcurrentStreams: limits.http2Streams, maxHeaderListSize: limits.headerBytes, enablePush: false },
    maxHeaderListPairs: limits.headerCount + PSEUDO_HEADERS,
    maxSessionMemory: limits.http2SessionMegabytes,
    maxSessionInvalidFrames: limits.http2Faults,
    maxSessionRejectedStreams: limits.http2Faults,
    streamResetBurst: limits.http2Resets,
    streamResetRate: limits.http2ResetsPerSecond,
  };
}

/** Counts as RFC 9113, section 6.5.2 does. That limit is announced to the client, but Node believes a client that never confirms it. */
function isLarger(rawHeaders: readonly string[], limitBytes: number): boolean {
  let size = 0;
  for (const part of rawHeaders) size += part.length + 16;
  return size > limitBytes;
}

/** Both may be sent, but not differ. */
function findHost({ headers }: Http2ServerRequest): string | undefined {
  const { ':authority': authority, host } = headers;
  if (authority !== undefined && host !== undefined && authority !== host) return undefined;
  const found = authority ?? host;
  return found !== undefined && isHost(found) ? found : undefined;
}

function refuseStream({ status, body }: Refusal, stream: ServerHttp2Stream): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': status, 'content-type': PROBLEM_TYPE, 'content-length': Buffer.byteLength(body) });
  stream.end(body, () => stream.close(constants.NGHTTP2_NO_ERROR));
}

/** Nothing has moved on a stream for a while: either a handler works, or the client takes or sends nothing. */
function breakOffStalled(stream: ServerHttp2Stream): void {
  const isReceiving = !stream.readableEnded && !stream.endAfterHeaders && stream.readableFlowing === true;
  if (stream.writableLength > 0 || isReceiving) breakOff(stream);
}
