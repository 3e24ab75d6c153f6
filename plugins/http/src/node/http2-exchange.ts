/**
 * An exchange over HTTP/2. Responses are written to the stream itself; Node's request and response objects exist for h3
 * handlers. What belongs to connections of HTTP/1.1 never leaves here. Source: RFC 9113, sections 8.2.2, 8.3 and 8.1.
 */
import { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import { constants, type Http2ServerRequest, type Http2ServerResponse, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { Readable } from 'node:stream';
import { NodeRequest } from 'srvx/node';
import type { BodyCallback, Exchange } from '../exchange/exchange.ts';
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';
import { readNodeBody } from './node-body.ts';
import { openNodeBody } from './open-body.ts';
import type { NodeServerState } from './node-exchange.ts';
import { breakOff, pipeReadable, pipeStream } from './pipe-stream.ts';

/** Headers that mean something to connections of HTTP/1.1 only. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings']);

/** What the server has found out about a request before it became an exchange. */
export interface Http2Intake {
  readonly host: string;
  readonly target: string;
  readonly remoteAddress: string;
  readonly expectsContinue: boolean;
}

/** One request on a stream of HTTP/2. */
export class Http2Exchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly remoteAddress: string;
  readonly #request: Http2ServerRequest;
  readonly #response: Http2ServerResponse;
  readonly #stream: ServerHttp2Stream;
  readonly #server: NodeServerState;
  readonly #host: string;
  #expectsContinue: boolean;
  /** `true` once all of the response was handed over. */
  #isEnded = false;
  #headers: IncomingHttpHeaders | undefined;
  #abort: AbortController | undefined;
  #event: H3Event | undefined;

  constructor(request: Http2ServerRequest, response: Http2ServerResponse, server: NodeServerState, intake: Http2Intake) {
    this.method = request.method;
    this.target = intake.target;
    this.remoteAddress = intake.remoteAddress;
    this.#host = intake.host;
    this.#expectsContinue = intake.expectsContinue;
    this.#request = request;
    this.#response = response;
    this.#stream = request.stream;
    this.#server = server;
  }

  get headers(): IncomingHttpHeaders {
    if (this.#headers === undefined) {
      const headers: IncomingHttpHeaders = { host: this.#host };
      for (const [name, value] of Object.entries(this.#request.headers)) if (name.charCodeAt(0) !== 58) headers[name] = value; // 58: the colon of pseudo-headers
      this.#headers = headers;
    }
    return this.#headers;
  }

  get origin(): string {
    return `${this.isEncrypted ? 'https' : 'http'}://${this.#host}`;
  }

  get isEncrypted(): boolean {
    return this.#server.isEncrypted;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      this.#abort = abort;
      const onClose = (): void => {
        if (this.isBroken) abort.abort(new DOMException('The client closed the connection.', 'AbortError'));
      };
      if (this.#stream.destroyed) onClose();
      else this.#stream.once('close', onClose);
    }
    return this.#abort.signal;
  }

  get event(): H3Event {
    return (this.#event ??= new H3Event(new NodeRequest({ req: this.#request, res: this.#response }), undefined, this.#server.h3));
  }

  get usedEvent(): H3Event | undefined {
    return this.#event;
  }

  get isSent(): boolean {
    return this.#stream.headersSent;
  }

  get isBroken(): boolean {
    const { destroyed, headersSent, rstCode } = this.#stream;
    return destroyed && (rstCode !== constants.NGHTTP2_NO_ERROR || !headersSent || !(this.#isEnded || this.#response.writableEnded));
  }

  get hasBody(): boolean {
    return !this.#stream.endAfterHeaders;
  }

  readBody(limitBytes: number, done: BodyCallback): void {
    const stream = this.#stream;
    if (Number(this.#request.headers['content-length']) > limitBytes) {
      done(new BodyTooLargeError(limitBytes), undefined);
      return;
    }
    this.#continue();
    let isDone = false;
    const finish: BodyCallback = (error, bytes) => {
      if (isDone) return;
      isDone = true;
      // A stream that was taken back ends as well; only what ends while it is open is complete.
      if (error === undefined && (stream.closed || stream.aborted || stream.destroyed)) done(new RequestAbortedError(), undefined);
      else done(error, bytes);
    };
    if (stream.destroyed) finish(new RequestAbortedError(), undefined);
    readNodeBody(stream, limitBytes, finish);
    stream.once('close', () => finish(new RequestAbortedError(), undefined));
  }

  get ended(): Promise<void> {
    const stream = this.#stream;
    return new Promise((resolve) => {
      if (stream.closed) resolve();
      else stream.once('close', () => resolve());
    });
  }

  openBody(limitBytes: number): Readable {
    const stream = this.#stream;
    return openNodeBody(stream, {
      limitBytes,
      claimedBytes: this.#request.headers['content-length'],
      onBegin: () => this.#continue(),
      isBroken: () => stream.closed || stream.aborted || stream.destroyed,
    });
  }

  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void {
    const isEmpty = body === undefined || body.length === 0 || this.method === 'HEAD';
    if (!this.#respond(status, headers, isEmpty)) return;
    if (!isEmpty) this.#stream.end(body);
    this.#isEnded = true;
    this.#giveUpRest();
  }

  async sendStream(status: number, headers: FlatHeaders, body: Readable | ReadableStream<Uint8Array>): Promise<void> {
    const isHead = this.method === 'HEAD';
    if (!this.#respond(status, headers, isHead) || isHead) {
      if (body instanceof Readable) body.destroy();
      else await body.cancel().catch(() => undefined);
      this.#isEnded = true;
      return;
    }
    await (body instanceof Readable ? pipeReadable(body, this.#stream, false) : pipeStream(body, this.#stream, false));
    this.#isEnded = true;
    this.#giveUpRest();
  }

  destroy(): void {
    breakOff(this.#stream);
  }

  #continue(): void {
    if (!this.#expectsContinue) return;
    this.#expectsContinue = false;
    if (!this.#stream.destroyed) this.#stream.additionalHeaders({ ':status': 100 });
  }

  /** Sends the headers; `false` when nobody is there any more. */
  #respond(status: number, flat: FlatHeaders, endStream: boolean): boolean {
    if (this.#stream.destroyed || this.#stream.closed) return false;
    const headers: OutgoingHttpHeaders = { ':status': status };
    for (let index = 0; index < flat.length; index += 2) {
      const name = flat[index]?.toLowerCase() ?? '';
      if (CONNECTION_HEADERS.has(name)) continue;
      const value = flat[index + 1] ?? '';
      const former = headers[name];
      headers[name] = former === undefined ? value : [...(Array.isArray(former) ? former : [String(former)]), value];
    }
    this.#stream.respond(headers, { endStream });
    return true;
  }

  /** What is left of a request that was answered is not wanted; the client is told so without an error. */
  #giveUpRest(): void {
    const stream = this.#stream;
    if (stream.endAfterHeaders || stream.readableEnded || stream.destroyed) return;
    if (stream.writableFinished) stream.close(constants.NGHTTP2_NO_ERROR);
    else stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR));
  }
}
