/** Sends a response. A whole body is one write, with its length counted here and nowhere else. */
import { Readable } from 'node:stream';
import type { Exchange } from '../exchange/exchange.ts';
import { SocketAcceptance } from '../socket/socket-acceptance.ts';
import { ResponseDraft } from './response-draft.ts';
import type { FlatHeaders } from './response-headers.ts';

/**
 * Sends a draft. Returns a promise for streams only; it settles when the stream has ended or the client is gone.
 * @throws Whatever a stream fails with.
 */
export function sendDraft(exchange: Exchange, draft: ResponseDraft): Promise<void> | undefined {
  const { status, body } = draft;
  const flat = ResponseDraft.flatOf(draft);
  if (typeof body === 'string') return sendWhole(exchange, status, flat, body, Buffer.byteLength(body));
  if (body === undefined) return sendWhole(exchange, status, flat, body, 0);
  if (body instanceof Uint8Array) return sendWhole(exchange, status, flat, body, body.byteLength);
  if (body instanceof SocketAcceptance) return openSocket(exchange, flat, body);
  if (hasNoBody(status)) {
    if (body instanceof Readable) body.destroy();
    else void body.cancel().catch(() => undefined);
    return sendWhole(exchange, status, flat, undefined, 0);
  }
  return exchange.sendStream(status, flat, body);
}

function openSocket(exchange: Exchange, flat: FlatHeaders, acceptance: SocketAcceptance): undefined {
  const upgrade = exchange.takeOver?.();
  if (upgrade !== undefined) acceptance.application.sockets.accept(acceptance, flat, upgrade);
}

/** A 204 and a 304 have neither body nor length (RFC 9110, sections 8.6 and 15.4.5). */
function sendWhole(exchange: Exchange, status: number, flat: FlatHeaders, body: string | Uint8Array | undefined, length: number): undefined {
  if (hasNoBody(status)) {
    exchange.send(status, flat, undefined);
    return;
  }
  flat.push('content-length', String(length));
  exchange.send(status, flat, body);
}

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
