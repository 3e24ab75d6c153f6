/**
 * An exchange over web `Request` and `Response`: what `inject` uses, and runtimes that speak fetch. What the pipeline
 * answers without waiting is returned without a promise.
 */
import { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { MaybePromise } from '../compile/maybe-promise.ts';
import type { BodyCallback, Exchange } from '../exchange/exchange.ts';
import { HttpError } from '../problem/http-error.ts';
import { BodyTooLargeError } from '../problem/request-errors.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';
import type { FetchCarrier } from './fetch-carrier.ts';
import type { FetchUpgrade } from './fetch-upgrade.ts';
import { openWebBody } from './open-body.ts';
import { readFramed, readStream } from './read-body.ts';
import { type TrackedStream, trackStream } from './track-stream.ts';

/** One request that is answered by a `Response`. */
export class FetchExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly #request: Request;
  readonly #carrier: FetchCarrier;
  readonly #peer: unknown;
  readonly #pathStart: number;
  #headers: IncomingHttpHeaders | undefined;
  #event: H3Event | undefined;
  #abort: AbortController | undefined;
  #response: Response | undefined;
  #waiting: PromiseWithResolvers<Response | undefined> | undefined;
  #ended: PromiseWithResolvers<void> | undefined;
  #stream: TrackedStream | undefined;
  #isSent: boolean;
  #isEnded: boolean;
  #isBroken: boolean;
  #isHeld: boolean;

  constructor(request: Request, carrier: FetchCarrier, peer?: unknown) {
    const { url } = request;
    const pathStart = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3);
    const fragment = carrier.isServer ? -1 : url.indexOf('#');
    this.method = carrier.isServer ? request.method : request.method.toUpperCase();
    this.target = fragment === -1 ? url.slice(pathStart) : url.slice(pathStart, fragment);
    this.#request = request;
    this.#carrier = carrier;
    this.#peer = peer;
    this.#pathStart = pathStart;
    this.#isSent = false;
    this.#isEnded = false;
    this.#isBroken = false;
    this.#isHeld = false;
  }

  get origin(): string {
    const origin = this.#request.url.slice(0, this.#pathStart);
    return origin === '' ? `${this.isEncrypted ? 'https' : 'http'}://localhost` : origin;
  }

  get headers(): IncomingHttpHeaders {
    if (this.#headers === undefined) {
      const headers: IncomingHttpHeaders = Object.fromEntries(this.#request.headers);
      if (this.#pathStart > 0 && (this.#carrier.isServer || headers.host === undefined))
        headers.host = this.#request.url.slice(0, this.#pathStart).split('//')[1]; // an absolute target decides the host
      this.#headers = headers;
    }
    return this.#headers;
  }

  get remoteAddress(): string {
    return this.#carrier.addressOf(this.#request, this.#peer);
  }

  get isEncrypted(): boolean {
    return this.#carrier.isEncrypted ?? this.#request.url.startsWith('https:');
  }

  /** Runtimes may abort the signal of a request when it was answered well: this one aborts only before. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const { signal } = this.#request;
      const onAbort = (): void => {
        if (this.#isEnded) return;
        this.#isBroken = true;
        abort.abort(signal.reason);
      };
      this.#abort = abort;
      if (this.#isBroken) abort.abort(createAbortError());
      else if (signal.aborted) onAbort();
      else {
        signal.addEventListener('abort', onAbort, { once: true });
        void this.ended.then(() => signal.removeEventListener('abort', onAbort));
      }
    }
    return this.#abort.signal;
  }

  get event(): H3Event {
    return (this.#event ??= new H3Event(this.#request, undefined, this.#carrier.h3));
  }

  get usedEvent(): H3Event | undefined {
    return this.#event;
  }

  get upgradeRequest(): FetchUpgrade | undefined {
    const { openSocket, isDraining } = this.#carrier;
    if (openSocket === undefined || isDraining || this.method !== 'GET') return undefined;
    const { headers } = this.#request;
    if (headers.get('upgrade')?.toLowerCase() !== 'websocket' || !headers.has('sec-websocket-key')) return undefined;
    return this.takeOver();
  }

  /** `true` while the body of the response is a stream that its reader has not read to the end. */
  get isStreaming(): boolean {
    return this.#isSent && !this.#isEnded;
  }

  get isSent(): boolean {
    return this.#isSent;
  }

  get isBroken(): boolean {
    return this.#isBroken || (!this.#isEnded && this.#request.signal.aborted);
  }

  /** `true` when nothing is left to do. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get hasBody(): boolean {
    if (!this.#carrier.isServer) return this.#request.body !== null;
    const { headers } = this.#request;
    const length = headers.get('content-length');
    return length === null ? headers.has('transfer-encoding') : length !== '0';
  }

  get ended(): Promise<void> {
    if (this.#isEnded) return Promise.resolve();
    return (this.#ended ??= Promise.withResolvers<void>()).promise;
  }

  /** Returns the response, or a promise of it while there is none; `undefined` when the connection became a WebSocket. */
  result(): MaybePromise<Response | undefined> {
    if (this.#isSent) return this.#response;
    this.#waiting ??= Promise.withResolvers<Response | undefined>();
    return this.#waiting.promise;
  }

  /** Lets the connection rest while a handler works. */
  hold(): void {
    if (this.#isHeld || this.#carrier.limitRest === undefined) return;
    this.#isHeld = true;
    this.#carrier.limitRest(this.#request, 'none', this.#peer);
  }

  readBody(limitBytes: number, done: BodyCallback): void {
    const length = this.#request.headers.get('content-length');
    if (Number(length) > limitBytes) {
      done(new BodyTooLargeError(limitBytes), undefined);
      return;
    }
    const isFramed = this.#carrier.isServer && length !== null;
    const { body } = isFramed ? { body: undefined } : this.#request;
    if (body === null) {
      done(undefined, undefined);
      return;
    }
    let isDone = false;
    const finish: BodyCallback = (error, bytes) => {
      if (isDone) return;
      isDone = true;
      callOff?.();
      this.hold();
      done(error, bytes);
    };
    const callOff = this.#carrier.limitBody?.(() => finish(createTimeoutError(), undefined));
    (body === undefined ? readFramed(this.#request) : readStream(body, limitBytes)).then(
      (bytes) => finish(undefined, bytes),
      (error: unknown) => finish(error, undefined),
    );
  }

  openBody(limitBytes: number): Readable {
    return openWebBody(this.#request, limitBytes);
  }

  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void {
    const hasNoBody = this.#hasNoBody(status);
    const content = hasNoBody ? null : (body as string | Uint8Array<ArrayBuffer> | undefined); // a `Response` copies bytes, wherever they are
    this.#respond(this.#create(content ?? null, status, headers, this.#carrier.isServer && !hasNoBody));
    this.#end();
  }

  sendStream(status: number, headers: FlatHeaders, body: Readable | ReadableStream<Uint8Array>): Promise<void> {
    const stream = trackStream(body, {
      isSilent: this.#carrier.isServer,
      onPull: (state) => this.#carrier.limitRest?.(this.#request, state === 'awaited' ? 'none' : 'stall', this.#peer),
    });
    if (this.#hasNoBody(status)) {
      this.#respond(this.#create(null, status, headers, false));
      this.#end();
      return stream.readable.cancel();
    }
    this.#stream = stream;
    this.#respond(this.#create(stream.readable, status, headers, false));
    return stream.ended
      .then((end) => {
        if (end === 'left') this.#break();
      })
      .finally(() => this.#end());
  }

  takeOver(): FetchUpgrade {
    const carrier = this.#carrier;
    return {
      open: (context) => {
        void carrier.openSocket?.(Object.assign(this.#request, { context }), this.#peer).then(
          (response) => this.#takeResponse(response),
          () => this.destroy(),
        );
      },
    };
  }

  destroy(): void {
    if (this.#isEnded) return;
    if (this.#isSent) this.#stream?.breakOff();
    else if (this.#carrier.isServer) this.#respond(createBrokenResponse());
    else {
      this.#waiting ??= Promise.withResolvers<Response | undefined>();
      this.#waiting.reject(new TypeError('The response was broken off.'));
    }
    this.#break();
    this.#end();
  }

  #create(body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null, status: number, headers: FlatHeaders, isLengthKnown: boolean): Response {
    if (this.#carrier.isDraining) headers.unshift('connection', 'close');
    return new Response(body, { status, headers: this.#carrier.responseHeaders.toInit(headers, isLengthKnown) });
  }

  #respond(response: Response): void {
    if (this.#isHeld) this.#carrier.limitRest?.(this.#request, 'stall', this.#peer);
    this.#takeResponse(response);
  }

  #takeResponse(response: Response | undefined): void {
    this.#isSent = true;
    this.#response = response;
    this.#waiting?.resolve(response);
    if (response === undefined) this.#end();
  }

  #break(): void {
    this.#isBroken = true;
    this.#abort?.abort(createAbortError());
  }

  #end(): void {
    this.#isEnded = true;
    this.#ended?.resolve();
  }

  #hasNoBody(status: number): boolean {
    return this.method === 'HEAD' || status === 204 || status === 304;
  }
}

/** A response whose client sees that it is incomplete: there is no other way to break a connection off. */
function createBrokenResponse(): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.error() }));
}

function createAbortError(): DOMException {
  return new DOMException('The client closed the connection.', 'AbortError');
}

function createTimeoutError(): HttpError {
  return new HttpError(408, 'The body did not arrive in time.', { code: 'OXI_HTTP_REQUEST_TIMEOUT' });
}
