/**
 * The signal of what is being done: it aborts when nobody waits for the result any more, because the client has left or the
 * time is up. Whoever starts work (a request, a job, a command) runs it within a signal; whoever does slow things (SQL,
 * outgoing HTTP, a cache) looks for one. Neither has to know of the other.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** Something that has a signal; the signal may be made on its first use. */
export interface SignalSource {
  readonly signal: AbortSignal;
}

/** One for the process: flows of calls of several applications never mix. */
const sources = new AsyncLocalStorage<SignalSource>();

/** Returns the signal of the current flow of calls, if it runs within one. */
export function ambientSignal(): AbortSignal | undefined {
  return sources.getStore()?.signal;
}

/** Runs a function, and all it calls and awaits, within the signal of `source`. */
export function withAmbientSignal<Result>(source: SignalSource, run: () => Result): Result {
  return sources.run(source, run);
}
