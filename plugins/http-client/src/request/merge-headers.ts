/** Puts the headers of a request together. */
import type { HeadersInput } from './call-options.ts';

/** A header that cannot be sent; its value is not named. */
export class HeaderInvalidError extends Error {
  constructor(name: string) {
    super(`the header ${JSON.stringify(name.slice(0, 60))} is not valid`);
    this.name = 'HeaderInvalidError';
  }
}

/**
 * Merges headers; of one name the last wins.
 * @throws {HeaderInvalidError} when a name or a value cannot be sent.
 */
export function mergeHeaders(...inputs: readonly (HeadersInput | undefined)[]): Headers {
  const merged = new Headers();
  for (const input of inputs) {
    if (input === undefined) continue;
    for (const [name, value] of Symbol.iterator in input ? input : Object.entries(input)) {
      if (value === undefined) continue;
      try {
        merged.set(name, value);
      } catch {
        throw new HeaderInvalidError(name); // the original error quotes the value
      }
    }
  }
  return merged;
}
