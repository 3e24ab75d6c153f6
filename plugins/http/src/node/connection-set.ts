/** The open connections of a listener, so that a shutdown can tell which of them nobody uses, and end the others when time is up. */
import type { Server, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { findAnswerUnderWay } from './refusal.ts';

/** Knows the connections of one server. */
export class ConnectionSet {
  /** Connection -> bytes that had been read when requests could begin. */
  readonly #open = new Map<Socket, number>();
  /** Peer -> connection whose TLS handshake is not done. */
  readonly #handshakes = new Map<string, Socket>();

  /** Watches the connections of `server`. The address of each peer is looked up at once: Node does not know it any more when the peer has left. */
  watch(server: Server, isEncrypted: boolean): void {
    if (!isEncrypted) {
      server.on('connection', (socket: Socket) => this.#add(socket));
      return;
    }
    server.prependListener('connection', (socket: Socket) => {
      const peer = toPeer(socket);
      this.#handshakes.set(peer, socket);
      socket.once('close', () => this.#handshakes.delete(peer));
    });
    server.prependListener('secureConnection', (socket: Socket) => {
      this.#handshakes.delete(toPeer(socket));
      this.#add(socket);
    });
  }

  /** Closes connections on which nothing was ever asked: Node takes them for busy. Those that are busy are closed after their last answer, whatever it promised when it began. */
  closeUnused(): void {
    for (const socket of this.#handshakes.values()) socket.destroy();
    for (const [socket, bytesRead] of this.#open) {
      const speaksHttp2 = socket instanceof TLSSocket && socket.alpnProtocol === 'h2';
      if (speaksHttp2) continue;
      if (findAnswerUnderWay(socket) !== undefined) closeAfterAnswers(socket);
      else if (socket.bytesRead === bytesRead) socket.destroy();
    }
  }

  /** Breaks all connections off. */
  closeAll(): void {
    for (const socket of [...this.#handshakes.values(), ...this.#open.keys()]) socket.destroy();
  }

  #add(socket: Socket): void {
    void socket.remoteAddress;
    this.#open.set(socket, socket.bytesRead);
    socket.once('close', () => this.#open.delete(socket));
  }
}

function closeAfterAnswers(socket: Socket): void {
  const answer = findAnswerUnderWay(socket);
  if (answer === undefined) socket.destroySoon();
  else answer.once('finish', () => closeAfterAnswers(socket)); // another one may have waited for this one
}

/** A TLS socket is another object than the socket below it, but has the same peer. */
function toPeer({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
