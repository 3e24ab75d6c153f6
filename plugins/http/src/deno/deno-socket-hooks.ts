/** What crossws leaves out on Deno: bytes as bytes, the size of messages, and the code with which a connection was closed. */
import type { Hooks, Peer } from 'crossws';
import type { HttpLimits } from '../limits.ts';

/** "Message Too Big". Source: RFC 6455, section 7.4.1. */
const TOO_BIG = 1_009;

/** The members of Deno's own sockets that are used here. */
interface DenoSocket {
  binaryType: string;
  addEventListener(name: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Creates hooks that do this, and then call `hooks`. */
export function createDenoHooks(
  { close, open, message: receive, ...hooks }: Partial<Hooks>,
  { webSocketPayloadBytes }: Pick<HttpLimits, 'webSocketPayloadBytes'>,
): Partial<Hooks> {
  return {
    ...hooks,
    open(peer) {
      const socket = socketOf(peer);
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('close', ({ code, reason }) => void close?.(peer, { code, reason }));
      return open?.(peer);
    },
    message(peer, message) {
      if (message.uint8Array().byteLength <= webSocketPayloadBytes) return receive?.(peer, message);
      peer.close(TOO_BIG, 'the message is too large');
      return undefined;
    },
  };
}

/** What `peer.websocket` gives is a proxy, through which Deno's setters refuse to work. */
function socketOf(peer: Peer): DenoSocket {
  const { _internal: internal } = peer as unknown as { readonly _internal: { readonly ws: DenoSocket } }; // crossws keeps it there; the contract suite of the runtimes holds it
  return internal.ws;
}
