/** An exchange over Node's `IncomingMessage` and `ServerResponse`. A whole response is one `writeHead` and one `end`. */
import type { H3 } from 'h3';
import { H3Event } from 'h3';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { NodeRequest } from 'srvx/node';
import type { BodyCallback, Exchange } from '../exchange/exchange.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';
import { BodyTooLargeError } from '../problem/request-errors.ts';
import { toAddress, UNKNOWN_ADDRESS } from '../proxy/address.ts';
import { hasBody, readNodeBody } from './node-body.ts';
import { openNodeBody } from './open-body.ts';
import { closeAfter } from './refusal.ts';
import type { UpgradeRequest } from './upgrades.ts';
import { pipeReadable, pipeStream } from './pipe-stream.ts';

/** An unread body up to this size is read and thrown away, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 65_536;

/** What all exchanges of one listener share. */
export interface NodeServerState {
  /** `true` once the server drains: each response ends its connection. */
  isDraining: boolean;
  /** Connections whose last response is decided; what else arrives on them is ignored. */
  readonly closing: Set<Socket>;
  /** `true` when clients speak TLS. */
  readonly isEncrypted: boolean;
  /** `true` when clients come over a unix socket, and so have no address. */
  readonly isLocal: boolean;
  /** The application's h3 handlers. */
  readonly h3: H3;
}

/** One request to a Node server. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  upgradeRequest: UpgradeRequest | undefined;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #server: NodeServerState;
  #expectsContinue: boolean;
  #abort: AbortController | undefined;
  #event: H3Event | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, server: NodeServerState, target: string, expectsContinue = false) {
    this.method = message.method ?? 'GET';
    this.target = target;
    this.upgradeRequest = undefined;
    this.#message = message;
    this.#response = response;
    this.#server = server;
    this.#expectsContinue = expectsContinue;
  }

  get headers(): IncomingHttpHeaders {
    return this.#message.headers;
  }

  get origin(): string {
    return `${this.#server.isEncrypted ? 'https' : 'http'}://${this.#message.headers.host ?? 'localhost'}`;
  }

  get remoteAddress(): string {
    return this.#server.isLocal ? '' : toAddress(this.#message.socket.remoteAddress ?? UNKNOWN_ADDRESS);
  }

  get isEncrypted(): boolean {
    return this.#server.isEncrypted;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      const response = this.#response;
      this.#abort = abort;
      const onClose = (): void => {
        if (!response.writableFinished) abort.abort(new DOMException('The client closed the connection.', 'AbortError'));
      };
      if (response.destroyed) onClose();
      else response.once('close', onClose);
    }
    return this.#abort.signal;
  }

  get event(): H3Event {
    return (this.#event ??= new H3Event(new NodeRequest({ req: this.#message, res: this.#response }), undefined, this.#server.h3));
  }

  get usedEvent(): H3Event | undefined {
    return this.#event;
  }

  get isSent(): boolean {
    return this.#response.headersSent;
  }

  get isBroken(): boolean {
    return this.#response.destroyed && !this.#response.writableFinished;
  }

  get hasBody(): boolean {
    return hasBody(this.#message);
  }

  readBody(limitBytes: number, done: BodyCallback): void {
    const message = this.#message;
    if (Number(message.headers['content-length']) > limitBytes) {
      done(new BodyTooLargeError(limitBytes), undefined);
      return;
    }
    this.#continue();
    readNodeBody(message, limitBytes, done);
  }

  get ended(): Promise<void> {
    const response = this.#response;
    const { socket } = this.#message;
    return new Promise((resolve) => {
      const end = (): void => {
        response.off('close', end);
        socket.off('close', end);
        resolve();
      };
      if (response.closed || socket.destroyed) {
        resolve();
        return;
      }
      response.once('close', end);
      socket.once('close', end); // in older versions of Node, a response that waits for the one before it knows nothing of the connection
    });
  }

  openBody(limitBytes: number): Readable {
    const message = this.#message;
    return openNodeBody(message, {
      limitBytes,
      claimedBytes: message.headers['content-length'],
      onBegin: () => this.#continue(),
      isBroken: () => !message.complete,
    });
  }

  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void {
    if (this.#endsConnection()) headers.push('connection', 'close');
    this.#response.writeHead(status, headers);
    this.#response.end(body);
  }

  sendStream(status: number, headers: FlatHeaders, body: Readable | ReadableStream<Uint8Array>): Promise<void> {
    if (this.#endsConnection()) headers.push('connection', 'close');
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders(); // the body may take its time
    const isHead = this.method === 'HEAD';
    return body instanceof Readable ? pipeReadable(body, this.#response, isHead) : pipeStream(body, this.#response, isHead);
  }

  takeOver(): UpgradeRequest {
    if (this.upgradeRequest === undefined) throw new TypeError('Only a request for a WebSocket can be taken over.');
    this.#response.detachSocket(this.#message.socket);
    return this.upgradeRequest;
  }

  destroy(): void {
    this.#response.destroy();
  }

  #continue(): void {
    if (!this.#expectsContinue) return;
    this.#expectsContinue = false;
    this.#response.writeContinue();
  }

  /** Node reads a body to its end before the next request, however long it is: rather than that, the connection is given up. */
  #endsConnection(): boolean {
    if (!this.#server.isDraining && !this.#expectsContinue) {
      if (this.#message.complete || !hasBody(this.#message)) return false;
      const length = this.#message.headers['content-length'];
      if (length !== undefined && Number(length) <= MAX_DISCARDED_BYTES) return false;
    }
    closeAfter(this.#message, this.#server.closing);
    return true;
  }
}
