/** Reads the PROXY protocol header that each connection of a listener begins with, before anything else sees the connection. */
import type { Server, Socket } from 'node:net';
import type { Clock } from '@oxidite/plugin-sdk';
import { parseProxyHeader, type ProxySource } from '../proxy/proxy-protocol.ts';

/** Options of {@link acceptProxied}. */
export interface AcceptOptions {
  readonly clock: Pick<Clock, 'setTimeout'>;
  /** The time in which the header must have arrived. */
  readonly timeoutMs: number;
  /** Tells whether a connection comes from a proxy that is believed. */
  readonly isProxy: (socket: Socket) => boolean;
}

/** Makes `server` take connections of proxies only, after their header; one that is malformed or late ends its connection. Who listens for connections later, sees them at once. */
export function acceptProxied(server: Server, { clock, timeoutMs, isProxy }: AcceptOptions): void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  const sources = new Map<string, ProxySource>();
  server.on('connection', (socket: Socket) => {
    if (!isProxy(socket)) {
      socket.destroy();
      return;
    }
    let received: Buffer = Buffer.alloc(0);
    const timer = clock.setTimeout(() => socket.destroy(), timeoutMs);
    const onEnd = (): void => void socket.destroy();
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      const header = parseProxyHeader(received);
      if (header === undefined) return;
      timer.cancel();
      socket.off('data', onData).off('end', onEnd);
      if (header === 'malformed') {
        socket.destroy();
        return;
      }
      Reflect.set(socket, 'readableFlowing', null); // as a new socket has it: the next reader decides how it reads
      const { source, length } = header;
      if (source !== undefined) {
        const key = keyOf(socket);
        sources.set(key, source);
        socket.once('close', () => sources.delete(key));
        showSource(socket, source);
      }
      if (length < received.length) socket.unshift(received.subarray(length));
      for (const listener of listeners) listener.call(server, socket);
    };
    socket
      .on('data', onData)
      .on('end', onEnd)
      .on('error', () => socket.destroy());
    socket.once('close', () => timer.cancel());
  });
  server.prependListener('secureConnection', (socket: Socket) => {
    const source = sources.get(keyOf(socket));
    if (source !== undefined) showSource(socket, source);
  });
}

/** A TLS socket is another object than the socket below it, but has the same peer. */
function keyOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`;
}

function showSource(socket: Socket, { address, port }: ProxySource): void {
  Object.defineProperties(socket, { remoteAddress: { value: address, configurable: true }, remotePort: { value: port, configurable: true } });
}
