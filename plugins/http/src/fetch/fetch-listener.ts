/** One address that a runtime listens on, and what it was asked for that the runtime does not have. */
import { resolve as resolvePath } from 'node:path';
import { ListenError, PortInUseError, RuntimeUnsupportedError } from '../errors.ts';
import type { HttpAddress } from '../node/node-server.ts';
import type { ListenerOptions } from '../node/listener-options.ts';
import { removeStaleSocket } from '../node/unix-socket.ts';

/** What a runtime hands over, once it listens. */
export interface FetchListener {
  /** 0 for a unix socket. */
  readonly port: number;
  /** Stops to accept and closes idle connections; resolves when the others are closed. */
  stop(): Promise<void>;
  /** Breaks off what is left. */
  closeAll(): void;
}

/** Where to listen. */
export type ListenPlace = { readonly hostname: string; readonly port: number } | { readonly path: string };

/** Opens a listener; how a runtime says that an address is in use is told by `isInUse`. */
export interface OpenOptions {
  readonly root: string;
  readonly open: (place: ListenPlace) => FetchListener | Promise<FetchListener>;
  readonly isInUse: (error: unknown) => boolean;
}

/**
 * Listens.
 * @throws {PortInUseError} {SocketInUseError} {ListenError} when the address cannot be listened on.
 */
export async function openListener(options: ListenerOptions, { root, open, isInUse }: OpenOptions): Promise<{ listener: FetchListener; address: HttpAddress }> {
  if ('path' in options) {
    const path = resolvePath(root, options.path);
    await removeStaleSocket(path);
    const listener = await attempt(path, () => open({ path }));
    return { listener, address: { host: '', port: 0, path, url: `unix:${path}` } };
  }
  const { host, port, tls } = options;
  try {
    const listener = await open({ hostname: host, port });
    return { listener, address: { host, port: listener.port, path: undefined, url: toUrl(tls !== undefined, host, listener.port) } };
  } catch (error) {
    if (isInUse(error)) throw new PortInUseError(host, port, error);
    throw new ListenError(`${host}, port ${port},`, error);
  }
}

/**
 * Refuses what no runtime but Node has.
 * @throws {RuntimeUnsupportedError} when a listener asks for it.
 */
export function assertListener(runtime: 'Bun' | 'Deno', options: ListenerOptions): void {
  if (options.h2c) throw new RuntimeUnsupportedError(runtime, '"h2c"', 'Leave it out, and let a proxy speak HTTP/2');
  if (options.proxyProtocol !== false)
    throw new RuntimeUnsupportedError(runtime, '"proxyProtocol"', 'Let the proxy write X-Forwarded-For, and name it in "trustProxy"');
  if ('path' in options && options.mode !== undefined) throw new RuntimeUnsupportedError(runtime, '"mode" of a unix socket', 'Set the umask of the process');
}

async function attempt(place: string, open: () => FetchListener | Promise<FetchListener>): Promise<FetchListener> {
  try {
    return await open();
  } catch (error) {
    throw new ListenError(place, error);
  }
}

/** Addresses that mean "all of them" are shown as one that can be opened. */
function toUrl(isEncrypted: boolean, host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${isEncrypted ? 'https' : 'http'}://${name}:${port}`;
}
