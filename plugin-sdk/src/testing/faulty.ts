/** Makes an object fail at one of its calls, so that a test can try every point at which something can break. */

const CALLS = Symbol('oxidite.faulty-calls');

/** Options of {@link faulty}. */
export interface FaultyOptions {
  /** What is thrown. Default: an error that says which call it was. */
  readonly error?: unknown;
  /** `true` rejects a promise instead of throwing at once. Default: `false`. */
  readonly rejects?: boolean;
}

/**
 * Returns an object that works like `object`, except that its `nthCall`-th method call, counted from 1 over all methods,
 * fails. Loop over `nthCall` until {@link countCalls} stays below it: then every call has failed once.
 */
export function faulty<Target extends object>(object: Target, nthCall: number, options: FaultyOptions = {}): Target {
  let calls = 0;
  return new Proxy(object, {
    get(target, key) {
      if (key === CALLS) return calls;
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        calls += 1;
        if (calls !== nthCall) return Reflect.apply(value, target, args);
        const error = options.error ?? new Error(`fault injected at call ${nthCall}: ${String(key)}()`);
        if (options.rejects === true) return Promise.reject(error);
        throw error;
      };
    },
  });
}

/** Returns how many methods of a {@link faulty} object were called. */
export function countCalls(object: object): number {
  const calls: unknown = Reflect.get(object, CALLS);
  if (typeof calls !== 'number') throw new TypeError('countCalls() takes an object that faulty() returned');
  return calls;
}
