/** Turns what a Node server emits for HTTP/1.1 into exchanges, refusals and upgrades, and breaks off clients that do not move. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { answerClientError } from './client-error.ts';
import { NodeExchange, type NodeServerState } from './node-exchange.ts';
import { closeAfter, createRefusal, hasAnswerUnderWay, refuseRequest, refuseSocket } from './refusal.ts';
import { RequestGate, TARGET_INVALID } from './request-gate.ts';
import { resolveTarget } from './request-target.ts';
import type { ServerContext } from './server-context.ts';
import { asksForWebSocket, createUpgradeResponse, type UpgradeRequest } from './upgrades.ts';

/** What the server as a whole answers to `OPTIONS *`. Source: RFC 9110, section 9.3.7. */
const SERVER_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

const EXPECTATION = createRefusal(417, 'OXI_HTTP_EXPECTATION', 'The only expectation known here is "100-continue".');
const NO_TUNNEL = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'This server is no proxy.');

/** The HTTP/1.1 side of one listener. */
export class Http1Intake {
  readonly #context: ServerContext;
  readonly #state: NodeServerState;
  readonly #gate: RequestGate;

  constructor(context: ServerContext, state: NodeServerState) {
    this.#context = context;
    this.#state = state;
    this.#gate = new RequestGate(context.limits.headerCount);
  }

  /** Handles everything that is not a request or a TLS handshake; requests are passed to {@link Http1Intake.handle} by the owner. */
  attach(server: Server | Http2SecureServer): void {
    const { clock, limits } = this.#context;
    server.on('timeout', (subject: unknown) => this.#onTimeout(subject));
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
      const isDecided = this.#state.closing.has(socket as Socket) && error.code?.startsWith('HPE_') === true; // what else it may be, is in no set
      if (!isDecided) answerClientError(error, socket, clock);
    });
    Object.assign(server, { timeout: limits.stallTimeoutMs, shouldUpgradeCallback: (message: IncomingMessage) => this.#takesOver(message) });
    server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => this.#upgrade({ message, socket, head }));
  }

  /** Answers a request. This is the hot path: nothing is allocated but the exchange. */
  handle(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const { closing } = this.#state;
    if (closing.size > 0 && closing.has(message.socket)) return; // it came after the last request of its connection
    const refusal = this.#gate.findRefusal(message);
    const target = refusal === undefined ? resolveTarget(message) : undefined;
    if (target === undefined) {
      closeAfter(message, closing);
      refuseRequest(refusal ?? TARGET_INVALID, response);
    } else if (target === '*') {
      response.writeHead(204, ['allow', SERVER_METHODS]);
      response.end();
    } else this.#context.answer(new NodeExchange(message, response, this.#state, target, expectsContinue));
  }

  /** Refuses an expectation that is none. */
  refuseExpectation(message: IncomingMessage, response: ServerResponse): void {
    closeAfter(message, this.#state.closing);
    refuseRequest(EXPECTATION, response);
  }

  /** Refuses `CONNECT`. */
  refuseTunnel(socket: Duplex): void {
    refuseSocket(NO_TUNNEL, socket, this.#context.clock);
  }

  /** An upgrade passes the same gate as a request; one that does not is refused as one. */
  #takesOver(message: IncomingMessage): boolean {
    if (!asksForWebSocket(message) || this.#state.isDraining || hasAnswerUnderWay(message.socket) || this.#state.closing.has(message.socket)) return false;
    return this.#gate.findRefusal(message) === undefined && resolveTarget(message) !== undefined;
  }

  /** The request is answered like any other, unless its handler takes the connection over. */
  #upgrade(request: UpgradeRequest): void {
    const exchange = new NodeExchange(request.message, createUpgradeResponse(request, this.#context.clock), this.#state, resolveTarget(request.message) ?? '/');
    exchange.upgradeRequest = request;
    this.#context.answer(exchange);
  }

  /** Nothing has moved on a connection for a while: it is idle, or the client takes or sends nothing, or a handler works. */
  #onTimeout(subject: unknown): void {
    if (!isSocket(subject)) return; // a session of HTTP/2 has a time-out of its own
    const isWorking = hasAnswerUnderWay(subject) && subject.writableLength === 0 && !isReceiving(subject);
    if (!isWorking) subject.destroy();
  }
}

function isSocket(subject: unknown): subject is Socket {
  return typeof subject === 'object' && subject !== null && 'writableLength' in subject;
}

/** Tells whether the rest of a body is awaited on this connection. Node keeps the request there; a test holds it. */
function isReceiving(socket: Socket): boolean {
  if (!('_httpMessage' in socket)) return false;
  const { req: message } = socket._httpMessage as ServerResponse; // only asked while an answer is under way
  return !message.complete && message.readableFlowing === true;
}
