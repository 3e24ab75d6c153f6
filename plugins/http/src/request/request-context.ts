/** What a request knows of its application; the parts of this package that only hold a request find it here. */
import type { Clock, Logger, Random, Services } from '@oxidite/plugin-sdk';
import type { KeyRing } from '../cookies/key-ring.ts';
import type { ClientView } from '../proxy/client-view.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { SocketAdapter } from '../socket/socket-adapter.ts';
import { type HttpRequest, RoutedRequest } from './http-request.ts';

/** The application of a request. */
export interface RequestContext {
  /** The directory of the application. */
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly isDevelopment: boolean;
  /** Signs and encrypts what clients keep. */
  readonly keys: KeyRing;
  /** Finds out who the client is, behind trusted proxies. */
  readonly view: (exchange: Exchange) => ClientView;
  /** Carries the WebSockets of the application. */
  readonly sockets: SocketAdapter;
  /** Does work in a unit of work of its own. */
  readonly runInScope: (work: (services: Services) => void | Promise<void>) => Promise<void>;
  /** Tells long-lived responses that the server is about to end; returns what takes the listener away. */
  readonly onDrain: (listener: () => void) => () => void;
}

/** Returns the application of a request. */
export function requestContextOf(request: Pick<HttpRequest, 'responseHeaders'>): RequestContext {
  if (!(request instanceof RoutedRequest)) throw new TypeError('This is no request of @oxidite/http: pass the request that a handler was given.');
  return RoutedRequest.contextOf(request);
}
