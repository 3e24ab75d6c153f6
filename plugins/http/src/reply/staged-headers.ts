/** Collects the headers that were staged for a response; `undefined` when there are none, which is the common case. */
import type { Exchange } from '../exchange/exchange.ts';
import { RoutedRequest } from '../request/http-request.ts';
import type { HeaderSources } from './merge-headers.ts';
import type { ReplyHeaders } from './reply.ts';

/** Returns the staged headers of an exchange, if any. */
export function stagedOf(exchange: Exchange, request: RoutedRequest | undefined, reply: ReplyHeaders | undefined): HeaderSources | undefined {
  const own = request === undefined ? undefined : RoutedRequest.stagedHeadersOf(request);
  const event = exchange.usedEvent;
  if (own === undefined && event === undefined && reply === undefined) return undefined;
  const staged: Headers[] = [];
  if (own !== undefined) staged.push(own);
  if (event !== undefined) staged.push(event.res.headers);
  return { staged, reply };
}
