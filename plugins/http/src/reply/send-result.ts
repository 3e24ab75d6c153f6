/**
 * Sends what a handler returned. The common results (text, JSON; nothing staged) are told apart first and cost one look
 * at the type; replies, streams, `Response`s and staged headers take the longer way.
 */
import { ResultUnsupportedError } from '../errors.ts';
import type { Exchange, FlatHeaders } from '../exchange/exchange.ts';
import type { RoutedRequest } from '../request/http-request.ts';
import { toByteStream } from './byte-stream.ts';
import { mergeHeaders, type HeaderSources } from './merge-headers.ts';
import { Reply, type ReplyHeaders } from './reply.ts';
import { stagedOf } from './staged-headers.ts';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';

/** Options of {@link sendResult}. */
export interface SendOptions {
  /** The status of a result that has none. */
  readonly status: number;
  /** Headers of a reply. */
  readonly headers?: ReplyHeaders | undefined;
  /** The content type of JSON. Default: `application/json`. */
  readonly jsonType?: string;
}

/**
 * Sends a result. Returns a promise only for streams.
 * @throws {ResultUnsupportedError} when no response can be made of it; then nothing was sent.
 */
export function sendResult(exchange: Exchange, request: RoutedRequest | undefined, result: unknown, options: SendOptions): Promise<void> | undefined {
  if (result instanceof Reply) {
    const { body, status = body === undefined && options.status === 200 ? 204 : options.status, headers } = result;
    return sendResult(exchange, request, body, { ...options, status, headers });
  }
  const sources: HeaderSources | undefined = stagedOf(exchange, request, options.headers);
  switch (typeof result) {
    case 'string':
      return sendWhole(exchange, options.status, TEXT, result, sources);
    case 'undefined':
      return sendNothing(exchange, options.status, sources);
    case 'object':
    case 'number':
    case 'boolean':
      break;
    default:
      throw new ResultUnsupportedError(`a ${typeof result}`);
  }
  if (isBytes(result)) return sendWhole(exchange, options.status, BYTES, result, sources);
  const stream = toByteStream(result);
  if (stream !== undefined) return exchange.sendStream(options.status, mergeHeaders(['content-type', BYTES], sources), stream);
  if (result instanceof Response) return sendResponse(exchange, result, sources);
  return sendWhole(exchange, options.status, options.jsonType ?? JSON_TYPE, toJson(result), sources);
}

function sendWhole(exchange: Exchange, status: number, type: string, body: string | Uint8Array, sources: HeaderSources | undefined): undefined {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  const headers: FlatHeaders = ['content-type', type, 'content-length', String(length)];
  exchange.send(status, sources === undefined ? headers : mergeHeaders(headers, sources), body);
}

/** Without a body there is no type; a 204 and a 304 have no length either (RFC 9110, sections 8.6 and 15.4.5). */
function sendNothing(exchange: Exchange, status: number, sources: HeaderSources | undefined): undefined {
  const effective = status === 200 ? 204 : status;
  const headers: FlatHeaders = effective === 204 || effective === 304 ? [] : ['content-length', '0'];
  exchange.send(effective, mergeHeaders(headers, sources), undefined);
}

function sendResponse(exchange: Exchange, response: Response, sources: HeaderSources | undefined): Promise<void> | undefined {
  const headers: FlatHeaders = [];
  for (const [name, value] of response.headers) headers.push(name, value);
  const merged = mergeHeaders(headers, sources);
  if (response.body !== null) return exchange.sendStream(response.status, merged, response.body);
  if (response.status !== 204 && response.status !== 304 && !response.headers.has('content-length')) merged.push('content-length', '0');
  exchange.send(response.status, merged, undefined);
  return undefined;
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function toJson(value: unknown): string {
  const json: string | undefined = JSON.stringify(value); // undefined when toJSON returns undefined
  if (json === undefined) throw new ResultUnsupportedError('an object whose toJSON returns nothing');
  return json;
}
