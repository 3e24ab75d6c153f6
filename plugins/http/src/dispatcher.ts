/** Takes an exchange to its route; answers for those that have none: h3 handlers, OPTIONS, 404 and 405. */
import type { H3 } from 'h3';
import type { Failure } from './compile/failure.ts';
import type { MaybePromise } from './compile/maybe-promise.ts';
import type { Exchange } from './exchange/exchange.ts';
import { answerWithH3 } from './h3/h3-handlers.ts';
import { MalformedUrlError, MethodNotAllowedError, RouteNotFoundError, UrlTooLongError } from './problem/request-errors.ts';
import { RoutedRequest } from './request/http-request.ts';
import type { RouteTable } from './routes/route-table.ts';

/** What a dispatcher needs. */
export interface DispatcherOptions {
  readonly h3: H3;
  /** Gives the current routes; `undefined` before the application has booted. */
  readonly table: () => RouteTable | undefined;
  readonly fail: Failure;
  /** The greatest length of path and query. */
  readonly urlLength: number;
}

/** Answers exchanges. */
export class Dispatcher {
  readonly #options: DispatcherOptions;

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Answers one exchange. Never throws; returns a promise when anything is awaited, which settles after everything. */
  answer(exchange: Exchange): MaybePromise<void> {
    const { target } = exchange;
    if (target.length > this.#options.urlLength) return this.#options.fail(exchange, undefined, new UrlTooLongError(this.#options.urlLength));
    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    try {
      const match = this.#options.table()?.find(exchange.method, path);
      if (match !== undefined) return match.value.answer(exchange, path, end === -1 ? '' : target.slice(end + 1), match.params);
      assertDecodable(path);
    } catch (error) {
      return this.#options.fail(exchange, undefined, error);
    }
    return this.#answerUnmatched(exchange, path);
  }

  async #answerUnmatched(exchange: Exchange, path: string): Promise<void> {
    const { h3, fail } = this.#options;
    try {
      if (await answerWithH3(h3, exchange)) return;
    } catch (error) {
      await fail(exchange, undefined, error);
      return;
    }
    const { methods, entry } = this.#options.table()?.findOthers(path) ?? { methods: [], entry: undefined };
    if (entry === undefined) {
      await fail(exchange, undefined, new RouteNotFoundError(exchange.method, path));
      return;
    }
    const allow = methods.join(', ');
    if (exchange.method === 'OPTIONS') {
      exchange.send(204, ['allow', allow], undefined);
      return;
    }
    const request = new RoutedRequest(exchange, entry.route, path, '', {});
    await fail(exchange, request, new MethodNotAllowedError(exchange.method, path, allow), entry.route.problem);
  }
}

function assertDecodable(path: string): void {
  if (!path.includes('%')) return;
  try {
    decodeURIComponent(path);
  } catch {
    throw new MalformedUrlError('its path holds malformed percent-encoding');
  }
}
