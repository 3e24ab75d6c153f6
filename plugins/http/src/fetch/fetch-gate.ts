/**
 * Lets in only requests that have one meaning, where a runtime's own parser is content with less. What it does not show
 * (framing, the form of the target) is its own to refuse. Source: RFC 9112, section 3.2; RFC 9110, section 7.2.
 */
import { createRefusal, type Refusal } from '../node/refusal.ts';
import { PROBLEM_TYPE } from '../problem/problem.ts';
import { isHost } from '../proxy/host.ts';

const HOST = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'The request names no host, or several, or one that is none.');
const TARGET = createRefusal(400, 'OXI_HTTP_REQUEST_MALFORMED', 'The request target is malformed, or its form has no place here.');
const HEADERS = createRefusal(431, 'OXI_HTTP_HEADERS_TOO_LARGE', 'The request has too many headers, or too large ones.');

/** What the server as a whole answers to `OPTIONS *`. Source: RFC 9110, section 9.3.7. */
const SERVER_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS';

/** What a runtime leaves to this gate. */
export interface FetchGateOptions {
  /** `true` when the runtime itself refuses HTTP/1.1 without a host: what comes without one is HTTP/1.0, and may. */
  readonly mayLackHost: boolean;
  /** Tells whether there are too many headers, or too large ones. */
  readonly isOverLimit: (headers: Headers) => boolean;
}

/** The gate of one listener. */
export class FetchGate {
  readonly #options: FetchGateOptions;
  /** Most requests name the same host: it is examined once. */
  #lastHost: string | undefined;
  /** What the address of a request that names it begins with: `http://localhost:3000/`. */
  #lastStart = '';

  constructor(options: FetchGateOptions) {
    this.#options = options;
  }

  /** Answers what is not for the pipeline; `undefined` lets it in. */
  findAnswer(request: Request): Response | undefined {
    const { headers, url } = request;
    const host = headers.get('host');
    if (host === null || host !== this.#lastHost || !url.startsWith(this.#lastStart)) {
      const refusal = this.#examine(host, url);
      if (refusal !== undefined) return toResponse(refusal);
    }
    if (this.#options.isOverLimit(headers)) return toResponse(HEADERS);
    if (url.includes('#')) return toResponse(TARGET);
    if (url.endsWith('/*') && request.method === 'OPTIONS' && url.split('/').length <= 4) {
      return new Response(null, { status: 204, headers: { allow: SERVER_METHODS } });
    }
    return undefined;
  }

  #examine(host: string | null, url: string): Refusal | undefined {
    if (host === null ? !this.#options.mayLackHost : !isHost(host)) return HOST;
    if (url.startsWith('/')) return undefined; // there is no host
    const hostStart = url.indexOf('://') + 3;
    const pathStart = hostStart < 3 ? -1 : url.indexOf('/', hostStart);
    if (pathStart === -1) return TARGET; // that of CONNECT
    const target = url.slice(hostStart, pathStart);
    if (target !== host) return isHost(target) ? undefined : HOST; // an absolute target names another
    this.#lastHost = host;
    this.#lastStart = url.slice(0, pathStart + 1);
    return undefined;
  }
}

function toResponse({ status, body }: Refusal): Response {
  return new Response(body, { status, headers: { 'content-type': PROBLEM_TYPE, connection: 'close' } });
}
