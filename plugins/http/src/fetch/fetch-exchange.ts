/** An exchange over web `Request` and `Response`: what `inject` uses, and runtimes that speak fetch. */
import type { H3 } from 'h3';
import { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import type { BodyCallback, Exchange, FlatHeaders } from '../exchange/exchange.ts';
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';
import { trackStream } from './track-stream.ts';

/** One request that is answered by a `Response`. */
export class FetchExchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly origin: string;
  /** Resolves with the response as soon as it was begun. */
  readonly response: Promise<Response>;
  readonly #request: Request;
  readonly #h3: H3;
  #headers: IncomingHttpHeaders | undefined;
  #event: H3Event | undefined;
  #isSent = false;
  #resolve: (response: Response) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(request: Request, h3: H3) {
    const pathStart = request.url.indexOf('/', request.url.indexOf('://') + 3);
    const fragment = request.url.indexOf('#');
    this.method = request.method.toUpperCase();
    this.target = request.url.slice(pathStart, fragment === -1 ? undefined : fragment);
    this.origin = request.url.slice(0, pathStart);
    this.#request = request;
    this.#h3 = h3;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get headers(): IncomingHttpHeaders {
    return (this.#headers ??= Object.fromEntries(this.#request.headers));
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get event(): H3Event {
    return (this.#event ??= new H3Event(this.#request, undefined, this.#h3));
  }

  get usedEvent(): H3Event | undefined {
    return this.#event;
  }

  get isSent(): boolean {
    return this.#isSent;
  }

  get hasBody(): boolean {
    return this.#request.body !== null;
  }

  readBody(limitBytes: number, done: BodyCallback): void {
    const { body } = this.#request;
    if (Number(this.headers['content-length'] ?? 0) > limitBytes) done(new BodyTooLargeError(limitBytes), undefined);
    else if (body === null) done(undefined, undefined);
    else {
      readStream(body, limitBytes).then(
        (bytes) => done(undefined, bytes),
        (error: unknown) => done(error, undefined),
      );
    }
  }

  send(status: number, headers: FlatHeaders, body: string | Uint8Array | undefined): void {
    this.#respond(new Response(this.#hasNoBody(status) ? null : toBodyInit(body), { status, headers: toPairs(headers) }));
  }

  sendStream(status: number, headers: FlatHeaders, body: ReadableStream<Uint8Array>): Promise<void> {
    if (this.#hasNoBody(status)) {
      this.#respond(new Response(null, { status, headers: toPairs(headers) }));
      return body.cancel().catch(() => undefined);
    }
    const { readable, ended } = trackStream(body);
    this.#respond(new Response(readable, { status, headers: toPairs(headers) }));
    return ended;
  }

  async sendWeb(response: Response): Promise<void> {
    this.#respond(response);
  }

  destroy(): void {
    this.#reject(new TypeError('The response was broken off.'));
  }

  #respond(response: Response): void {
    this.#isSent = true;
    this.#resolve(response);
  }

  #hasNoBody(status: number): boolean {
    return this.method === 'HEAD' || status === 204 || status === 304;
  }
}

async function readStream(stream: ReadableStream<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const chunk = await reader.read().catch((error: unknown) => {
      throw new RequestAbortedError(error);
    });
    if (chunk.done) return Buffer.concat(chunks, size);
    size += chunk.value.byteLength;
    if (size > limitBytes) {
      await reader.cancel().catch(() => undefined);
      throw new BodyTooLargeError(limitBytes);
    }
    chunks.push(chunk.value);
  }
}

function toBodyInit(body: string | Uint8Array | undefined): string | Uint8Array<ArrayBuffer> | null {
  return typeof body === 'object' ? new Uint8Array(body) : (body ?? null);
}

function toPairs(headers: FlatHeaders): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < headers.length; index += 2) pairs.push([headers[index] ?? '', headers[index + 1] ?? '']);
  return pairs;
}
