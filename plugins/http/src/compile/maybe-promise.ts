/**
 * Values that may be promises. A chain of synchronous functions stays synchronous: a promise is made only where
 * something is awaited.
 */

/** A value, or a promise of it. */
export type MaybePromise<Value> = Value | Promise<Value>;

/** Tells whether `value` is to be awaited. */
export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
