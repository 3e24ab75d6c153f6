/** The Node server: listens, hands exchanges to the pipeline, and drains when it is asked to end. */
import type { Clock } from '@oxidite/plugin-sdk';
import type { H3 } from 'h3';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ListenError, PortInUseError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Endpoint, HttpLimits } from '../options.ts';
import { answerClientError } from './client-error.ts';
import { NodeExchange, type NodeServerState } from './node-exchange.ts';
import { toOriginForm } from './request-target.ts';

/** What a Node server needs. */
export interface NodeServerOptions {
  readonly limits: HttpLimits;
  readonly clock: Clock;
  readonly h3: H3;
  /** Answers one exchange; never throws or rejects. */
  readonly answer: (exchange: Exchange) => unknown;
}

/** An address that is listened on. */
export interface HttpAddress extends Endpoint {
  /** For people and clients on this machine: `http://localhost:3000`. */
  readonly url: string;
}

/** How often connections are checked for their time limits. */
const CHECK_INTERVAL_MS = 2_000;

/** A server that listens on one address. */
export class NodeServer {
  readonly #options: NodeServerOptions;
  readonly #state: NodeServerState;
  readonly #server: Server;

  constructor(options: NodeServerOptions) {
    const { limits } = options;
    this.#options = options;
    this.#state = { isDraining: false, h3: options.h3 };
    this.#server = createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
      optimizeEmptyRequests: true,
    });
    this.#server.maxRequestsPerSocket = limits.requestsPerConnection;
    if (limits.connections > 0) this.#server.maxConnections = limits.connections;
    this.#server.on('request', (message, response) => this.#handle(message, response, false));
    this.#server.on('checkContinue', (message, response) => this.#handle(message, response, true));
    this.#server.on('clientError', answerClientError);
  }

  /**
   * Starts to listen.
   * @throws {PortInUseError} when another program holds the port.
   * @throws {ListenError} when it fails for another reason.
   */
  listen({ host, port }: Endpoint): Promise<HttpAddress> {
    return new Promise((resolve, reject) => {
      const onError = (error: NodeJS.ErrnoException): void => {
        reject(error.code === 'EADDRINUSE' ? new PortInUseError(host, port, error) : new ListenError(host, port, error));
      };
      this.#server.once('error', onError);
      this.#server.listen({ host, port }, () => {
        this.#server.removeListener('error', onError);
        const bound = this.#server.address() as AddressInfo; // an object, because it listens on a port
        resolve({ host, port: bound.port, url: toUrl(host, bound.port) });
      });
    });
  }

  /** Stops to accept, closes idle connections, lets requests finish for `graceMs`, and breaks off what is left. Resolves when all connections are closed. */
  async drain(graceMs: number): Promise<void> {
    if (!this.#server.listening) return;
    this.#state.isDraining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const timer = this.#options.clock.setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    timer.cancel();
  }

  #handle(message: IncomingMessage, response: ServerResponse, expectsContinue: boolean): void {
    const target = toOriginForm(message.url);
    this.#options.answer(new NodeExchange(message, response, this.#state, target, expectsContinue));
  }
}

/** Addresses that mean "all of them" are shown as one that can be opened. */
function toUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}
