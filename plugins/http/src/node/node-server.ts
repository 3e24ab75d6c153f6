/** The Node server: listens on one address or several, hands exchanges to the pipeline, and drains when it is asked to end. */
import type { Timer } from '@oxidite/plugin-sdk';
import { type HttpAddress, Listener } from './listener.ts';
import type { ListenerOptions } from './listener-options.ts';
import type { NodeServerOptions, ServerContext } from './server-context.ts';

export type { HttpAddress };

/** How a server is asked to end. */
export interface DrainOptions {
  /** How long it still accepts, and only says that it is not ready. */
  readonly delayMs: number;
  /** How long requests may go on after that. */
  readonly graceMs: number;
  /** How long idle connections stay open, because a client may be about to send a request on one. Default: 0. */
  readonly lingerMs?: number;
}

/** A server with all its listeners. */
export class NodeServer {
  readonly #context: ServerContext;
  readonly #drainListeners = new Set<() => void>();
  #listeners: readonly Listener[] = [];
  #drained: Promise<void> | undefined;

  constructor(options: NodeServerOptions) {
    this.#context = options;
  }

  /** `true` as soon as the server was asked to end. */
  get isDraining(): boolean {
    return this.#drained !== undefined;
  }

  /**
   * Starts to listen everywhere, or nowhere: when one address fails, the others are closed again.
   * @throws {PortInUseError} {SocketInUseError} {ListenError} when an address cannot be listened on.
   * @throws {TlsFileError} {TlsInvalidError} when certificates cannot be used.
   */
  async listen(options: readonly ListenerOptions[]): Promise<readonly HttpAddress[]> {
    const listeners = options.map((listener) => new Listener(listener, this.#context));
    for (const listener of listeners) await listener.prepare();
    const addresses: HttpAddress[] = [];
    try {
      for (const listener of listeners) addresses.push(await listener.open());
    } catch (error) {
      for (const listener of listeners) listener.closeAll();
      await Promise.all(listeners.map((listener) => listener.drain()));
      throw error;
    }
    this.#listeners = listeners;
    return addresses;
  }

  /** Runs `listener` once when the server stops to accept: the moment to say goodbye on connections that would go on for ever. Returns its removal. */
  onDrain(listener: () => void): () => void {
    this.#drainListeners.add(listener);
    return () => void this.#drainListeners.delete(listener);
  }

  /** Stops to accept, closes idle connections, lets requests finish, and breaks off what is left. Resolves when all connections are closed; all calls mean the first. */
  drain(options: DrainOptions): Promise<void> {
    return (this.#drained ??= this.#drain(options));
  }

  async #drain({ delayMs, graceMs, lingerMs = 0 }: DrainOptions): Promise<void> {
    const { clock, logger } = this.#context;
    if (this.#listeners.length === 0) return;
    if (delayMs > 0) await clock.sleep(delayMs);
    const closed = Promise.all(this.#listeners.map((listener) => listener.drain(lingerMs)));
    for (const listener of this.#drainListeners) {
      try {
        listener();
      } catch (error) {
        logger.error({ error }, 'a listener of the shutdown failed');
      }
    }
    const timer: Timer = clock.setTimeout(() => {
      for (const listener of this.#listeners) listener.closeAll();
    }, graceMs);
    await closed;
    timer.cancel();
  }
}
