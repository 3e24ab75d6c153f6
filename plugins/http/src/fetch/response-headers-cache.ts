/**
 * Makes the headers of a web `Response`. Most responses have a content type and nothing else that the runtime would not
 * write itself: the same `Headers` serve them all, because a `Response` copies them, and copying costs least.
 */
import type { FlatHeaders } from '../reply/response-headers.ts';

/** Content types come from code, but nothing keeps code from making them up. */
const MAX_TYPES = 64;

/** What a `Response` takes for headers. */
type ResponseHeadersInit = Headers | Record<string, string> | [string, string][];

/** The headers of one listener. */
export class ResponseHeadersCache {
  readonly #byType = new Map<string, Headers>();

  /** Returns headers for a `Response`. With `isLengthKnown`, a length at their end is left out: the runtime writes its own. */
  toInit(flat: Readonly<FlatHeaders>, isLengthKnown: boolean): ResponseHeadersInit {
    const length = isLengthKnown && flat.at(-2) === 'content-length' ? flat.length - 2 : flat.length;
    const type = flat[1];
    if (length === 2 && type !== undefined && flat[0] === 'content-type') return this.#byType.get(type) ?? this.#remember(type);
    const headers: Record<string, string> = {};
    for (let index = 0; index < length; index += 2) {
      const name = flat[index] ?? '';
      if (name in headers) return toPairs(flat, length); // also for names that every object has
      headers[name] = flat[index + 1] ?? '';
    }
    return headers;
  }

  #remember(type: string): Headers {
    const headers = new Headers({ 'content-type': type });
    if (this.#byType.size < MAX_TYPES) this.#byType.set(type, headers);
    return headers;
  }
}

function toPairs(flat: Readonly<FlatHeaders>, length: number): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < length; index += 2) pairs.push([flat[index] ?? '', flat[index + 1] ?? '']);
  return pairs;
}
