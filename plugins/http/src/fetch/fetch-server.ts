/**
 * A server whose runtime answers a web `Request` with a web `Response`: what Bun and Deno have in common. It hands
 * exchanges to the pipeline, knows which of them are under way, and drains when it is asked to end.
 */
import type { HttpServer } from '../http-server.ts';
import type { ListenerOptions } from '../node/listener-options.ts';
import type { DrainOptions, HttpAddress } from '../node/node-server.ts';
import type { NodeServerOptions } from '../node/server-context.ts';
import type { SocketAdapter } from '../socket/socket-adapter.ts';
import type { FetchCarrier } from './fetch-carrier.ts';
import { FetchExchange } from './fetch-exchange.ts';
import type { FetchGate } from './fetch-gate.ts';
import type { FetchListener } from './fetch-listener.ts';

/** What such a server needs. */
export interface FetchServerOptions extends NodeServerOptions {
  /** Carries the WebSockets of the application. */
  readonly sockets: SocketAdapter;
}

/** Answers a request; `peer` is what the runtime gave along with it. Returns no promise when the pipeline did not wait. */
export type FetchHandler = (request: Request, peer: unknown) => Response | undefined | Promise<Response | undefined>;

/** A listener that is open. */
export interface OpenedListener {
  readonly address: HttpAddress;
  readonly listener: FetchListener;
  readonly carrier: FetchCarrier;
}

/** Opens one listener of a runtime. */
export type OpenFetchListener = (options: ListenerOptions, server: FetchServer) => Promise<OpenedListener>;

/** A server of listeners that a runtime opens. */
export class FetchServer implements HttpServer {
  readonly options: FetchServerOptions;
  readonly #open: OpenFetchListener;
  readonly #drainListeners = new Set<() => void>();
  /** The exchanges whose response was not there at once, or is a stream. */
  readonly #live = new Set<FetchExchange>();
  #opened: readonly OpenedListener[] = [];
  #drained: Promise<void> | undefined;

  constructor(options: FetchServerOptions, open: OpenFetchListener) {
    this.options = options;
    this.#open = open;
  }

  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  async listen(options: readonly ListenerOptions[]): Promise<readonly HttpAddress[]> {
    const opened: OpenedListener[] = [];
    try {
      for (const listener of options) opened.push(await this.#open(listener, this));
    } catch (error) {
      await Promise.all(opened.map(({ listener }) => listener.stop()));
      throw error;
    }
    this.#opened = opened;
    return opened.map(({ address }) => address);
  }

  onDrain(listener: () => void): () => void {
    this.#drainListeners.add(listener);
    return () => void this.#drainListeners.delete(listener);
  }

  drain(options: DrainOptions): Promise<void> {
    return (this.#drained ??= this.#drain(options));
  }

  /** Creates what answers the requests of one listener. */
  createHandler(carrier: FetchCarrier, gate: FetchGate): FetchHandler {
    const { answer } = this.options;
    return (request, peer) => {
      const refusal = gate.findAnswer(request);
      if (refusal !== undefined) return refusal;
      const exchange = new FetchExchange(request, carrier, peer);
      answer(exchange);
      const result = exchange.result();
      if (!exchange.isEnded) this.#track(exchange);
      return result;
    };
  }

  #track(exchange: FetchExchange): void {
    if (!exchange.isSent && !exchange.hasBody) exchange.hold(); // a body ends the waiting for itself when it was read
    this.#live.add(exchange);
    void exchange.ended.then(() => this.#live.delete(exchange));
  }

  async #drain({ delayMs, graceMs }: DrainOptions): Promise<void> {
    const { clock, logger } = this.options;
    if (this.#opened.length === 0) return;
    if (delayMs > 0) await clock.sleep(delayMs);
    for (const { carrier } of this.#opened) carrier.isDraining = true;
    for (const listener of this.#drainListeners) {
      // before the runtime closes connections its own way
      try {
        listener();
      } catch (error) {
        logger.error({ error }, 'a listener of the shutdown failed');
      }
    }
    const closed = Promise.all(this.#opened.map(({ listener }) => listener.stop()));
    const timer = clock.setTimeout(() => {
      for (const exchange of this.#live) exchange.destroy();
      for (const { listener } of this.#opened) listener.closeAll();
    }, graceMs);
    await closed;
    timer.cancel();
  }
}
