/** The only door to randomness: secure by default, replaced by a seeded source in tests (see the test kit of the SDK). */
import type * as Crypto from 'node:crypto';
import { RandomRangeError } from './errors.ts';

/** An integer is drawn from fewer values than this. Source: Node.js, crypto.randomInt. */
const SPAN_LIMIT = 2 ** 48;

/** Draws random values. */
export interface Random {
  /** Returns `length` random bytes. */
  bytes(length: number): Uint8Array;
  /**
   * Returns an integer between `min` and `max`, both included.
   * @throws {RandomRangeError} when they are not integers, or not in order, or 2^48 values or more lie between them.
   */
  integer(min: number, max: number): number;
  /** Returns a random UUID of version 4 (RFC 9562 section 5.4). */
  uuid(): string;
}

/** Creates the cryptographically secure source. node:crypto, slow to load, is loaded on its first use. */
export function createSecureRandom(): Random {
  const load = (): typeof Crypto => process.getBuiltinModule('node:crypto');
  return {
    bytes: (length) => load().randomBytes(length),
    integer(min, max) {
      const span = max - min + 1;
      if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || span < 1 || span >= SPAN_LIMIT) throw new RandomRangeError({ min, max });
      return min + load().randomInt(span);
    },
    uuid: () => load().randomUUID(),
  };
}
