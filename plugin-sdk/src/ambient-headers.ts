/**
 * The headers by which what is being done can be recognized elsewhere: `traceparent`, `tracestate`, `x-request-id`. Whoever
 * starts work (a request, a job) runs it within its headers; whoever calls other services sends those of them on that it
 * knows, to whom it may. Neither has to know of the other.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Something that has headers, with lower-case names; they may be made on their first use. */
export interface HeaderSource {
  readonly headers: Readonly<Record<string, string>>;
}

/** One for the process: flows of calls of several applications never mix. */
const sources = new AsyncLocalStorage<HeaderSource>();

/** Returns the headers of the current flow of calls, if it runs within some. */
export function ambientHeaders(): Readonly<Record<string, string>> | undefined {
  return sources.getStore()?.headers;
}

/** Runs a function, and all it calls and awaits, within the headers of `source`. */
export function withAmbientHeaders<Result>(source: HeaderSource, run: () => Result): Result {
  return sources.run(source, run);
}
