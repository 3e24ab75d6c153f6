/** A door in front of a server: closing it looks to clients as if the server had died. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** The door. */
export interface Gate {
  /** The URL of the server, through the door. */
  readonly url: string;
  /** Opens it again, at the same address. */
  open(): Promise<void>;
  /** Lets nothing through any more, as if the server had vanished from the network. */
  hold(): void;
  /** Breaks all connections and takes no more. */
  close(): Promise<void>;
}

/** Opens a door in front of the server at `url`. */
export async function openGate(url: string): Promise<Gate> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = 0;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    return socket;
  };
  const open = async (): Promise<void> => {
    server = createServer((client) => {
      const behind = keep(connect(Number(target.port), target.hostname));
      keep(client).pipe(behind).pipe(client);
      client.on('close', () => behind.destroy());
      behind.on('close', () => client.destroy());
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  };
  await open();
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(port);
  return {
    url: through.href,
    open,
    hold() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    async close() {
      const closed = server === undefined ? undefined : once(server, 'close');
      server?.close();
      server = undefined;
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
