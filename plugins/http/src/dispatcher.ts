/** Takes an exchange to its route, or to what answers where there is none. */
import type { CompiledRoute } from './compile/compile-route.ts';
import type { MaybePromise } from './compile/maybe-promise.ts';
import type { Exchange } from './exchange/exchange.ts';
import type { RouteMatch } from './routes/route-tree.ts';
import type { ApplicationRoutes } from './routes/route-registry.ts';
import type { TableEntry } from './routes/route-table.ts';

/** What a dispatcher needs. */
export interface DispatcherOptions {
  /** Gives the current routes; `undefined` before the application has booted. */
  readonly table: () => ApplicationRoutes | undefined;
  /** Gives what answers where no route does, and where a URL is malformed or too long. */
  readonly unmatched: () => CompiledRoute;
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
    const end = target.indexOf('?');
    const path = end === -1 ? target : target.slice(0, end);
    const search = end === -1 ? '' : target.slice(end + 1);
    const match = target.length > this.#options.urlLength ? undefined : this.#find(exchange, path);
    if (match === undefined) return this.#options.unmatched()(exchange, path, search, {});
    return match.value.answer(exchange, path, search, match.params);
  }

  /** A malformed path matches nothing; what answers then says so. */
  #find(exchange: Exchange, path: string): RouteMatch<TableEntry> | undefined {
    try {
      return this.#options.table()?.find(exchange, path);
    } catch {
      return undefined;
    }
  }
}
