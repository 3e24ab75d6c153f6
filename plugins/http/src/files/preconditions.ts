/** Decides conditional requests. Source: RFC 9110, section 13.2.2 (order of evaluation) and 8.8.3.2 (comparison of entity tags). */
import type { RequestHeaders } from '../request/http-request.ts';

/** What identifies a version of a resource. */
export interface Validators {
  /** An entity tag with its quotes: `"abc"` or `W/"abc"`. */
  readonly etag: string;
  /** When it was last changed, in milliseconds since 1970; only whole seconds count. */
  readonly modifiedMs?: number;
}

/** What a conditional request comes to. */
export type Precondition = 'failed' | 'not-modified' | 'proceed';

/** Evaluates the conditions of a request against the current version. */
export function evaluatePreconditions(method: string, headers: RequestHeaders, { etag, modifiedMs }: Validators): Precondition {
  const ifMatch = headers['if-match'];
  const unmodifiedSince = headers['if-unmodified-since'];
  if (ifMatch !== undefined) {
    if (!listsTag(ifMatch, etag, isStrongMatch)) return 'failed';
  } else if (unmodifiedSince !== undefined && isModifiedAfter(modifiedMs, unmodifiedSince) === true) return 'failed';
  const ifNoneMatch = headers['if-none-match'];
  const isRead = method === 'GET' || method === 'HEAD';
  if (ifNoneMatch !== undefined) {
    if (!listsTag(ifNoneMatch, etag, isWeakMatch)) return 'proceed';
    return isRead ? 'not-modified' : 'failed';
  }
  const modifiedSince = headers['if-modified-since'];
  if (isRead && modifiedSince !== undefined && isModifiedAfter(modifiedMs, modifiedSince) === false) return 'not-modified';
  return 'proceed';
}

/** Tells whether a Range header counts: If-Range is missing, or names the current version (RFC 9110, section 13.1.5). */
export function isRangeCurrent(headers: RequestHeaders, { etag, modifiedMs }: Validators): boolean {
  const ifRange = headers['if-range'];
  if (ifRange === undefined) return true;
  if (typeof ifRange !== 'string') return false;
  if (ifRange.startsWith('"') || ifRange.startsWith('W/')) return isStrongMatch(ifRange, etag);
  const date = Date.parse(ifRange);
  return modifiedMs !== undefined && !Number.isNaN(date) && toSeconds(modifiedMs) === toSeconds(date);
}

function listsTag(header: string, etag: string, isMatch: (left: string, right: string) => boolean): boolean {
  if (header.trim() === '*') return true;
  return [...header.matchAll(/(?:W\/)?"[^"]*"/g)].some(([tag]) => isMatch(tag, etag));
}

function isStrongMatch(left: string, right: string): boolean {
  return left === right && !left.startsWith('W/');
}

function isWeakMatch(left: string, right: string): boolean {
  return left.replace(/^W\//, '') === right.replace(/^W\//, '');
}

/** `undefined` when it cannot be told: the date is none, or nothing is known of the resource. */
function isModifiedAfter(modifiedMs: number | undefined, header: string): boolean | undefined {
  const date = Date.parse(header);
  if (modifiedMs === undefined || Number.isNaN(date)) return undefined;
  return toSeconds(modifiedMs) > toSeconds(date);
}

function toSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
