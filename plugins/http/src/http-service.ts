/** The service `http`: what other plugins and tests see of the server. */
import type { H3 } from 'h3';
import type { Dispatcher } from './dispatcher.ts';
import { FetchExchange } from './fetch/fetch-exchange.ts';
import type { HttpAddress } from './node/node-server.ts';
import type { HttpLimits } from './options.ts';
import type { Route } from './routes/route.ts';

/** The HTTP side of an application. */
export interface HttpService {
  /** All routes, in the order of their registration. Empty until the application has booted. */
  readonly routes: readonly Route[];
  /** The user's own h3 handlers, asked when no route matches. */
  readonly h3: H3;
  /** Where the server listens; `undefined` while it does not. */
  readonly address: HttpAddress | undefined;
  /** The limits that hold for every request. */
  readonly limits: HttpLimits;
  /** Answers a request without a socket; everything else is as over the network. A path is completed with `http://localhost`. */
  inject(requestOrPath: Request | URL | string, init?: RequestInit): Promise<Response>;
}

/** What the service is made of. */
export interface HttpServiceParts {
  readonly dispatcher: Dispatcher;
  readonly routes: () => readonly Route[];
  readonly h3: H3;
  readonly limits: HttpLimits;
  readonly address: () => HttpAddress | undefined;
}

/** Creates the service. */
export function createHttpService({ dispatcher, routes, h3, limits, address }: HttpServiceParts): HttpService {
  return {
    get routes() {
      return routes();
    },
    get address() {
      return address();
    },
    h3,
    limits,
    async inject(requestOrPath, init) {
      const exchange = new FetchExchange(toRequest(requestOrPath, init), h3);
      const settled = dispatcher.answer(exchange);
      const response = await exchange.response;
      if (response.body === null || response.headers.has('content-length')) await settled; // a stream settles when it was read
      return response;
    },
  };
}

function toRequest(requestOrPath: Request | URL | string, init: RequestInit | undefined): Request {
  return new Request(typeof requestOrPath === 'string' ? new URL(requestOrPath, 'http://localhost') : requestOrPath, init);
}
