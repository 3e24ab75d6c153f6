/** A real server for a test, on a free port, that counts what reaches it. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A running server. */
export interface TestServer extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** The requests so far. */
  readonly requests: readonly IncomingMessage[];
  /** How many connections were made, and how many are open. */
  connections(): { readonly made: number; readonly open: number };
}

/** Starts a server; with `tls`, one over TLS. */
export async function startServer(listener: (request: IncomingMessage, response: ServerResponse) => unknown, tls?: ServerOptions): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const handle: RequestListener = (request, response) => {
    requests.push(request);
    listener(request, response);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  let made = 0;
  let open = 0;
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: NodeJS.EventEmitter) => {
    made++;
    open++;
    socket.once('close', () => open--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    requests,
    connections: () => ({ made, open }),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Reads the body of a request. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
