/** What a handler returns to accept a WebSocket: decided while the request can still be refused, carried out when it would be answered. */
import { requestContextOf, type RequestContext } from '../request/request-context.ts';
import { type AnyRequest, type HttpRequest, RoutedRequest } from '../request/http-request.ts';
import type { AcceptOptions, SocketHandlers, SocketSchemas } from './define-socket.ts';
import { SocketOriginError, UpgradeRequiredError } from './errors.ts';

/** What is accepted, and how. */
export interface AcceptanceParts {
  readonly schemas: SocketSchemas;
  /** Takes away from messages what their schema does not declare, where its library does not. */
  readonly prune: ((message: unknown) => unknown) | undefined;
  readonly handlers: SocketHandlers;
  readonly options: AcceptOptions;
}

/** An accepted connection that is not open yet. */
export class SocketAcceptance {
  readonly request: HttpRequest;
  readonly application: RequestContext;
  readonly parts: AcceptanceParts;
  /** The subprotocol to answer with, if the client offered one of those that are spoken. */
  readonly protocol: string | undefined;

  private constructor(request: HttpRequest, parts: AcceptanceParts) {
    this.request = request;
    this.application = requestContextOf(request);
    this.parts = parts;
    this.protocol = choose(parts.options.protocols ?? [], request.rawHeaders['sec-websocket-protocol']);
  }

  /**
   * Accepts the connection of a request.
   * @throws {UpgradeRequiredError} 426 when the request does not ask for one.
   * @throws {SocketOriginError} 403 when a page of another origin asks.
   */
  static create(request: AnyRequest, parts: AcceptanceParts): SocketAcceptance {
    if (!(request instanceof RoutedRequest) || RoutedRequest.exchangeOf(request).upgradeRequest === undefined) throw new UpgradeRequiredError();
    assertOrigin(request, parts.options.origins);
    return new SocketAcceptance(request, parts);
  }
}

/** Browsers send cookies along, whatever page asks, and ask nobody first: the origin is the only defence. Source: RFC 6455, section 10.2. */
function assertOrigin(request: AnyRequest, allowed: AcceptOptions['origins']): void {
  const { origin } = request.rawHeaders;
  if (origin === undefined || allowed === '*') return; // no browser sends none
  if (allowed === undefined ? isSameHost(origin, request.url) : allowed.includes(origin)) return;
  throw new SocketOriginError(origin);
}

function isSameHost(origin: string, url: URL): boolean {
  return URL.canParse(origin) && new URL(origin).host === url.host;
}

function choose(spoken: readonly string[], offered: string | undefined): string | undefined {
  const names = offered?.split(',').map((name) => name.trim()) ?? [];
  return spoken.find((name) => names.includes(name));
}
