/** A response that has come as a whole: no connection waits for anybody to read it. */
import type { CallFacts } from '../errors.ts';
import { type AnySchema, type BodyReader, readJson } from './body-reader.ts';
import type { IncomingResponse } from './incoming-response.ts';

/** A whole response. Its body can be read as often as one likes. */
export interface HttpClientResponse extends BodyReader {
  readonly status: number;
  readonly headers: Headers;
  /** Where it came from, after redirects. */
  readonly url: string;
  /** How often the request was sent. */
  readonly attempts: number;
}

/** Reads a response to its end. */
export async function readWhole({ status, headers, url, body }: IncomingResponse, facts: CallFacts): Promise<HttpClientResponse> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.read()) chunks.push(chunk);
  const bytes = concatenate(chunks);
  const received = { bytes, contentType: headers.get('content-type'), facts };
  return {
    status,
    headers,
    url: url.href,
    attempts: facts.attempts,
    json: (schema?: AnySchema): Promise<never> => readJson(received, schema) as Promise<never>, // its type is known to the caller
    text: () => Promise.resolve(new TextDecoder().decode(bytes)),
    bytes: () => Promise.resolve(bytes),
  };
}

/** Copies into memory of its own: what undici hands out may be a part of something larger. */
function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
