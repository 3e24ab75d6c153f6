/**
 * Does the handshake of accepted connections and carries their messages, through crossws: on Node with the library's server,
 * elsewhere with that of the runtime, which is given the same hooks. Source: RFC 6455.
 */
import type { Logger } from '@oxidite/plugin-sdk';
import type { Hooks, Peer } from 'crossws';
import createNodeAdapter, { type NodeAdapter, type NodeOptions } from 'crossws/adapters/node';
import type { FetchUpgrade } from '../fetch/fetch-upgrade.ts';
import type { UpgradeRequest } from '../node/upgrades.ts';
import type { HttpLimits } from '../options.ts';
import { type FlatHeaders, ResponseHeaders } from '../reply/response-headers.ts';
import { Connection } from './connection.ts';
import type { SocketAcceptance } from './socket-acceptance.ts';

/** "Service Restart". Source: IANA, WebSocket Close Code Number Registry. */
const RESTART = 1_012;
/** How long a connection may be silent before it is asked whether it is still there. */
export const SECONDS_BETWEEN_PINGS = 30;

/** The WebSockets of a server. The library is made ready with the first connection. */
export class SocketAdapter {
  /** What a runtime that does handshakes itself calls. */
  readonly hooks: Partial<Hooks>;
  readonly #limits: Pick<HttpLimits, 'webSocketFragments' | 'webSocketPayloadBytes'>;
  readonly #logger: Logger;
  readonly #connections = new Set<Connection>();
  #adapter: NodeAdapter | undefined;

  constructor(limits: Pick<HttpLimits, 'webSocketFragments' | 'webSocketPayloadBytes'>, logger: Logger) {
    this.#limits = limits;
    this.#logger = logger;
    this.hooks = this.#createHooks();
  }

  /** Answers the handshake; `headers` go with it. */
  accept(acceptance: SocketAcceptance, headers: FlatHeaders, upgrade: UpgradeRequest | FetchUpgrade): void {
    const context = { connection: new Connection(acceptance), headers };
    if ('open' in upgrade) {
      upgrade.open(context);
      return;
    }
    const { message, socket, head } = upgrade;
    const own = Object.assign(new Request(acceptance.request.url), { context });
    this.#adapter ??= this.#create();
    void this.#adapter.handleUpgrade(message, socket, head, own).catch(() => socket.destroy());
  }

  /** Tells all clients that the server ends, and that they may come back at once. */
  drain(): void {
    for (const connection of this.#connections) connection.close(RESTART, 'the server restarts; connect again');
  }

  /** Resolves when the connections that are open now are closed. */
  async closed(): Promise<void> {
    await Promise.all([...this.#connections].map(({ signal }) => toPromise(signal)));
  }

  /** Breaks off what is left, and waits for handlers. */
  async close(): Promise<void> {
    this.#adapter?.closeAll(RESTART, undefined, true);
    for (const connection of this.#connections) connection.breakOff();
    await Promise.all([...this.#connections].map((connection) => connection.settled()));
    await this.#adapter?.close?.();
    this.#adapter = undefined;
  }

  #create(): NodeAdapter {
    const { webSocketPayloadBytes, webSocketFragments } = this.#limits;
    return createNodeAdapter({
      idleTimeout: SECONDS_BETWEEN_PINGS,
      serverOptions: { maxPayload: webSocketPayloadBytes, maxFragments: webSocketFragments } as NonNullable<NodeOptions['serverOptions']>, // the types of crossws lack the newer limit
      hooks: this.hooks,
    });
  }

  #createHooks(): Partial<Hooks> {
    return {
      upgrade: (request) => {
        const connection = connectionOf(request);
        return {
          headers: [...new ResponseHeaders(headersOf(request))],
          context: { connection },
          namespace: connection.request.route.path,
          ...(connection.protocol === '' ? {} : { protocol: connection.protocol }),
        };
      },
      open: (peer) => {
        const connection = connectionOf(peer);
        this.#connections.add(connection);
        connection.opened(peer);
      },
      message: (peer, message) => connectionOf(peer).received(message),
      close: (peer, { code = 1_006, reason = '' }) => this.#forget(connectionOf(peer), code, reason),
      error: (peer, error) => this.#logger.debug({ error, route: connectionOf(peer).request.route.path }, 'a WebSocket was broken off'),
    };
  }

  #forget(connection: Connection, code: number, reason: string): void {
    connection.closed(code, reason);
    void connection.settled().then(() => this.#connections.delete(connection));
  }
}

function connectionOf({ context }: Pick<Peer, 'context'> | { readonly context?: Record<string, unknown> }): Connection {
  const connection: unknown = context?.['connection'];
  if (!(connection instanceof Connection)) throw new TypeError('A WebSocket was opened past its route.');
  return connection;
}

function headersOf({ context }: { readonly context?: Record<string, unknown> }): FlatHeaders {
  return context !== undefined && Array.isArray(context['headers']) ? context['headers'] : [];
}

function toPromise(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', resolve, { once: true });
  });
}
