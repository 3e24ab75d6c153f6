/** What a case of the contract is run against: a server by its URL, and what starts another one. */
import { openRawSocket, type RawSocket } from '../../http/support/raw-socket.ts';

/** The runtimes. */
export type RuntimeName = 'node' | 'bun' | 'deno';

/** A server that can be ended. */
export interface StartedServer {
  readonly url: string;
  readonly port: number;
  /** Asks it to end, and resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Asks it to end. */
  signal(): void;
  /** Resolves with its exit code. */
  readonly exited: Promise<number | null>;
}

/** The server of a case. */
export interface Target {
  readonly url: string;
  readonly port: number;
  /** Makes a request; nothing is followed. */
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  /** Makes a request and reads the answer as JSON, whatever its type. */
  readonly json: (path: string, init?: RequestInit) => Promise<unknown>;
  /** Opens a bare socket. */
  readonly open: () => Promise<RawSocket>;
  /** Sends text on a connection of its own, asks for its end, and returns everything that came back. */
  readonly exchange: (text: string) => Promise<string>;
  /** Starts another server, for cases that end it. It is ended after the case. */
  readonly start: () => Promise<Target & StartedServer>;
}

/** Creates the target of a server. */
export function createTarget({ url, port }: { readonly url: string; readonly port: number }, start: Target['start']): Target {
  const request: Target['request'] = (path, init) => fetch(`${url}${path}`, { redirect: 'manual', ...init });
  const open = (): Promise<RawSocket> => openRawSocket(port);
  return {
    url,
    port,
    request,
    open,
    start,
    json: async (path, init) => JSON.parse(await (await request(path, init)).text()),
    async exchange(text) {
      using socket = await open();
      socket.socket.write(Buffer.from(text, 'latin1'));
      return await socket.ended();
    },
  };
}
