/** The service `http`: what other plugins and tests see of the server. */
import type { Services } from '@oxidite/plugin-sdk';
import type { H3 } from 'h3';
import type { Dispatcher } from './dispatcher.ts';
import { createInjectCarrier } from './fetch/fetch-carrier.ts';
import { FetchExchange } from './fetch/fetch-exchange.ts';
import type { HttpServer } from './http-server.ts';
import type { HttpAddress } from './node/node-server.ts';
import type { HttpLimits } from './options.ts';
import { type ChainEntry, describeChain } from './compile/layers.ts';
import type { RouteRegistry } from './routes/route-registry.ts';
import type { Route } from './routes/route.ts';
import type { RouteName, UrlArguments } from './url/route-names.ts';
import type { SignedUrlOptions, UrlBuilder, UrlOptions } from './url/url-builder.ts';

/** What the server has counted since it began. */
export interface HttpCounters {
  /** Results that did not fit their response schema and were sent without undeclared fields. */
  readonly invalidResponses: number;
}

/** The HTTP side of an application. */
export interface HttpService {
  /** All routes, in the order of their registration. Empty until the application has booted. */
  readonly routes: readonly Route[];
  /** The user's own h3 handlers, asked when no route matches. */
  readonly h3: H3;
  /** Where the server listens; `undefined` while it does not. */
  readonly address: HttpAddress | undefined;
  /** Everywhere the server listens, in the order of the options. */
  readonly addresses: readonly HttpAddress[];
  /** `true` as soon as the server was asked to end: it is not ready for new clients. */
  readonly isDraining: boolean;
  /** Runs `listener` when the server stops to accept: the moment to say goodbye on connections that would go on for ever. Returns its removal. */
  onDrain(listener: () => void): () => void;
  /** `true` when clients may see the messages of internal errors. */
  readonly isDevelopment: boolean;
  /** The limits that hold for every request. */
  readonly limits: HttpLimits;
  /** What the server has counted since it began. */
  readonly counters: HttpCounters;
  /** Describes the way of a request through a route: middleware and guards by phase, from the outermost, and the handler. */
  chainOf(route: Route): readonly ChainEntry[];
  /**
   * Builds the URL of a named route: `http.url('articles.show', { slug: 'hello' }, { query: { page: 2 } })`.
   * @throws {RouteNameUnknownError} when there is no such route.
   * @throws {UrlParamsError} when a parameter is missing, unknown, or does not fit its constraint.
   * @throws {BaseUrlError} when an absolute URL is asked for, but nothing tells where the application is.
   */
  url<Name extends RouteName>(name: Name, ...rest: UrlArguments<Name, UrlOptions>): string;
  /** Builds a URL that the guard `signedUrl()` lets pass, unless it was changed or has expired. Throws as {@link url} does. */
  signedUrl<Name extends RouteName>(name: Name, ...rest: UrlArguments<Name, SignedUrlOptions>): string;
  /** Answers a request without a socket; everything else is as over the network. A path is completed with `http://localhost`. */
  inject(requestOrPath: Request | URL | string, init?: RequestInit): Promise<Response>;
}

/** What the service is made of. */
export interface HttpServiceParts {
  readonly dispatcher: Dispatcher;
  readonly registry: RouteRegistry;
  readonly services: Services;
  readonly isDevelopment: boolean;
  readonly counters: HttpCounters;
  readonly h3: H3;
  readonly limits: HttpLimits;
  readonly server: Pick<HttpServer, 'isDraining' | 'onDrain'>;
  readonly addresses: () => readonly HttpAddress[];
  readonly urls: UrlBuilder;
}

/** Creates the service. */
export function createHttpService({
  dispatcher,
  registry,
  services,
  isDevelopment,
  counters,
  h3,
  limits,
  server,
  addresses,
  urls,
}: HttpServiceParts): HttpService {
  const carrier = createInjectCarrier(h3);
  return {
    get routes() {
      return registry.table?.routes ?? [];
    },
    get address() {
      return addresses()[0];
    },
    get addresses() {
      return addresses();
    },
    get isDraining() {
      return server.isDraining;
    },
    onDrain: (listener) => server.onDrain(listener),
    h3,
    limits,
    isDevelopment,
    counters,
    chainOf: (route) => describeChain(route, { middleware: registry.middleware, services }),
    url: (name, ...[params, urlOptions]) => urls.url(name, params, urlOptions),
    signedUrl: (name, ...[params, urlOptions]) => urls.signedUrl(name, params, urlOptions),
    async inject(requestOrPath, init) {
      const exchange = new FetchExchange(toRequest(requestOrPath, init), carrier);
      const settled = dispatcher.answer(exchange);
      const response = await exchange.result();
      if (!exchange.isStreaming) await settled; // a stream settles when it was read
      return response ?? Response.error(); // what is injected becomes no WebSocket
    },
  };
}

function toRequest(requestOrPath: Request | URL | string, init: RequestInit | undefined): Request {
  return new Request(typeof requestOrPath === 'string' ? new URL(requestOrPath, 'http://localhost') : requestOrPath, init);
}
