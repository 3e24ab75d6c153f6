/**
 * The request as handlers, guards and middleware see it. Everything that costs is made on its first use: the query is
 * parsed when it is read, a `URL`, `Headers`, an `AbortSignal` or an h3 event exist only for those who ask.
 */
import type { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../exchange/exchange.ts';
import type { Route } from '../routes/route.ts';
import { parseCookies } from './cookies.ts';
import { parseQuery, type QueryRecord } from './query.ts';

/** The headers of a request by lower-case name, as Node joins them. */
export type RequestHeaders = Readonly<IncomingHttpHeaders>;

/** Inputs before validation. */
export interface HttpRequest {
  /** The method in upper case. */
  readonly method: string;
  /** The path as it was sent: percent-encoded, without the query. */
  readonly path: string;
  /** The whole address; host and port are the client's claim. */
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  /** @throws {HttpError} 400 when its percent-encoding is malformed. */
  readonly query: Readonly<QueryRecord>;
  readonly headers: RequestHeaders;
  readonly cookies: Readonly<Record<string, string>>;
  /** The parsed and validated body; `undefined` unless the route declares a schema for it. */
  readonly body: unknown;
  /** Aborts when the client goes away before the response is complete. */
  readonly signal: AbortSignal;
  /** Headers added to the response, whatever it will be. */
  readonly responseHeaders: Headers;
  /** The route that answers. */
  readonly route: Route;
  /** The h3 event of this request, for h3 utilities; what they stage (cookies, headers) is sent. Read the body through one of both only. */
  readonly event: H3Event;
}

/** The request of one exchange. Inputs are replaced by their validated forms. */
export class RoutedRequest implements HttpRequest {
  readonly path: string;
  readonly route: Route;
  body: unknown;
  readonly #exchange: Exchange;
  readonly #search: string;
  #params: Readonly<Record<string, string>>;
  #query: Readonly<QueryRecord> | undefined;
  #headers: RequestHeaders | undefined;
  #cookies: Readonly<Record<string, string>> | undefined;
  #url: URL | undefined;
  #responseHeaders: Headers | undefined;

  constructor(exchange: Exchange, route: Route, path: string, search: string, params: Readonly<Record<string, string>>) {
    this.#exchange = exchange;
    this.route = route;
    this.path = path;
    this.#search = search;
    this.#params = params;
    this.body = undefined;
  }

  get method(): string {
    return this.#exchange.method;
  }

  get url(): URL {
    return (this.#url ??= new URL(`${this.#exchange.origin}${this.path}${this.#search === '' ? '' : `?${this.#search}`}`));
  }

  get params(): Readonly<Record<string, string>> {
    return this.#params;
  }

  set params(value: Readonly<Record<string, string>>) {
    this.#params = value;
  }

  get query(): Readonly<QueryRecord> {
    return (this.#query ??= parseQuery(this.#search));
  }

  set query(value: Readonly<QueryRecord>) {
    this.#query = value;
  }

  get headers(): RequestHeaders {
    return this.#headers ?? this.#exchange.headers;
  }

  set headers(value: RequestHeaders) {
    this.#headers = value;
  }

  get cookies(): Readonly<Record<string, string>> {
    return (this.#cookies ??= parseCookies(this.#exchange.headers.cookie));
  }

  set cookies(value: Readonly<Record<string, string>>) {
    this.#cookies = value;
  }

  get signal(): AbortSignal {
    return this.#exchange.signal;
  }

  get responseHeaders(): Headers {
    return (this.#responseHeaders ??= new Headers());
  }

  get event(): H3Event {
    return this.#exchange.event;
  }

  /** Returns the exchange that `request` came by; handlers have no business with it. */
  static exchangeOf(request: RoutedRequest): Exchange {
    return request.#exchange;
  }

  /** Returns the staged response headers of `request`, if any were asked for. */
  static stagedHeadersOf(request: RoutedRequest): Headers | undefined {
    return request.#responseHeaders;
  }
}
