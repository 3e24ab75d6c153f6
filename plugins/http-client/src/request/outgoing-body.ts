/** Bodies of requests: what they are sent as, and whether they can be sent again. */
import { Readable } from 'node:stream';
import type { BodyInput, CallOptions } from './call-options.ts';
import { toSearchParams } from './search-params.ts';

/** A body as it goes out, once. */
export interface Payload {
  readonly data: Uint8Array | Readable;
  /** Said of it unless the request says otherwise. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A body that goes out with each attempt. */
export interface OutgoingBody {
  /** `false` when it can go out once only. */
  readonly isReplayable: boolean;
  open(): Payload;
}

/** The options name a body that cannot be sent. */
export class BodyInvalidError extends Error {
  override readonly name = 'BodyInvalidError';
}

/**
 * Returns the body of a call, if it has one.
 * @throws {BodyInvalidError} when there are several, or one that cannot be written.
 */
export function toOutgoingBody({ json, form, body }: Pick<CallOptions, 'json' | 'form' | 'body'>): OutgoingBody | undefined {
  if ([json, form, body].filter((given) => given !== undefined).length > 1) throw new BodyInvalidError('only one of json, form and body can be given');
  if (json !== undefined) return ofText(writeJson(json), 'application/json');
  if (form !== undefined) return ofText(toSearchParams(form).toString(), 'application/x-www-form-urlencoded');
  return body === undefined ? undefined : ofBody(body);
}

function ofBody(body: BodyInput): OutgoingBody {
  if (typeof body === 'string') return ofText(body, 'text/plain;charset=UTF-8');
  if (body instanceof URLSearchParams) return ofText(body.toString(), 'application/x-www-form-urlencoded;charset=UTF-8');
  if (body instanceof ArrayBuffer) return ofBytes(new Uint8Array(body));
  if (ArrayBuffer.isView(body)) return ofBytes(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  if (body instanceof Blob) return ofBlob(body);
  if (body instanceof FormData) return { isReplayable: true, open: () => openForm(body) };
  if (body instanceof Readable) return { isReplayable: false, open: () => ({ data: body, headers: {} }) };
  if (body instanceof ReadableStream) return { isReplayable: false, open: () => ({ data: fromWeb(body), headers: {} }) };
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    return { isReplayable: false, open: () => ({ data: Readable.from(body, { objectMode: false }), headers: {} }) };
  }
  throw new BodyInvalidError('the body is neither text, nor bytes, nor a form, nor a stream. Send objects with json');
}

function ofText(text: string, type: string): OutgoingBody {
  return ofBytes(Buffer.from(text), { 'content-type': type });
}

function ofBytes(data: Uint8Array, headers: Readonly<Record<string, string>> = {}): OutgoingBody {
  return { isReplayable: true, open: () => ({ data, headers }) };
}

function ofBlob(blob: Blob): OutgoingBody {
  const headers = { 'content-length': String(blob.size), ...(blob.type === '' ? {} : { 'content-type': blob.type }) };
  return { isReplayable: true, open: () => ({ data: fromWeb(blob.stream()), headers }) };
}

/** A `Response` writes the form; undici would take forms of its own class only. */
function openForm(form: FormData): Payload {
  const { body, headers } = new Response(form);
  return { data: body === null ? Buffer.alloc(0) : fromWeb(body), headers: { 'content-type': headers.get('content-type') ?? 'multipart/form-data' } };
}

function fromWeb(stream: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(stream);
}

function writeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // said below; the original error quotes the value
  }
  if (text === undefined) throw new BodyInvalidError('json is a value that JSON cannot express');
  return text;
}
