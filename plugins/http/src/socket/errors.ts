/** What can be wrong with a request for a WebSocket, and with its messages. */
import { OxiditeError } from '@oxidite/plugin-sdk';
import { HttpError } from '../problem/http-error.ts';

/** A request for a WebSocket route that does not ask for a WebSocket. */
export class UpgradeRequiredError extends HttpError {
  constructor() {
    super(426, 'This address speaks WebSocket only. Connect with a WebSocket client.', {
      code: 'OXI_HTTP_UPGRADE_REQUIRED',
      headers: { upgrade: 'websocket' },
    });
  }
}

/** A page of another origin asks for a WebSocket. */
export class SocketOriginError extends HttpError {
  constructor(origin: string) {
    super(403, `Pages of ${origin} may not connect here. Allow their origin where the connection is accepted.`, { code: 'OXI_HTTP_SOCKET_ORIGIN' });
  }
}

/** A message that does not fit its schema. */
export class SocketMessageError extends OxiditeError {
  readonly code = 'OXI_HTTP_SOCKET_MESSAGE';

  constructor(place: string, issues: readonly string[]) {
    super(`A message of the WebSocket at ${place} cannot be sent: ${issues.join('; ')}. Correct what is sent, or the schema in defineSocket().`);
  }
}
