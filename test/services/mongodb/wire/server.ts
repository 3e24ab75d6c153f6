/** Listens for drivers, and answers their messages: those of a connection one after another. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import type { Connection, ServerState, User } from '../request.ts';
import { runCommand } from '../run-command.ts';
import { Catalog } from '../storage/catalog.ts';
import { Cursors } from '../storage/cursors.ts';
import { Sessions } from '../storage/sessions.ts';
import { parseMessage, splitMessages, writeReply } from './message.ts';

const HOST = '127.0.0.1';

/** How a server listens. */
export interface ServerOptions {
  readonly port: number;
  /** The only user; without one everybody may do everything. */
  readonly user?: User | undefined;
  /** Whether it is no replica set, and so has no transactions. */
  readonly isAlone?: boolean;
}

/** Starts to listen on the loopback. The server ends with its process. */
export async function listen({ port, user, isAlone = false }: ServerOptions): Promise<void> {
  const catalog = new Catalog();
  const state: ServerState = { address: `${HOST}:${port}`, isAlone, catalog, cursors: new Cursors(), sessions: new Sessions(catalog.history), user };
  let connections = 0;
  const server = createServer((socket) => serve(socket, state, ++connections)).listen(port, HOST);
  await once(server, 'listening');
}

function serve(socket: Socket, state: ServerState, id: number): void {
  const connection: Connection = { id, isAuthenticated: false, scram: undefined };
  let rest: Buffer = Buffer.alloc(0);
  let turn = Promise.resolve();
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    rest = splitMessages(Buffer.concat([rest, bytes]), (message) => {
      turn = turn.then(() => answer(message)).catch(() => void socket.destroy());
    });
  });

  async function answer(bytes: Buffer): Promise<void> {
    const message = parseMessage(bytes);
    const reply = await runCommand(message.command, state, connection);
    if (message.wantsReply && socket.writable) socket.write(writeReply(message, reply));
  }
}
