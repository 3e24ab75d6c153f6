/** Answers what is not HTTP, or too large or slow to become a request, with a problem; then the connection is closed. */
import type { Duplex } from 'node:stream';
import { createRefusal, type LingerClock, type Refusal, refuseSocket } from './refusal.ts';

const MALFORMED = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED');

/** The errors that are not plain 400s. Source: Node.js, "Event: 'clientError'". */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: createRefusal(431, 'OXI_HTTP_HEADERS_TOO_LARGE'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: createRefusal(413, 'OXI_HTTP_BODY_TOO_LARGE'),
  ERR_HTTP_REQUEST_TIMEOUT: createRefusal(408, 'OXI_HTTP_REQUEST_TIMEOUT'),
};

/** Something follows the last request of a connection: that one is still answered, and nothing else. Source: RFC 9112, section 9.6. */
const AFTER_LAST = 'HPE_CLOSED_CONNECTION';

/** Answers on a bare socket. A connection that was reset, or has been answered in part, or whose TLS handshake failed, is only destroyed. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Duplex, clock: LingerClock): void {
  if (code === AFTER_LAST) return;
  const refusal = REFUSALS[code] ?? (code.startsWith('HPE_') ? MALFORMED : undefined);
  if (refusal === undefined) socket.destroy();
  else refuseSocket(refusal, socket, clock);
}
