/**
 * Compresses responses, on the very way out. What must not be compressed is told apart first: what is encoded already, what
 * forbids to be changed, what is too small or of the wrong type, and what could give a secret away (BREACH).
 */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts, ResponseDraft } from '@oxidite/http';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { defineModule } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { isCompressible } from './compressible.ts';
import { type Compressor, createCompressors } from './compressor.ts';
import { createCodingNegotiation } from './negotiate-coding.ts';
import { type Coding, CompressionOptions } from './options.ts';
import { secretInBody } from './secret-in-body.ts';

/** Headers that are true of the uncompressed bytes only. `Accept-Ranges` would mix bytes of both. */
const STALE_HEADERS = ['content-length', 'accept-ranges', 'content-md5', 'content-digest'];

/**
 * Compresses responses with zstd, Brotli or gzip, as the client likes it. `false` leaves a route or a group uncompressed.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function compression(options: z.input<typeof CompressionOptions> | false = {}): MiddlewareDefinition {
  const parts = options === false ? undefined : createParts(parseOptions('compression', CompressionOptions, options));
  return defineModule({ name: 'compression', phase: 'egress', create: () => () => parts });
}

function createParts(options: CompressionOptions): MiddlewareParts {
  const compressors = createCompressors(options);
  const negotiate = createCodingNegotiation([...compressors.keys()]);
  return {
    onResponse(request, response) {
      if (!isCandidate(response, options)) return undefined;
      response.headers.vary('accept-encoding');
      if (response.status === 304 || request.method === 'HEAD' || isSmall(response, options.thresholdBytes) || couldLeak(request)) return undefined;
      const coding = negotiate(toText(request.rawHeaders['accept-encoding']));
      const compressor = coding === undefined ? undefined : compressors.get(coding);
      return coding === undefined || compressor === undefined ? undefined : compress(response, coding, compressor);
    },
  };
}

/** Tells whether the coding of such a response depends on the client. A 304 speaks of a response that may have been one. */
function isCandidate({ status, headers, body }: ResponseDraft, { mediaTypes }: CompressionOptions): boolean {
  if (status === 304) return true;
  if (body === undefined || status === 204 || status === 206 || headers.has('content-encoding')) return false;
  const type = headers.get('content-type');
  return type !== undefined && isCompressible(type, mediaTypes) && !/\bno-transform\b/i.test(headers.get('cache-control') ?? '');
}

function isSmall({ headers, body }: ResponseDraft, thresholdBytes: number): boolean {
  if (typeof body === 'string') return body.length < thresholdBytes && Buffer.byteLength(body) < thresholdBytes;
  if (body instanceof Uint8Array) return body.byteLength < thresholdBytes;
  const length = headers.get('content-length');
  return length !== undefined && Number(length) < thresholdBytes;
}

/**
 * Who wants to measure the length of somebody else's response makes that somebody's browser ask for it, from another site
 * and with cookies; such requests get no compressed bodies. Bodies that are marked are never compressed.
 */
function couldLeak(request: HttpRequest): boolean {
  return secretInBody.get(request) === true || (request.rawHeaders['sec-fetch-site'] === 'cross-site' && request.rawHeaders.cookie !== undefined);
}

function compress(response: ResponseDraft, coding: Coding, compressor: Compressor): Promise<void> | undefined {
  const { body } = response;
  if (body instanceof Readable || body instanceof ReadableStream) {
    markCompressed(response, coding);
    response.body = compressor.stream(body);
    return undefined;
  }
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined; // a connection that speaks another protocol from here on
  markCompressed(response, coding);
  const compressed = compressor.whole(typeof body === 'string' ? Buffer.from(body) : body);
  if (compressed instanceof Uint8Array) {
    response.body = compressed;
    return undefined;
  }
  return compressed.then((bytes) => {
    response.body = bytes;
  });
}

/** The tag of the uncompressed bytes names these only weakly (RFC 9110, section 8.8.3). */
function markCompressed({ headers }: ResponseDraft, coding: Coding): void {
  headers.set('content-encoding', coding);
  for (const name of STALE_HEADERS) headers.delete(name);
  const etag = headers.get('etag');
  if (etag !== undefined && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
}

/** Node joins several headers of this name with a comma. */
function toText(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.join(',');
}
