/**
 * Gives responses an entity tag, and answers 304 to clients that have the current one. The handler has run by then: what is
 * saved is the body on the wire. Whoever knows the version before the work is done uses `assertPrecondition()`.
 * Source: RFC 9110, sections 13.1.2, 13.1.3, 13.2.2 and 15.4.5.
 */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts, ResponseDraft } from '@oxidite/http';
import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { z } from 'zod';
import { defineModule } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { isWeakMatch, parseEntityTags } from './entity-tag.ts';
import { tryParseHttpDate } from './http-date.ts';
import { EtagOptions } from './options.ts';

/** What describes a body that is not sent. `Last-Modified` goes too: the tag is the better validator. */
const REPRESENTATION_HEADERS = ['content-type', 'content-length', 'content-encoding', 'content-language', 'content-range', 'last-modified'];

/**
 * Adds `ETag` to whole bodies of GET and HEAD, and answers conditional requests. A tag that the handler sets stays.
 * `false` leaves a route or a group without.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function etag(options: z.input<typeof EtagOptions> | false = {}): MiddlewareDefinition {
  const parts = options === false ? undefined : createParts(parseOptions('etag', EtagOptions, options));
  return defineModule({ name: 'etag', phase: 'egress', create: () => (route) => (isRead(route.method) ? parts : undefined) });
}

function createParts({ weak, maxBytes }: EtagOptions): MiddlewareParts {
  return {
    onResponse(request, response) {
      if (response.status !== 200 || !isRead(request.method)) return;
      const { headers } = response;
      let tag = headers.get('etag');
      if (tag === undefined && (tag = computeTag(response, maxBytes, weak)) !== undefined) headers.set('etag', tag);
      const current = findCurrent(request, response, tag);
      if (current !== undefined) toNotModified(response, current.tag);
    },
  };
}

function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The hash finds changes; it guards nothing, so the fastest that every runtime has will do. */
function computeTag({ body, headers }: ResponseDraft, maxBytes: number, weak: boolean): string | undefined {
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined;
  if (body.length > maxBytes || /\bno-store\b/i.test(headers.get('cache-control') ?? '')) return undefined;
  return `${weak ? 'W/' : ''}"${hash('sha1', body, 'base64url')}"`;
}

/** Returns the tag by which the client knows the current version; `undefined` when it does not have it. */
function findCurrent(request: HttpRequest, { headers }: ResponseDraft, tag: string | undefined): { readonly tag: string | undefined } | undefined {
  const ifNoneMatch = request.rawHeaders['if-none-match'];
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return { tag };
    if (tag === undefined) return undefined;
    const known = parseEntityTags(ifNoneMatch).find((candidate) => isWeakMatch(candidate, tag));
    return known === undefined ? undefined : { tag: known }; // its own form of it: the 200 may have been compressed, and so tagged weakly
  }
  const ifModifiedSince = request.rawHeaders['if-modified-since'];
  const lastModified = headers.get('last-modified');
  if (ifModifiedSince === undefined || lastModified === undefined) return undefined;
  const since = tryParseHttpDate(ifModifiedSince);
  const modified = tryParseHttpDate(lastModified);
  return since !== undefined && modified !== undefined && modified <= since ? { tag } : undefined;
}

function toNotModified(response: ResponseDraft, tag: string | undefined): void {
  const { body, headers } = response;
  if (body instanceof Readable) body.destroy();
  else if (body instanceof ReadableStream) void body.cancel().catch(() => undefined);
  response.status = 304;
  response.body = undefined;
  for (const name of REPRESENTATION_HEADERS) if (name !== 'last-modified' || tag !== undefined) headers.delete(name);
  if (tag !== undefined) headers.set('etag', tag);
}
