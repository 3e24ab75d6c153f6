/** An exchange over Node's `IncomingMessage` and `ServerResponse`. A whole response is one `writeHead` and one `end`. */
import type { H3 } from 'h3';
import { H3Event } from 'h3';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { NodeRequest, sendNodeResponse } from 'srvx/node';
import type { BodyCallback, Exchange, FlatHeaders } from '../exchange/exchange.ts';
import { BodyTooLargeError } from '../problem/request-errors.ts';
import { hasBody, readNodeBody } from './node-body.ts';
import { pipeStream } from './pipe-stream.ts';

/** An unread body up to this size is read and thrown away, so that the connection can be used again. */
const MAX_DISCARDED_BYTES = 65_536;

/** A host with an optional port; what else a client may send is not put into URLs. */
const HOST = /^(?:[\w.-]+|\[[\da-fA-F:.]+\])(?::\d+)?$/;

/** What all exchanges of one server share. */
export interface NodeServerState {
  /** `true` once the server drains: each response ends its connection. */
  isDraining: boolean;
  /** The application's h3 handlers. */
  readonly h3: H3;
}

/** One request to a Node server. */
export class NodeExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #server: NodeServerState;
  #expectsContinue: boolean;
  #abort: AbortController | undefined;
  #event: H3Event | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, server: NodeServerState, target: string, expectsContinue = false) {
    this.method = message.method ?? 'GET';
    this.target = target;
    this.#message = message;
    this.#response = response;
    this.#server = server;
    this.#expectsContinue = expectsContinue;
  }

  get headers(): IncomingHttpHeaders {
    return this.#message.headers;
  }

  get origin(): string {
    const host = this.#message.headers.host ?? '';
    return `http://${HOST.test(host) ? host : 'localhost'}`;
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

  get hasBody(): boolean {
    return hasBody(this.#message);
  }

  readBody(limitBytes: number, done: BodyCallback): void {
    const message = this.#message;
    if (Number(message.headers['content-length']) > limitBytes) {
      done(new BodyTooLargeError(limitBytes), undefined);
      return;
    }
    if (this.#expectsContinue) {
      this.#expectsContinue = false;
      this.#response.writeContinue();
    }
    readNodeBody(message, limitBytes, done);
  }

  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void {
    if (this.#endsConnection()) headers.push('connection', 'close');
    this.#response.writeHead(status, headers);
    this.#response.end(body);
  }

  sendStream(status: number, headers: FlatHeaders, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#endsConnection()) headers.push('connection', 'close');
    this.#response.writeHead(status, headers);
    return pipeStream(body, this.#response, this.method === 'HEAD');
  }

  async sendWeb(response: Response): Promise<void> {
    if (this.#endsConnection() && !this.#response.headersSent) this.#response.setHeader('connection', 'close');
    await sendNodeResponse(this.#response, response).catch(() => this.destroy());
  }

  destroy(): void {
    this.#response.destroy();
  }

  /** Node reads a body to its end before the next request, however long it is: rather than that, the connection is given up. */
  #endsConnection(): boolean {
    if (this.#server.isDraining || this.#expectsContinue) return true;
    if (this.#message.complete || !hasBody(this.#message)) return false;
    const length = this.#message.headers['content-length'];
    return length === undefined || Number(length) > MAX_DISCARDED_BYTES;
  }
}
