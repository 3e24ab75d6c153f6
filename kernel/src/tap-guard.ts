/**
 * What stands between a hook and a tap: an error gets the names of plugin and hook, and while the application boots the
 * time of each tap is taken. A rest parameter costs nothing measurable for one argument of a synchronous hook, but up to
 * twice the whole call for two or three of them, and a third more for the one of an asynchronous hook (bench/kernel, five
 * taps); these have guards of their own.
 */
import { TapError } from './errors/kernel-errors.ts';

/** The function of a tap. */
export type TapFn = (...args: unknown[]) => unknown;

/** A tap, as far as a guard knows it. */
export interface GuardedTap {
  readonly plugin: string;
  readonly hook: string;
  readonly fn: TapFn;
  /** The time spent in the tap while the application was booting, in milliseconds. */
  bootMs: number;
}

/** What tapable hands to a tap of an asynchronous hook as the last argument. */
type Callback = (error: unknown, result?: unknown) => void;

/** Guards a tap of a synchronous hook with `arity` arguments. */
export function guardSync(tap: GuardedTap, fn: TapFn, arity: number): TapFn {
  if (arity === 2) {
    return (first, second) => {
      try {
        return fn(first, second);
      } catch (error) {
        throw blame(error, tap);
      }
    };
  }
  if (arity === 3) {
    return (first, second, third) => {
      try {
        return fn(first, second, third);
      } catch (error) {
        throw blame(error, tap);
      }
    };
  }
  return (...args) => {
    try {
      return fn(...args);
    } catch (error) {
      throw blame(error, tap);
    }
  };
}

/** Guards a tap of an asynchronous hook; for `tapAsync`, so that a tap which returns no promise costs no promise. */
export function guardAsync(tap: GuardedTap, fn: TapFn, arity: number): TapFn {
  if (arity === 1) {
    return (first, done) => {
      let result: unknown;
      try {
        result = fn(first);
      } catch (error) {
        return fail(done, error, tap);
      }
      return settle(done, result, tap);
    };
  }
  return (...args) => {
    const done = args.pop();
    let result: unknown;
    try {
      result = fn(...args);
    } catch (error) {
      return fail(done, error, tap);
    }
    return settle(done, result, tap);
  };
}

/** tapable hands a callback as the last argument. */
function settle(callback: unknown, result: unknown, tap: GuardedTap): void {
  const done = callback as Callback;
  if (isThenable(result)) {
    result.then(
      (value) => done(null, value),
      (error: unknown) => fail(done, error, tap),
    );
  } else {
    done(null, result);
  }
}

function fail(callback: unknown, error: unknown, tap: GuardedTap): void {
  (callback as Callback)(blame(error, tap));
}

/** Takes the time of a tap, up to the end of the promise that it may return. */
export function timeTap(tap: GuardedTap, now: () => number): TapFn {
  return (...args) => {
    const startMs = now();
    const stop = (): void => {
      tap.bootMs += now() - startMs;
    };
    let isPending = false;
    try {
      const result = tap.fn(...args);
      isPending = isThenable(result);
      return isPending ? Promise.resolve(result).finally(stop) : result;
    } finally {
      if (!isPending) stop();
    }
  };
}

/** Says whose tap of which hook failed; the blame stays with the innermost tap. */
export function blame(error: unknown, { plugin, hook }: GuardedTap): TapError {
  return error instanceof TapError ? error : new TapError({ plugin, hook }, error);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
