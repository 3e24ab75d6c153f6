/**
 * The request as handlers, guards and middleware see it. Everything that costs is made on its first use: the query is
 * parsed when it is read, a `URL`, `Headers`, an `AbortSignal` or an h3 event exist only for those who ask.
 */
import type { H3Event } from 'h3';
import type { IncomingHttpHeaders } from 'node:http';
import type { Exchange } from '../exchange/exchange.ts';
import type { Route } from '../routes/route.ts';
import { parseCookies } from '../cookies/parse-cookies.ts';
import { ResponseHeaders } from '../reply/response-headers.ts';
import { parseQuery, type QueryRecord } from './query.ts';
import type { ClientView } from '../proxy/client-view.ts';
import type { RequestContext } from './request-context.ts';

/** The headers of a request by lower-case name, as Node joins them. */
export type RequestHeaders = Readonly<IncomingHttpHeaders>;

/** Inputs before validation. */
export interface HttpRequest {
  /** The method in upper case. */
  readonly method: string;
  /** The path as it was sent: percent-encoded, without the query. */
  readonly path: string;
  /** The whole address. Host and port are the client's claim, or that of a trusted proxy. */
  readonly url: URL;
  /** A name of this request for logs and traces: random, unless a middleware found another. */
  id: string;
  /** The address of the client: of the connection, or what trusted proxies say. */
  readonly ip: string;
  /** `true` when the client speaks to us, or to a trusted proxy, over TLS. */
  readonly isSecure: boolean;
  /** What the log line of this request gets besides the usual: `request.logFields.articleId = article.id`. */
  readonly logFields: Record<string, unknown>;
  readonly params: Readonly<Record<string, string>>;
  /** @throws {HttpError} 400 when its percent-encoding is malformed. */
  readonly query: Readonly<QueryRecord>;
  readonly headers: RequestHeaders;
  /** The headers as they came, whatever a schema of the route made of `headers`: what protections have to look at. */
  readonly rawHeaders: RequestHeaders;
  readonly cookies: Readonly<Record<string, string>>;
  /** The parsed and validated body; `undefined` unless the route declares a schema for it. */
  readonly body: unknown;
  /** Aborts when the client goes away before the response is complete, or when the time of the request is up. */
  readonly signal: AbortSignal;
  /** Aborts the signal: nobody waits for the result any more. */
  abort(reason: unknown): void;
  /** Headers added to the response, whatever it will be. */
  readonly responseHeaders: ResponseHeaders;
  /** The route that answers. */
  readonly route: Route;
  /** The h3 event of this request, for h3 utilities; what they stage (cookies, headers) is sent. Read the body through one of both only. */
  readonly event: H3Event;
}

/** A request whatever its inputs have become: handlers may pass theirs on, however they are typed. */
export type AnyRequest = Omit<HttpRequest, 'params' | 'query' | 'headers' | 'cookies' | 'body'>;

/** What the requests of one route share. */
export interface RouteContext {
  readonly route: Route;
  readonly application: RequestContext;
}

/** The request of one exchange. Inputs are replaced by their validated forms. */
export class RoutedRequest implements HttpRequest {
  readonly path: string;
  body: unknown;
  readonly #exchange: Exchange;
  readonly #search: string;
  #context: RouteContext;
  #params: Readonly<Record<string, string>>;
  #query: Readonly<QueryRecord> | undefined;
  #headers: RequestHeaders | undefined;
  #cookies: Readonly<Record<string, string>> | undefined;
  #url: URL | undefined;
  #responseHeaders: ResponseHeaders | undefined;
  #id: string | undefined;
  #logFields: Record<string, unknown> | undefined;
  #client: ClientView | undefined;
  #abort: AbortController | undefined;
  #isEventSent: boolean;

  constructor(exchange: Exchange, context: RouteContext, path: string, search: string, params: Readonly<Record<string, string>>) {
    this.path = path;
    this.body = undefined;
    this.#exchange = exchange;
    this.#context = context;
    this.#search = search;
    this.#params = params;
    this.#isEventSent = false;
  }

  get route(): Route {
    return this.#context.route;
  }

  get method(): string {
    return this.#exchange.method;
  }

  get url(): URL {
    if (this.#url === undefined) {
      const { isSecure, host } = RoutedRequest.#viewOf(this);
      this.#url = new URL(`${isSecure ? 'https' : 'http'}://${host ?? 'localhost'}${this.path}${this.#search === '' ? '' : `?${this.#search}`}`);
    }
    return this.#url;
  }

  get id(): string {
    return (this.#id ??= this.#context.application.random.uuid());
  }

  set id(value: string) {
    this.#id = value;
  }

  get ip(): string {
    return RoutedRequest.#viewOf(this).ip;
  }

  get isSecure(): boolean {
    return RoutedRequest.#viewOf(this).isSecure;
  }

  get logFields(): Record<string, unknown> {
    return (this.#logFields ??= {});
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

  get rawHeaders(): RequestHeaders {
    return this.#exchange.headers;
  }

  get cookies(): Readonly<Record<string, string>> {
    return (this.#cookies ??= parseCookies(this.#exchange.headers.cookie));
  }

  set cookies(value: Readonly<Record<string, string>>) {
    this.#cookies = value;
  }

  get signal(): AbortSignal {
    return RoutedRequest.#controllerOf(this).signal;
  }

  abort(reason: unknown): void {
    RoutedRequest.#controllerOf(this).abort(reason);
  }

  get responseHeaders(): ResponseHeaders {
    return (this.#responseHeaders ??= new ResponseHeaders());
  }

  get event(): H3Event {
    return this.#exchange.event;
  }

  /** Returns the exchange that `request` came by; handlers have no business with it. */
  static exchangeOf(request: RoutedRequest): Exchange {
    return request.#exchange;
  }

  /** Returns the application of `request`. */
  static contextOf(request: RoutedRequest): RequestContext {
    return request.#context.application;
  }

  /** Lets another route stand for the request: one that has its path, but not its method. */
  static reroute(request: RoutedRequest, route: Route): void {
    request.#context = { ...request.#context, route };
  }

  /** Returns the staged response headers of `request`, if any were asked for. */
  static stagedHeadersOf(request: RoutedRequest): ResponseHeaders | undefined {
    return request.#responseHeaders;
  }

  /** Returns the h3 event whose staged headers are still to be sent. */
  static stagingEventOf(request: RoutedRequest): H3Event | undefined {
    return request.#isEventSent ? undefined : request.#exchange.usedEvent;
  }

  /** Notes that h3 itself has put the staged headers of its event into the response. */
  static markEventSent(request: RoutedRequest): void {
    request.#isEventSent = true;
  }

  static #viewOf(request: RoutedRequest): ClientView {
    return (request.#client ??= request.#context.application.view(request.#exchange));
  }

  static #controllerOf(request: RoutedRequest): AbortController {
    if (request.#abort === undefined) {
      const controller = new AbortController();
      const { signal } = request.#exchange;
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener('abort', () => controller.abort(signal.reason), { once: true });
      request.#abort = controller;
    }
    return request.#abort;
  }
}
