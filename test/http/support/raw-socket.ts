/** Bare sockets, for requests that no HTTP client would send. */
import { connect, type Socket } from 'node:net';

/** A connection on which a test writes text and reads what comes back. */
export interface RawSocket extends Disposable {
  readonly socket: Socket;
  write(text: string): void;
  /** Resolves with everything received so far once it fits `pattern`; rejects when the connection ends before. */
  received(pattern: RegExp): Promise<string>;
  /** Resolves with everything received once the connection has ended. */
  ended(): Promise<string>;
}

/** Opens a connection to a server on this machine. */
export async function openRawSocket(port: number, host = '127.0.0.1'): Promise<RawSocket> {
  const socket = connect({ port, host });
  let text = '';
  let isEnded = false;
  const waiting = new Set<() => void>();
  const wake = (): void => waiting.forEach((check) => check());
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    text += chunk;
    wake();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isEnded = true;
    wake();
  });
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  const until = (isDone: () => boolean, orFail: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (isDone()) resolve(text);
        else if (orFail()) reject(new Error(`the connection ended after: ${text}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return {
    socket,
    write: (out) => void socket.write(out),
    received: (pattern) =>
      until(
        () => pattern.test(text),
        () => isEnded,
      ),
    ended: () =>
      until(
        () => isEnded,
        () => false,
      ),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
