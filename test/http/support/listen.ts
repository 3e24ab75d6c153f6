/** An application on a port of its own, and bare sockets to it; both end with the test. */
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import type { Router } from '@oxidite/http';
import { onTestFinished } from 'vitest';
import { openRawSocket, type RawSocket } from './raw-socket.ts';

/** Options of {@link listen}. */
export type ListenOptions = NonNullable<Parameters<typeof createTestHttp>[1]>;

/** An application that listens. */
export interface Listening {
  readonly app: TestHttp;
  readonly port: number;
  readonly url: string;
}

/** Starts an application on 127.0.0.1, on a port that the system chooses. */
export async function listen(define: (routes: Router) => void, options: ListenOptions = {}): Promise<Listening> {
  const app = await createTestHttp(define, { ...options, http: { host: '127.0.0.1', ...options.http } });
  onTestFinished(() => app.stop());
  await app.start();
  const { port = 0, url = '' } = app.services.http.address ?? {};
  return { app, port, url };
}

/** Opens a bare socket to a port of 127.0.0.1. */
export async function open(port: number): Promise<RawSocket> {
  const socket = await openRawSocket(port);
  onTestFinished(() => socket[Symbol.dispose]());
  return socket;
}

/** Sends text on a connection of its own, and returns everything that comes back until the server closes it. */
export async function exchangeText(port: number, text: string): Promise<string> {
  const socket = await open(port);
  socket.socket.write(Buffer.from(text, 'latin1'));
  return socket.ended();
}
