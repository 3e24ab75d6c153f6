/** Typed values that middleware leaves on a request for those further in: whoever has the key can read it, and its type is true. */
import type { HttpRequest } from './http-request.ts';

/** The key of a value. */
export interface RequestValue<Value> {
  /** For people: `nonce`. */
  readonly name: string;
  /** Returns the value; `undefined` when none was set. */
  get(request: Pick<HttpRequest, 'responseHeaders'>): Value | undefined;
  /** Sets the value. */
  set(request: Pick<HttpRequest, 'responseHeaders'>, value: Value): void;
}

/** Declares a value: `const nonce = defineRequestValue<string>('nonce')`. */
export function defineRequestValue<Value>(name: string): RequestValue<Value> {
  const key = Symbol(name);
  return {
    name,
    get: (request) => (request as { [key]?: Value })[key], // only `set` below writes under this key
    set(request, value) {
      (request as { [key]?: Value })[key] = value;
    },
  };
}
