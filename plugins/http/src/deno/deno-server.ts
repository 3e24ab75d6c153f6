/**
 * The server on Deno: `Deno.serve`, one for each listener. Deno parses and frames, and speaks HTTP/2 beside HTTP/1.1 over TLS
 * by itself. It has no time-outs for connections, so only those of bodies hold.
 */
import createDenoAdapter from 'crossws/adapters/deno';
import { RuntimeUnsupportedError } from '../errors.ts';
import type { FetchCarrier } from '../fetch/fetch-carrier.ts';
import { FetchGate } from '../fetch/fetch-gate.ts';
import { assertListener, type FetchListener, type ListenPlace, openListener } from '../fetch/fetch-listener.ts';
import { FetchServer, type FetchServerOptions, type OpenedListener } from '../fetch/fetch-server.ts';
import { ResponseHeadersCache } from '../fetch/response-headers-cache.ts';
import type { HttpServer } from '../http-server.ts';
import type { HttpLimits } from '../limits.ts';
import type { ListenerOptions, TlsOptions } from '../node/listener-options.ts';
import { loadTlsMaterial } from '../node/tls-material.ts';
import { toAddress, UNKNOWN_ADDRESS } from '../proxy/address.ts';
import { SECONDS_BETWEEN_PINGS } from '../socket/socket-adapter.ts';
import type { DenoRuntime, DenoServeInfo } from './deno-runtime.ts';
import { createDenoHooks } from './deno-socket-hooks.ts';

/** How long clients have to answer the goodbye, in milliseconds. */
const GOODBYE_MS = 1_000;

/** Creates the server. */
export function createDenoServer(deno: DenoRuntime, options: FetchServerOptions): HttpServer {
  return new FetchServer(options, (listener, server) => openDenoListener(deno, listener, server));
}

async function openDenoListener(deno: DenoRuntime, listener: ListenerOptions, server: FetchServer): Promise<OpenedListener> {
  const { root, limits } = server.options;
  assertListener('Deno', listener);
  const tls = listener.tls === undefined ? {} : await loadTls(listener.tls, root);
  const carrier = createCarrier(listener, server.options);
  const handle = server.createHandler(carrier, new FetchGate({ mayLackHost: false, isOverLimit: (headers) => isOverLimit(headers, limits) }));
  const open = (place: ListenPlace): FetchListener => {
    const opened = deno.serve({ ...place, ...tls, onListen: () => undefined, onError: () => new Response(null, { status: 500 }) }, handle);
    return {
      port: opened.addr.port ?? 0,
      async stop() {
        await untilClosed(server.options);
        await opened.shutdown();
      },
      closeAll: () => undefined, // what is left are exchanges, and they are broken off one by one
    };
  };
  return { ...(await openListener(listener, { root, open, isInUse })), carrier };
}

/** Deno ends WebSockets its own way when it stops to accept: clients are to get the goodbye that was just sent to them before. */
async function untilClosed({ clock, sockets }: FetchServerOptions): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = clock.setTimeout(resolve, GOODBYE_MS);
  await Promise.race([sockets.closed(), late]);
  timer.cancel();
}

/** What Deno gives along with a request knows its client. */
function createCarrier(listener: ListenerOptions, { h3, clock, limits, sockets }: FetchServerOptions): FetchCarrier {
  const adapter = createDenoAdapter({ hooks: createDenoHooks(sockets.hooks, limits), idleTimeout: SECONDS_BETWEEN_PINGS });
  return {
    h3,
    isServer: true,
    isEncrypted: listener.tls !== undefined,
    isDraining: false,
    responseHeaders: new ResponseHeadersCache(),
    addressOf: (_request, info) => ('path' in listener ? '' : toAddress((info as DenoServeInfo).remoteAddr.hostname ?? UNKNOWN_ADDRESS)),
    openSocket: (request, info) => adapter.handleUpgrade(request, info as Parameters<typeof adapter.handleUpgrade>[1]),
    limitBody(task) {
      const timer = clock.setTimeout(task, limits.requestTimeoutMs);
      return () => timer.cancel();
    },
  };
}

/** Deno takes TLS 1.2 and 1.3, and cannot be told otherwise. Certificates are not watched. */
async function loadTls(tls: TlsOptions, root: string): Promise<object> {
  if (tls.ca !== undefined) throw new RuntimeUnsupportedError('Deno', '"tls.ca"', 'Let a proxy ask clients for certificates');
  if (tls.passphrase !== undefined) throw new RuntimeUnsupportedError('Deno', '"tls.passphrase"', 'Give a key that needs none');
  const { context } = await loadTlsMaterial(tls, { root });
  return { cert: context.cert, key: context.key };
}

/** Counts as RFC 9113, section 6.5.2 does. */
function isOverLimit(headers: Headers, { headerBytes, headerCount }: HttpLimits): boolean {
  let size = 0;
  let count = 0;
  for (const [name, value] of headers) {
    size += name.length + value.length + 32;
    count++;
  }
  return count > headerCount || size > headerBytes;
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AddrInUse' || ('code' in error && error.code === 'EADDRINUSE'));
}
