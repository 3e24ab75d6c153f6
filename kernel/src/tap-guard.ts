/**
 * What stands between a hook and a tap: an error gets the names of plugin and hook, and while the application boots the
 * time of each tap is taken. A rest parameter costs nothing measurable for one argument of a synchronous hook, but up to
 * twice the whole call for two or three of them, and a third more for the one of an asynchronous hook (bench/kernel, five
 * taps); these have guards of their own.
 */
import { TapError } from './errors.ts';
import type { TapBand } from './hook-registry.ts';

/** The function of a tap. */
export type TapFn = (...args: unknown[]) => unknown;

/** A tap that a plugin made. */
export interface TapRecord {
  readonly plugin: string;
  readonly hook: string;
  readonly band: TapBand;
  readonly fn: TapFn;
  /** The time spent in the tap while the application was booting, in milliseconds. */
  bootMs: number;
}

/** What tapable hands to a tap of an asynchronous hook as the last argument. */
type Callback = (error: unknown, result?: unknown) => void;

/** Guards a tap of a synchronous hook with `arity` arguments. */
export function guardSync(tap: TapRecord, fn: TapFn, arity: number): TapFn {
  if (arity === 2 || arity === 3) {
    return (first, second, third) => {
      try {
        return arity === 2 ? fn(first, second) : fn(first, second, third);
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
export function guardAsync(tap: TapRecord, fn: TapFn, arity: number): TapFn {
  if (arity === 1) return (first, done) => settle(tap, done as Callback, () => fn(first));
  return (...args) => settle(tap, args.pop() as Callback, () => fn(...args));
}

/** Calls a tap and then what tapable hands it; what that throws is not the tap's. */
function settle(tap: TapRecord, done: Callback, call: () => unknown): void {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    return done(blame(error, tap));
  }
  if (!isThenable(result)) return done(null, result);
  result.then(
    (value) => done(null, value),
    (error: unknown) => done(blame(error, tap)),
  );
}

/** Takes the time of a tap: until it returns, and from then on until the end of the promise that it may return. */
export function timeTap(tap: TapRecord, now: () => number): TapFn {
  return (...args) => {
    let sinceMs = now();
    const addTime = (): void => {
      tap.bootMs += now() - sinceMs;
      sinceMs = now();
    };
    try {
      const result = tap.fn(...args);
      return isThenable(result) ? Promise.resolve(result).finally(addTime) : result;
    } finally {
      addTime();
    }
  };
}

/** Says whose tap of which hook failed; the blame stays with the innermost tap. */
function blame(error: unknown, { plugin, hook }: TapRecord): TapError {
  return error instanceof TapError ? error : new TapError({ plugin, hook }, error);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
