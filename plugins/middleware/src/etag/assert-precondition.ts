/**
 * Keeps a change from overwriting one that its author has not seen. Only a handler knows the current version of what is to
 * be changed, so it says it before it begins. Source: RFC 9110, sections 13.1 and 13.2.2; RFC 6585, section 3.
 */
import type { HttpRequest } from '@oxidite/http';
import { PreconditionFailedError, PreconditionMissingError } from '../errors.ts';
import { isEntityTag, isWeakMatch, parseEntityTags } from './entity-tag.ts';
import { toSeconds, tryParseHttpDate } from './http-date.ts';

/** What is known of the current version. */
export interface CurrentVersion {
  /** Its entity tag; quotes are added where they are missing. `undefined`: there is nothing yet. */
  readonly etag?: string | undefined;
  /** When it was last changed; only whole seconds count. */
  readonly modified?: Date | undefined;
  /** `true` refuses requests that name no version. Default: `false`. */
  readonly isRequired?: boolean;
}

/**
 * Asserts that the request is about the current version, by `If-Match`, `If-Unmodified-Since` and `If-None-Match`.
 * The weak form of a strong tag counts: compression sends tags in that form, and they name the same version.
 * @throws {PreconditionFailedError} 412 when the client knows another version.
 * @throws {PreconditionMissingError} 428 when a version must be named, and is not.
 */
export function assertPrecondition(request: Pick<HttpRequest, 'rawHeaders'>, { etag, modified, isRequired = false }: CurrentVersion): void {
  const { rawHeaders: headers } = request;
  const tag = etag === undefined || isEntityTag(etag) ? etag : `"${etag}"`;
  const ifMatch = headers['if-match'];
  const unmodifiedSince = headers['if-unmodified-since'];
  if (ifMatch !== undefined) {
    if (!isListed(ifMatch, tag)) throw new PreconditionFailedError('if-match');
  } else if (unmodifiedSince !== undefined && modified !== undefined) {
    const date = tryParseHttpDate(unmodifiedSince);
    if (date !== undefined && toSeconds(modified.getTime()) > date) throw new PreconditionFailedError('if-unmodified-since');
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined && isListed(ifNoneMatch, tag)) throw new PreconditionFailedError('if-none-match');
  if (isRequired && ifMatch === undefined && unmodifiedSince === undefined && ifNoneMatch === undefined) throw new PreconditionMissingError();
}

function isListed(header: string, tag: string | undefined): boolean {
  if (tag === undefined) return false;
  return header.trim() === '*' || parseEntityTags(header).some((candidate) => isWeakMatch(candidate, tag));
}
