/** What carries the web requests of one listener, or of `inject`: the facts that all their exchanges share. */
import type { H3 } from 'h3';
import type { UpgradeContext } from './fetch-upgrade.ts';
import { ResponseHeadersCache } from './response-headers-cache.ts';

/** How long a connection may rest: `none` while a handler works, `stall` while bytes are awaited or offered. */
export type RestLimit = 'none' | 'stall';

/** What carries requests. */
export interface FetchCarrier {
  /** The application's h3 handlers. */
  readonly h3: H3;
  /** `true` when a server of the runtime did the framing: lengths of requests are true, and it writes those of responses itself. */
  readonly isServer: boolean;
  /** `true` when clients speak TLS; `undefined`: the address of a request says so. */
  readonly isEncrypted: boolean | undefined;
  /** `true` once the server drains: each response ends its connection. */
  isDraining: boolean;
  readonly responseHeaders: ResponseHeadersCache;
  /** Finds the address of the client; `peer` is what the runtime gave along with the request. */
  addressOf(request: Request, peer: unknown): string;
  /** Says how long the connection of a request may rest from now on. Missing where the runtime does not watch that. */
  limitRest?(request: Request, limit: RestLimit, peer: unknown): void;
  /** Runs `task` when the whole body should have arrived. Returns what calls it off. */
  limitBody?(task: () => void): () => void;
  /** Does the handshake of a WebSocket; the response is `undefined` when the runtime has answered by itself. */
  readonly openSocket?: (request: Request & { readonly context: UpgradeContext }, peer: unknown) => Promise<Response | undefined>;
}

/** A web request does not say whom it comes from. */
const LOCAL_ADDRESS = '127.0.0.1';

/** Creates the carrier of requests that come by no network. */
export function createInjectCarrier(h3: H3): FetchCarrier {
  return {
    h3,
    isServer: false,
    isEncrypted: undefined,
    isDraining: false,
    responseHeaders: new ResponseHeadersCache(),
    addressOf: () => LOCAL_ADDRESS,
  };
}
