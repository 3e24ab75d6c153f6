/**
 * The server on Bun: `Bun.serve`, one for each listener. Bun parses and frames; it speaks HTTP/1.1 only, keeps its own limit
 * of 16 KiB for headers, and closes a connection on which a request follows one that is still being answered.
 */
import { constants } from 'node:crypto';
import createBunAdapter from 'crossws/adapters/bun';
import type { FetchCarrier } from '../fetch/fetch-carrier.ts';
import { FetchGate } from '../fetch/fetch-gate.ts';
import { assertListener, type FetchListener, type ListenPlace, openListener } from '../fetch/fetch-listener.ts';
import { FetchServer, type FetchServerOptions, type OpenedListener } from '../fetch/fetch-server.ts';
import { ResponseHeadersCache } from '../fetch/response-headers-cache.ts';
import type { HttpServer } from '../http-server.ts';
import type { ListenerOptions, TlsOptions } from '../node/listener-options.ts';
import { loadTlsMaterial } from '../node/tls-material.ts';
import { toAddress, UNKNOWN_ADDRESS } from '../proxy/address.ts';
import { SECONDS_BETWEEN_PINGS } from '../socket/socket-adapter.ts';
import type { BunHttpServer, BunRuntime } from './bun-runtime.ts';

/** The longest rest of a connection that Bun can watch, in seconds. */
const MAX_IDLE_SECONDS = 255;

type BunAdapter = ReturnType<typeof createBunAdapter>;

/** Creates the server. */
export function createBunServer(bun: BunRuntime, options: FetchServerOptions): HttpServer {
  return new FetchServer(options, (listener, server) => openBunListener(bun, listener, server));
}

async function openBunListener(bun: BunRuntime, listener: ListenerOptions, server: FetchServer): Promise<OpenedListener> {
  const { root, limits, sockets } = server.options;
  assertListener('Bun', listener);
  const tls = listener.tls === undefined ? {} : { tls: await loadTls(listener.tls, root) };
  const adapter = createBunAdapter({ hooks: sockets.hooks, idleTimeout: SECONDS_BETWEEN_PINGS });
  const carrier = createCarrier(listener, server.options, adapter);
  const gate = new FetchGate({ mayLackHost: true, isOverLimit: (headers) => 'count' in headers && Number(headers.count) > limits.headerCount });
  const handle = server.createHandler(carrier, gate);
  const open = (place: ListenPlace): FetchListener => {
    const opened = bun.serve({
      ...('path' in place ? { unix: place.path } : place),
      ...tls,
      development: false,
      idleTimeout: toIdleSeconds(limits.stallTimeoutMs),
      maxRequestBodySize: Number.MAX_SAFE_INTEGER, // the pipeline counts, and answers with a problem
      websocket: { ...adapter.websocket, maxPayloadLength: limits.webSocketPayloadBytes },
      fetch: handle,
      error: () => new Response(null, { status: 500 }), // the pipeline never throws
    });
    return { port: opened.port ?? 0, stop: () => opened.stop(), closeAll: () => void opened.stop(true) };
  };
  return { ...(await openListener(listener, { root, open, isInUse })), carrier };
}

/** What Bun gives along with a request is the server. */
function createCarrier(listener: ListenerOptions, { h3, clock, limits }: FetchServerOptions, adapter: BunAdapter): FetchCarrier {
  const isLocal = 'path' in listener;
  const seconds = { none: 0, stall: toIdleSeconds(limits.stallTimeoutMs) };
  return {
    h3,
    isServer: true,
    isEncrypted: listener.tls !== undefined,
    isDraining: false,
    responseHeaders: new ResponseHeadersCache(),
    addressOf: (request, server) => (isLocal ? '' : toAddress((server as BunHttpServer).requestIP(request)?.address ?? UNKNOWN_ADDRESS)),
    openSocket: (request, server) => adapter.handleUpgrade(request, server as Parameters<BunAdapter['handleUpgrade']>[1]),
    limitRest: (request, limit, server) => (server as BunHttpServer).timeout(request, seconds[limit]),
    limitBody(task) {
      const timer = clock.setTimeout(task, limits.requestTimeoutMs);
      return () => timer.cancel();
    },
  };
}

/** Bun has no option for the version of TLS, but takes that of OpenSSL to leave one out. Certificates are not watched. */
async function loadTls(tls: TlsOptions, root: string): Promise<object> {
  const { context } = await loadTlsMaterial(tls, { root });
  return {
    cert: context.cert,
    key: context.key,
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
    ...(tls.minVersion === 'TLSv1.2' ? {} : { secureOptions: constants.SSL_OP_NO_TLSv1_2 }),
    ...(context.ca === undefined ? {} : { ca: context.ca, requestCert: true, rejectUnauthorized: true }),
  };
}

function toIdleSeconds(stallTimeoutMs: number): number {
  return Math.min(MAX_IDLE_SECONDS, Math.ceil(stallTimeoutMs / 1_000));
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
