/**
 * Hashes and verifies passwords with Argon2id. Parameters: OWASP Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane),
 * about 20 ms a hash. A hash carries its parameters, so raising them later re-hashes at the next sign-in.
 */
import { hash, needsRehash, verify } from 'argon2';
import { PasswordTooLongError } from '../errors.ts';

const MAX_PASSWORD_BYTES = 4_096;

/** The cost of one hash. */
export interface PasswordCost {
  /** Memory in KiB. Default: 19,456. */
  readonly memoryKib: number;
  /** Passes over the memory. Default: 2. */
  readonly passes: number;
  /** Lanes. Default: 1. */
  readonly parallelism: number;
}

/** Hashes and verifies passwords. */
export interface Passwords {
  /**
   * Returns the hash of a password in PHC format, with a random salt.
   * @throws {PasswordTooLongError} when it has more than 4,096 bytes.
   */
  hash(password: string): Promise<string>;
  /**
   * Tells whether a password belongs to a hash. With `undefined`, for a user who does not exist, it takes as long and
   * is `false`, so that the time of an answer does not tell who exists.
   */
  verify(password: string, hash: string | undefined): Promise<boolean>;
  /** Tells whether a hash was made with other parameters than today's; then hash the password again. */
  needsRehash(hash: string): boolean;
}

/** Creates the service. */
export function createPasswords(cost: PasswordCost): Passwords {
  const options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.parallelism };
  let decoy: Promise<string> | undefined;

  async function hashPassword(password: string): Promise<string> {
    if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES) throw new PasswordTooLongError(MAX_PASSWORD_BYTES);
    return hash(password, options);
  }

  return {
    hash: hashPassword,
    async verify(password, expected) {
      const known = expected !== undefined && Buffer.byteLength(password) <= MAX_PASSWORD_BYTES;
      decoy ??= hashPassword('a password that nobody has');
      const matches = await verify(known ? expected : await decoy, known ? password : '').catch(() => false); // a damaged hash fits no password
      return known && matches;
    },
    needsRehash: (current) => needsRehash(current, options),
  };
}
