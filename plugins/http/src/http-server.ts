/** What the plugin needs of a server, whatever runtime listens: `node/`, `bun/` and `deno/` each have one. */
import type { ListenerOptions } from './node/listener-options.ts';
import type { DrainOptions, HttpAddress } from './node/node-server.ts';

/** A server with all its listeners. */
export interface HttpServer {
  /** `true` as soon as the server was asked to end. */
  readonly isDraining: boolean;
  /**
   * Starts to listen everywhere, or nowhere: when one address fails, the others are closed again.
   * @throws {PortInUseError} {SocketInUseError} {ListenError} when an address cannot be listened on.
   * @throws {TlsFileError} {TlsInvalidError} when certificates cannot be used.
   * @throws {RuntimeUnsupportedError} when a listener asks for what the runtime does not have.
   */
  listen(options: readonly ListenerOptions[]): Promise<readonly HttpAddress[]>;
  /** Runs `listener` once when the server stops to accept. Returns its removal. */
  onDrain(listener: () => void): () => void;
  /** Stops to accept, lets requests finish, and breaks off what is left. Resolves when that is done; all calls mean the first. */
  drain(options: DrainOptions): Promise<void>;
}
