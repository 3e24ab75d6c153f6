/** A request for a WebSocket where the runtime does the handshake, and no socket can be had. */
import type { Connection } from '../socket/connection.ts';
import type { FlatHeaders } from '../reply/response-headers.ts';

/** What belongs to a connection that is about to open; crossws keeps it with the connection. */
export interface UpgradeContext extends Record<string, unknown> {
  readonly connection: Connection;
  /** The headers of the handshake. */
  readonly headers: FlatHeaders;
}

/** A connection that asks for WebSocket. */
export interface FetchUpgrade {
  /** Does the handshake. */
  open(context: UpgradeContext): void;
}
