/**
 * Makes the response of what a handler returned. The common results (text, JSON; nothing staged) are told apart first and
 * cost one look at the type; replies, streams, `Response`s and staged headers take the longer way.
 */
import { Readable } from 'node:stream';
import { ResultUnsupportedError } from '../errors.ts';
import type { Problem } from '../problem/problem.ts';
import { RoutedRequest } from '../request/http-request.ts';
import { SocketAcceptance } from '../socket/socket-acceptance.ts';
import { toByteStream } from './byte-stream.ts';
import { Reply, type ReplyHeaders } from './reply.ts';
import { type ResponseBody, ResponseDraft } from './response-draft.ts';
import { type FlatHeaders, ResponseHeaders } from './response-headers.ts';

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json';
const BYTES = 'application/octet-stream';

/** The headers that describe the connection; only the sender knows them. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Options of {@link toDraft}. */
export interface DraftOptions {
  /** The status of a result that has none. */
  readonly status: number;
  /** Headers that every response of the route has, in lower case; whatever is set elsewhere replaces them. */
  readonly base: Readonly<FlatHeaders>;
  /** Headers of a reply. */
  readonly headers?: ReplyHeaders | undefined;
  /** The content type of JSON. Default: `application/json`. */
  readonly jsonType?: string;
  /** Set when the response is an error's. */
  readonly failure?: { readonly error: unknown; readonly problem: Problem };
}

/**
 * Makes a response of a result.
 * @throws {ResultUnsupportedError} when none can be made of it.
 */
export function toDraft(request: RoutedRequest | undefined, result: unknown, options: DraftOptions): ResponseDraft {
  switch (typeof result) {
    case 'string':
      return draft(request, options, TEXT, result);
    case 'undefined':
      return draft(request, options.status === 200 ? { ...options, status: 204 } : options, undefined, undefined);
    case 'number':
    case 'boolean':
      return draft(request, options, options.jsonType ?? JSON_TYPE, toJson(result));
    case 'object':
      return result === null || isPlain(result)
        ? draft(request, options, options.jsonType ?? JSON_TYPE, toJson(result))
        : toSpecialDraft(request, result, options);
    default:
      throw new ResultUnsupportedError(`a ${typeof result}`);
  }
}

function isPlain(result: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(result);
  return prototype === Object.prototype || prototype === Array.prototype;
}

function toSpecialDraft(request: RoutedRequest | undefined, result: object, options: DraftOptions): ResponseDraft {
  if (result instanceof Reply) {
    const { body, status = options.status, headers } = result;
    return toDraft(request, body, { ...options, status, headers });
  }
  if (result instanceof Uint8Array) return draft(request, options, BYTES, result);
  if (result instanceof Response) return draft(request, { ...options, status: result.status }, result.headers, result.body ?? undefined);
  if (result instanceof Readable) return draft(request, options, BYTES, result);
  if (result instanceof SocketAcceptance) return draft(request, { ...options, status: 101 }, undefined, result);
  const stream = toByteStream(result);
  return stream === undefined ? draft(request, options, options.jsonType ?? JSON_TYPE, toJson(result)) : draft(request, options, BYTES, stream);
}

function draft(request: RoutedRequest | undefined, options: DraftOptions, type: string | Headers | undefined, body: ResponseBody): ResponseDraft {
  const { status, base, headers: reply, failure } = options;
  const staged = request === undefined ? undefined : RoutedRequest.stagedHeadersOf(request);
  const event = request === undefined ? undefined : RoutedRequest.stagingEventOf(request);
  if (staged === undefined && event === undefined && reply === undefined && typeof type === 'string') {
    return new ResponseDraft(status, ['content-type', type, ...base], body, failure);
  }
  const flat: FlatHeaders = [...base];
  const headers = new ResponseHeaders(flat);
  if (typeof type === 'string') headers.set('content-type', type);
  else if (type !== undefined) for (const [name, value] of type) put(headers, name, value, body !== undefined);
  for (const [name] of staged ?? []) if (name !== 'set-cookie') headers.delete(name);
  for (const [name, value] of staged ?? []) if (!FRAMING.has(name)) headers.append(name, value);
  for (const [name, value] of event?.res.headers ?? []) put(headers, name, value, false);
  for (const [name, value] of Object.entries(reply ?? {})) {
    if (typeof value === 'string') put(headers, name, value, body instanceof Readable || body instanceof ReadableStream);
    else putAll(headers, name, value);
  }
  return new ResponseDraft(status, flat, body, failure);
}

/** Only who knows a stream knows its length; the length of what is whole is counted. */
function put(headers: ResponseHeaders, name: string, value: string, mayTellLength: boolean): void {
  const lower = name.toLowerCase();
  if (lower === 'set-cookie') headers.append(lower, value);
  else if (!FRAMING.has(lower) || (mayTellLength && lower === 'content-length')) headers.set(lower, value);
}

function putAll(headers: ResponseHeaders, name: string, values: readonly string[]): void {
  const lower = name.toLowerCase();
  if (FRAMING.has(lower)) return;
  if (lower !== 'set-cookie') headers.delete(lower);
  for (const value of values) headers.append(lower, value);
}

function toJson(value: unknown): string {
  const json: string | undefined = JSON.stringify(value); // undefined when toJSON returns undefined
  if (json === undefined) throw new ResultUnsupportedError('an object whose toJSON returns nothing');
  return json;
}
