/**
 * Lets in only requests that have one meaning. Node's parser refuses wrong framing; it takes the first of several hosts,
 * any text for a host, and versions and codings that nobody speaks, which a proxy before us may understand otherwise.
 * Source: RFC 9112, sections 2.3, 3.2 and 6.1; RFC 9110, section 7.2.
 */
import type { IncomingMessage } from 'node:http';
import { isHost } from '../proxy/host.ts';
import { createRefusal, type Refusal } from './refusal.ts';

const malformed = (detail: string): Refusal => createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', detail);

const HOST_MISSING = malformed('A request needs one header "host".');
const HOST_REPEATED = malformed('The header "host" occurs more than once.');
const HOST_INVALID = malformed('The header "host" is not a host with an optional port.');
const VERSION = malformed('Only HTTP/1.1 and HTTP/1.0 are spoken here.');
const CODING_INVALID = malformed('The header "transfer-encoding" is malformed, or has no place here.');
const CODING_UNKNOWN = createRefusal(501, 'OXI_HTTP_TRANSFER_CODING', 'The only transfer coding known here is "chunked".');
const TOO_MANY_HEADERS = createRefusal(431, 'OXI_HTTP_HEADERS_TOO_LARGE', 'The request has too many headers.');

/** The target of a request is none. */
export const TARGET_INVALID: Refusal = malformed('The request target is malformed, or its form has no place here.');

const CODINGS = /^[\w-]+(?:[ \t]*,[ \t]*[\w-]+)*$/;

/** The gate of one listener. */
export class RequestGate {
  readonly #maxLength: number;
  /** Most requests name the same host: it is examined once. */
  #lastHost: string | undefined;

  /** @param headerCount the greatest number of header lines. */
  constructor(headerCount: number) {
    this.#maxLength = headerCount * 2;
  }

  /** Finds why a request is to be refused; `undefined` lets it in. */
  findRefusal(message: IncomingMessage): Refusal | undefined {
    if (message.httpVersionMajor !== 1) return VERSION;
    const { rawHeaders } = message;
    if (rawHeaders.length > this.#maxLength) return TOO_MANY_HEADERS;
    let host: string | undefined;
    for (let index = 0; index < rawHeaders.length; index += 2) {
      const name = rawHeaders[index];
      if (name === undefined) continue;
      if (name.length === 4) {
        if (name !== 'host' && name.toLowerCase() !== 'host') continue;
        if (host !== undefined) return HOST_REPEATED;
        host = rawHeaders[index + 1];
      } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
        const refusal = checkCoding(rawHeaders[index + 1] ?? '', message.httpVersionMinor);
        if (refusal !== undefined) return refusal;
      }
    }
    if (host === undefined) return message.httpVersionMinor === 0 ? undefined : HOST_MISSING;
    if (host === this.#lastHost) return undefined;
    if (!isHost(host)) return HOST_INVALID;
    this.#lastHost = host;
    return undefined;
  }
}

/** Node's parser makes sure that "chunked" comes last, and once; what else there is would have to be undone by us. */
function checkCoding(value: string, minorVersion: number): Refusal | undefined {
  if (minorVersion === 0) return CODING_INVALID;
  if (value.toLowerCase() === 'chunked') return undefined;
  return CODINGS.test(value) ? CODING_UNKNOWN : CODING_INVALID;
}
