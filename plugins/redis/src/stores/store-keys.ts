/**
 * Makes keys of ids, and finds them again. An id may hold any character: it is percent-encoded, so it cannot leave the keyspace
 * of its store, means nothing to the patterns of SCAN, and can be read in redis-cli.
 */
import { RedisIdInvalidError } from '../errors.ts';

const MAX_LENGTH = 1_024;
const GLOB = /[*?[\]\\^]/g;

/** The keys of one store, without the prefix of the connection, which the client adds. */
export interface StoreKeys {
  /** What they begin with: `cart:`. */
  readonly keyspace: string;
  /** @throws {RedisIdInvalidError} when an id is empty, too long, or no text. */
  toKey(id: string): string;
  /** Returns the id of a key; `undefined` when no id gives this key. */
  toId(key: string): string | undefined;
}

/** Creates the keys of a store. */
export function createStoreKeys(store: string): StoreKeys {
  const keyspace = toKeyspace(store);
  const refuse = (reason: string): RedisIdInvalidError => new RedisIdInvalidError({ store, reason });
  return {
    keyspace,
    toKey(id) {
      if (typeof id !== 'string' || id === '') throw refuse('it has to be a text that is not empty');
      if (!id.isWellFormed()) throw refuse('it holds half a character (a lone surrogate)');
      const encoded = encodeURIComponent(id.length > MAX_LENGTH ? '' : id).replaceAll('*', '%2A');
      if (encoded === '' || encoded.length > MAX_LENGTH) throw refuse(`it has more than ${MAX_LENGTH} characters when encoded. Use a digest of it`);
      return keyspace + encoded;
    },
    toId(key) {
      try {
        const id = decodeURIComponent(key.slice(keyspace.length));
        return key.startsWith(keyspace) && this.toKey(id) === key ? id : undefined;
      } catch {
        return undefined; // nobody but this package should write here, but somebody did
      }
    },
  };
}

/** Returns what the keys of a store begin with. */
export function toKeyspace(store: string): string {
  return `${store}:`;
}

/** Returns the pattern of SCAN for all keys that begin with a text. */
export function toScanPattern(beginning: string): string {
  return `${beginning.replaceAll(GLOB, String.raw`\$&`)}*`;
}

/** Creates what tells whether an id fits: `*` stands for any characters, all others for themselves. It takes linear time. */
export function createMatcher(match: string | undefined): (id: string) => boolean {
  if (match === undefined) return () => true;
  const [first = '', ...rest] = match.split('*');
  const last = rest.pop();
  if (last === undefined) return (id) => id === match;
  return (id) => {
    if (!id.startsWith(first) || !id.endsWith(last)) return false;
    let from = first.length;
    const end = id.length - last.length;
    for (const part of rest) {
      const at = id.indexOf(part, from);
      if (at === -1 || at + part.length > end) return false;
      from = at + part.length;
    }
    return from <= end;
  };
}

/** Returns what every id that fits begins with. */
export function toBeginning(match: string | undefined): string {
  return match?.split('*', 1).join('') ?? '';
}
