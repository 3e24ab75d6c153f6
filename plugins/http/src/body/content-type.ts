/**
 * Decides by its headers whether a body can be read: media type, charset, content coding.
 * Source: RFC 9110, sections 8.3 (Content-Type), 8.4 (Content-Encoding), 12.5.1 (media ranges); RFC 6839, section 3.1 (+json).
 */
import type { Exchange } from '../exchange/exchange.ts';
import { CharsetError, ContentEncodingError, MediaTypeError } from '../problem/request-errors.ts';

/** A parsed Content-Type. */
export interface ContentType {
  /** Type and subtype in lower case. */
  readonly type: string;
  /** Values by lower-case name, without quotes; no prototype. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A parameter: a name, and a token or a quoted string. */
const PARAMETER = /[\t ]*;[\t ]*(?:([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([\w!#$%&'*+.^`|~-]+)))?/y;
const MEDIA_TYPE = /^[\t ]*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)[\t ]*/;
const UTF8 = /^utf-?8$/i;

/** Parses a Content-Type; `undefined` when there is none, or it is malformed. */
export function parseContentType(header: string | undefined): ContentType | undefined {
  const found = MEDIA_TYPE.exec(header ?? '');
  if (header === undefined || found === null) return undefined;
  const parameters: Record<string, string> = Object.create(null);
  PARAMETER.lastIndex = found[0].length;
  while (PARAMETER.lastIndex < header.length) {
    const parameter = PARAMETER.exec(header);
    if (parameter === null) return undefined;
    const [, name, quoted, token] = parameter;
    if (name !== undefined) parameters[name.toLowerCase()] ??= quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
  }
  return { type: (found[1] ?? '').toLowerCase(), parameters };
}

/** Tells whether a type falls under one of these types and ranges. */
export function isAccepted(accepted: readonly string[], type: string): boolean {
  return accepted.some((range) => {
    if (range === type || range === '*/*') return true;
    if (range === 'application/json') return type.startsWith('application/') && type.endsWith('+json');
    return range.endsWith('/*') && type.startsWith(range.slice(0, -1));
  });
}

/**
 * Checks that a body is one of the `accepted` types, and not compressed.
 * @throws {MediaTypeError} 415 for another type, or none.
 * @throws {ContentEncodingError} 415 when the body is compressed.
 */
export function assertAccepted(exchange: Pick<Exchange, 'method' | 'headers'>, accepted: readonly string[]): ContentType {
  assertIdentity(exchange);
  const header = exchange.headers['content-type'];
  const found = parseContentType(header);
  if (found === undefined || !isAccepted(accepted, found.type)) throw new MediaTypeError(header, { accepted, method: exchange.method });
  return found;
}

/**
 * Checks that a body of one of the `accepted` types is text in UTF-8, which it is unless it says otherwise.
 * @throws {CharsetError} 415 when it claims another charset.
 * @throws As {@link assertAccepted} does.
 */
export function assertText(exchange: Pick<Exchange, 'method' | 'headers'>, accepted: readonly string[]): ContentType {
  const found = assertAccepted(exchange, accepted);
  assertUtf8(found);
  return found;
}

/**
 * Checks the charset of a content type.
 * @throws {CharsetError} 415 when it is not UTF-8.
 */
export function assertUtf8({ parameters: { charset } }: ContentType): void {
  if (charset !== undefined && !UTF8.test(charset)) throw new CharsetError(charset);
}

/**
 * Checks that a body is not compressed.
 * @throws {ContentEncodingError} 415 when it is.
 */
export function assertIdentity({ headers: { 'content-encoding': coding } }: Pick<Exchange, 'headers'>): void {
  if (coding !== undefined && coding !== '' && coding.trim().toLowerCase() !== 'identity') throw new ContentEncodingError(coding);
}
