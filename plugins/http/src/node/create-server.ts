/** Creates the Node server of a listener: HTTP/1.1, or HTTP/2 with HTTP/1.1 beside it, or HTTP/2 alone; with every limit that Node itself can hold. */
import { createServer as createHttp1Server, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from 'node:http';
import {
  createSecureServer,
  createServer as createHttp2Server,
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { HttpLimits } from '../limits.ts';
import { Http1Intake } from './http1-intake.ts';
import { Http2Intake, toHttp2Options } from './http2-intake.ts';
import type { ListenerOptions } from './listener-options.ts';
import type { NodeServerState } from './node-exchange.ts';
import type { ServerContext } from './server-context.ts';

/** How often connections are checked for their time limits, in milliseconds. */
const CHECK_INTERVAL_MS = 2_000;

/** A server of Node. */
export type NodeHttpServer = Server | Http2Server | Http2SecureServer;

/** A server, and its HTTP/2 side if it has one. */
export interface CreatedServer {
  readonly server: NodeHttpServer;
  readonly http2: Http2Intake | undefined;
}

/** Creates the server of a listener; `secureContext` is there when the listener has TLS. */
export function createServer(
  { tls, h2c }: ListenerOptions,
  secureContext: SecureContextOptions | undefined,
  { context, state }: { readonly context: ServerContext; readonly state: NodeServerState },
): CreatedServer {
  const { limits } = context;
  const http1 = new Http1Intake(context, state);
  if (tls === undefined || secureContext === undefined) {
    if (h2c) return createHttp2Only(createHttp2Server(toHttp2Options(limits)), new Http2Intake(context, state));
    return { server: configureHttp1(createHttp1Server(toHttp1Options(limits)), http1, limits), http2: undefined };
  }
  const tlsOptions: TlsOptions = { ...secureContext, handshakeTimeout: limits.headersTimeoutMs, ...(tls.ca === undefined ? {} : { requestCert: true }) };
  if (!tls.http2) return { server: configureHttp1(createHttpsServer({ ...tlsOptions, ...toHttp1Options(limits) }), http1, limits), http2: undefined };
  const http1Options = toHttp1Options(limits);
  const server = createSecureServer({ ...http1Options, ...tlsOptions, ...toHttp2Options(limits), allowHTTP1: true });
  return configureBoth(server, { http1, http2: new Http2Intake(context, state) }, limits);
}

/**
 * Two of Node's own checks are off because stricter ones stand in their place (see `request-gate.ts`): it answers a missing
 * host without a body, and silently drops headers beyond its count. `joinDuplicateHeaders` stays off: of headers that may
 * occur once, like authorization, the first counts, and no joined text is taken for one value.
 */
function toHttp1Options(limits: HttpLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: Math.min(limits.headersTimeoutMs, limits.requestTimeoutMs),
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    insecureHTTPParser: false,
    requireHostHeader: false,
    optimizeEmptyRequests: true,
  };
}

function configureHttp1(server: Server, http1: Http1Intake, limits: HttpLimits): Server {
  limitConnections(server, limits);
  http1.attach(server);
  return server
    .on('request', (message: IncomingMessage, response: ServerResponse) => http1.handle(message, response, false))
    .on('checkContinue', (message: IncomingMessage, response: ServerResponse) => http1.handle(message, response, true))
    .on('checkExpectation', (message: IncomingMessage, response: ServerResponse) => http1.refuseExpectation(message, response))
    .on('connect', (_message: IncomingMessage, socket: Duplex) => http1.refuseTunnel(socket));
}

function createHttp2Only(server: Http2Server, http2: Http2Intake): CreatedServer {
  server
    .on('session', (session) => http2.handleSession(session))
    .on('sessionError', () => undefined) // one connection failed; it is destroyed already
    .on('request', (request, response) => http2.handle(request, response, false))
    .on('checkContinue', (request, response) => http2.handle(request, response, true));
  server.on('connect', (request: Http2ServerRequest) => http2.refuseTunnel(request));
  return { server, http2 };
}

function configureBoth(
  server: Http2SecureServer,
  { http1, http2 }: { readonly http1: Http1Intake; readonly http2: Http2Intake },
  limits: HttpLimits,
): CreatedServer {
  type AnyRequest = IncomingMessage | Http2ServerRequest;
  type AnyResponse = ServerResponse | Http2ServerResponse;
  const handle = (request: AnyRequest, response: AnyResponse, expectsContinue: boolean): void => {
    if (isHttp2(request)) http2.handle(request, response as Http2ServerResponse, expectsContinue); // both are of one version
    else http1.handle(request, response as ServerResponse, expectsContinue);
  };
  limitConnections(server, limits);
  http1.attach(server);
  server
    .on('session', (session) => http2.handleSession(session))
    .on('sessionError', () => undefined)
    .on('request', (request: AnyRequest, response: AnyResponse) => handle(request, response, false))
    .on('checkContinue', (request: AnyRequest, response: AnyResponse) => handle(request, response, true))
    .on('checkExpectation', (message: IncomingMessage, response: ServerResponse) => http1.refuseExpectation(message, response));
  server.on('connect', (request: AnyRequest, socket: Duplex) => (isHttp2(request) ? http2.refuseTunnel(request) : http1.refuseTunnel(socket)));
  return { server, http2 };
}

/** Node keeps these limits on the server object. */
function limitConnections(server: Server | Http2SecureServer, limits: HttpLimits): void {
  Object.assign(server, { maxRequestsPerSocket: limits.requestsPerConnection, maxHeadersCount: 0 });
}

function isHttp2(request: IncomingMessage | Http2ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor > 1;
}
