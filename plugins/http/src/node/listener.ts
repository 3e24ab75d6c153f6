/** One address that is listened on: made ready, opened, drained. */
import { chmod } from 'node:fs/promises';
import { type AddressInfo, type ListenOptions, Server as NetServer, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import { resolve as resolvePath } from 'node:path';
import { ListenError, PortInUseError } from '../errors.ts';
import { toAddress, UNKNOWN_ADDRESS } from '../proxy/address.ts';
import { createProxyTest } from '../proxy/trust-proxy.ts';
import { acceptProxied } from './accept-proxied.ts';
import { watchCertificates, warnOfExpiry } from './certificate-watch.ts';
import { ConnectionSet } from './connection-set.ts';
import { createServer, type CreatedServer } from './create-server.ts';
import type { ListenerOptions } from './listener-options.ts';
import type { NodeServerState } from './node-exchange.ts';
import type { ServerContext } from './server-context.ts';
import { loadTlsMaterial, type TlsMaterial } from './tls-material.ts';
import { removeStaleSocket } from './unix-socket.ts';

/** Whose PROXY protocol headers are believed when none are named: nobody from the internet has one of these addresses. */
const PRIVATE_NETWORKS = ['loopback', 'linklocal', 'uniquelocal'];

/** An address that is listened on. */
export interface HttpAddress {
  /** For people, and for clients on this machine: `http://localhost:3000`, or `unix:/run/app.sock`. */
  readonly url: string;
  /** Empty for a unix socket. */
  readonly host: string;
  /** 0 for a unix socket. */
  readonly port: number;
  /** The file of a unix socket, otherwise `undefined`. */
  readonly path: string | undefined;
}

/** A listener. It is opened once, and drained once. */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #context: ServerContext;
  readonly #state: NodeServerState;
  readonly #connections = new ConnectionSet();
  #created: CreatedServer | undefined;
  #material: TlsMaterial | undefined;
  #endWatch: () => void = () => undefined;

  constructor(options: ListenerOptions, context: ServerContext) {
    this.#options = options;
    this.#context = context;
    this.#state = {
      isDraining: false,
      closing: new Set(),
      isEncrypted: options.tls !== undefined,
      isLocal: 'path' in options && options.proxyProtocol === false,
      h3: context.h3,
    };
  }

  /**
   * Does all that can fail without listening.
   * @throws {TlsFileError} when a certificate cannot be read.
   * @throws {TlsInvalidError} when it cannot be used.
   */
  async prepare(): Promise<void> {
    const { tls, proxyProtocol } = this.#options;
    const { root, clock, limits } = this.#context;
    if (tls !== undefined) {
      this.#material = await loadTlsMaterial(tls, { root });
      warnOfExpiry(this.#material, this.#context);
    }
    this.#created = createServer(this.#options, this.#material?.context, { context: this.#context, state: this.#state });
    const { server } = this.#created;
    if (limits.connections > 0) server.maxConnections = limits.connections;
    if (proxyProtocol !== false) acceptProxied(server, { clock, timeoutMs: limits.headersTimeoutMs, isProxy: this.#createProxyTest(proxyProtocol) });
    this.#connections.watch(server, tls !== undefined);
  }

  /**
   * Starts to listen.
   * @throws {PortInUseError} when another program holds the port.
   * @throws {SocketInUseError} when another program listens on the unix socket.
   * @throws {ListenError} when it fails for another reason.
   */
  async open(): Promise<HttpAddress> {
    const { tls } = this.#options;
    const { server } = this.#created ?? {};
    if (server === undefined) throw new TypeError('A listener is prepared before it is opened.');
    const address =
      'path' in this.#options
        ? await this.#openPath(resolvePath(this.#context.root, this.#options.path), this.#options.mode)
        : await this.#openPort(this.#options);
    server.on('error', (error) => this.#context.logger.error({ error, url: address.url }, 'a connection could not be accepted'));
    if (tls !== undefined && this.#material !== undefined) {
      const { root, clock, logger } = this.#context;
      this.#endWatch = watchCertificates({ server: server as unknown as TlsServer, options: tls, material: this.#material, root, clock, logger }); // with TLS options, a TLS server was created
    }
    return address;
  }

  /**
   * Stops to accept, closes idle connections and tells the others to come to an end. Resolves when all are closed.
   * @param lingerMs how long idle connections stay open: a client may be about to send a request on one, and would lose it.
   */
  async drain(lingerMs = 0): Promise<void> {
    const { server, http2 } = this.#created ?? {};
    this.#endWatch();
    if (server === undefined || !server.listening) return;
    this.#state.isDraining = true;
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve())); // an HTTP server's own would close idle connections at once
    http2?.drain();
    if (lingerMs > 0) await Promise.race([closed, this.#context.clock.sleep(lingerMs)]);
    server.close();
    if (!this.#options.h2c) this.#connections.closeUnused();
    await closed;
  }

  /** Breaks off what is left. */
  closeAll(): void {
    this.#connections.closeAll();
  }

  #createProxyTest(proxies: true | readonly string[]): (socket: Socket) => boolean {
    const isTrusted = createProxyTest(proxies === true ? PRIVATE_NETWORKS : proxies);
    const isLocal = 'path' in this.#options;
    return ({ remoteAddress = UNKNOWN_ADDRESS }) => isTrusted?.(isLocal ? '' : toAddress(remoteAddress), 0) === true;
  }

  async #openPort({ host, port }: { readonly host: string; readonly port: number }): Promise<HttpAddress> {
    try {
      const bound = (await this.#listen({ host, port })) as AddressInfo; // an object, because it listens on a port
      return { host, port: bound.port, path: undefined, url: toUrl(this.#state.isEncrypted, host, bound.port) };
    } catch (error) {
      if (isInUse(error)) throw new PortInUseError(host, port, error);
      throw new ListenError(`${host}, port ${port},`, error);
    }
  }

  async #openPath(path: string, mode: number | undefined): Promise<HttpAddress> {
    try {
      await this.#listen({ path }).catch(async (error: unknown) => {
        if (!isInUse(error)) throw new ListenError(path, error);
        await removeStaleSocket(path);
        await this.#listen({ path }).catch((again: unknown) => {
          throw new ListenError(path, again);
        });
      });
      if (mode !== undefined) await chmod(path, mode);
    } catch (error) {
      await this.drain();
      throw error;
    }
    return { host: '', port: 0, path, url: `unix:${path}` };
  }

  #listen(options: ListenOptions): Promise<string | AddressInfo | null> {
    const { server } = this.#created ?? {};
    return new Promise((resolve, reject) => {
      if (server === undefined) return;
      server.once('error', reject);
      server.listen(options, () => {
        server.off('error', reject);
        resolve(server.address());
      });
    });
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

/** Addresses that mean "all of them" are shown as one that can be opened. */
function toUrl(isEncrypted: boolean, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${isEncrypted ? 'https' : 'http'}://${name}:${port}`;
}
