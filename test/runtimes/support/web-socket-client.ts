/** A WebSocket whose messages and end can be awaited. */

/** The client. */
export interface WebSocketClient extends Disposable {
  readonly socket: WebSocket;
  /** Resolves with the next message. */
  next(): Promise<unknown>;
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Connects. @throws {Error} when the server refuses. */
export async function connectWebSocket(url: string, protocols?: string[]): Promise<WebSocketClient> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), protocols);
  socket.binaryType = 'arraybuffer';
  const received: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  socket.addEventListener('message', ({ data }) => {
    const next = waiting.shift();
    if (next === undefined) received.push(data);
    else next(data);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }));
  });
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', () => reject(new Error(`no WebSocket at ${url}`)));
  });
  return {
    socket,
    closed,
    next: () => (received.length > 0 ? Promise.resolve(received.shift()) : new Promise((resolve) => waiting.push(resolve))),
    [Symbol.dispose]: () => socket.close(),
  };
}
