/**
 * Reads the headers of one part of a multipart body.
 * Source: RFC 7578, sections 4.2 (Content-Disposition), 4.7 (no transfer encoding) and 5.1 (UTF-8); WHATWG HTML, "multipart
 * form data" (a quote, CR and LF in names are percent-encoded).
 */
import { isUtf8 } from 'node:buffer';
import { BodyMalformedError } from '../problem/request-errors.ts';
import { assertUtf8, parseContentType } from './content-type.ts';

/** What the headers of a part say. */
export interface PartHeaders {
  readonly name: string;
  /** As the client gave it; `undefined` for a field that is no file, empty when no file was chosen. */
  readonly fileName: string | undefined;
  /** In lower case, without parameters. Default: `text/plain` for fields, `application/octet-stream` for files. */
  readonly type: string;
}

/** Values by lower-case name, in Latin-1 as they were on the wire. */
export type RawPartHeaders = Readonly<Record<string, readonly string[]>>;

/** One parameter. Browsers do not escape backslashes in quoted names; some clients escape quotes by them. */
const PARAMETER = /;[\t ]*([\w*-]+)[\t ]*=[\t ]*(?:"((?:[^"\\]|\\[^])*)"|([^\t ";]*))[\t ]*/y;
const ESCAPED = /\\(["\\])|%(22|0[Dd]|0[Aa])/g;
const PLAIN_ENCODINGS = new Set(['7bit', '8bit', 'binary']);

/**
 * Reads headers.
 * @throws {BodyMalformedError} 400 when the part has no name, or is encoded for mail.
 * @throws {CharsetError} 415 when its text is not in UTF-8.
 */
export function readPartHeaders(raw: RawPartHeaders): PartHeaders {
  const { name, filename } = parseDisposition(raw['content-disposition']?.[0]);
  if (name === undefined) throw new BodyMalformedError('one of its parts has no name');
  const encoding = raw['content-transfer-encoding']?.[0]?.trim().toLowerCase();
  if (encoding !== undefined && !PLAIN_ENCODINGS.has(encoding)) throw new BodyMalformedError(`the part ${JSON.stringify(name)} has a transfer encoding`);
  const type = parseContentType(raw['content-type']?.[0]);
  if (type !== undefined && filename === undefined) assertUtf8(type);
  return { name, fileName: filename, type: type?.type ?? (filename === undefined ? 'text/plain' : 'application/octet-stream') };
}

function parseDisposition(header: string | undefined): { readonly name?: string | undefined; readonly filename?: string | undefined } {
  const start = /^[\t ]*form-data[\t ]*(?=;)/i.exec(header ?? '');
  if (header === undefined || start === null) return {};
  const parameters: Record<string, string> = Object.create(null);
  PARAMETER.lastIndex = start[0].length;
  while (PARAMETER.lastIndex < header.length) {
    const parameter = PARAMETER.exec(header);
    if (parameter === null) throw new BodyMalformedError('the Content-Disposition of one of its parts cannot be read');
    const [, name = '', quoted, token = ''] = parameter;
    parameters[name.toLowerCase()] ??= decodeName(quoted ?? token);
  }
  return parameters;
}

function decodeName(latin1: string): string {
  const bytes = Buffer.from(latin1, 'latin1');
  if (!isUtf8(bytes)) throw new BodyMalformedError('the name of one of its parts is not UTF-8');
  return bytes
    .toString('utf8')
    .replaceAll(ESCAPED, (_whole, character: string | undefined, code = '') => character ?? String.fromCharCode(Number.parseInt(code, 16)));
}
