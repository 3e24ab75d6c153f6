/** What lies between the value of a field and what its column holds: a cast, and encryption. Fields without have no codec, and pay nothing. */
import { encryptCodec } from '../encryption/encrypted-codec.ts';
import type { Keyring } from '../encryption/keyring.ts';
import { CastFailedError } from '../errors.ts';
import type { FieldSpec } from './field.ts';

/** Where a field is. */
export interface FieldPlace {
  readonly model: string;
  readonly field: string;
  readonly table: string;
  readonly column: string;
  /** What the table was called before. */
  readonly formerTable?: string | undefined;
}

/** Turns values of a field into what its column holds, and back. Never called with `null`. */
export interface FieldCodec {
  /** What the column holds. */
  readonly spec: FieldSpec;
  /** Tells whether something is a value of the field. */
  accepts(value: unknown): boolean;
  /** @throws what the cast throws. */
  encode(value: unknown): unknown;
  /** @throws {CastFailedError} when it is no form of a value. */
  decode(stored: unknown): unknown;
  /** Returns what is equal for equal values. */
  toComparable(value: unknown): unknown;
  /** Of encrypted fields, whose stored form is never the same twice. */
  readonly secret?: FieldSecret;
}

/** What can be said and done of an encrypted text as it is stored. */
export interface FieldSecret {
  /** What begins a text that the newest key has encrypted. */
  readonly newest: string;
  /** Tells whether two stored texts are of equal values. */
  isSame(left: unknown, right: unknown): boolean;
  /** Encrypts a stored text anew, with the newest key. */
  renew(stored: string): string;
}

/**
 * Creates the codec of a field; `undefined` when it needs none.
 * @throws {EncryptionKeysMissingError} when it is encrypted, and there are no keys.
 */
export function createCodec(spec: FieldSpec, place: FieldPlace, keyring: Keyring | undefined): FieldCodec | undefined {
  const cast = createCastCodec(spec, place);
  return spec.encrypted === true ? encryptCodec(spec, place, cast, keyring) : cast;
}

function createCastCodec(spec: FieldSpec, place: FieldPlace): FieldCodec | undefined {
  const { cast, ...stored } = spec;
  if (cast === undefined) return undefined;
  return {
    spec: stored,
    accepts: (value) => cast.schema.safeParse(value).success,
    encode: (value) => cast.toStored(value),
    toComparable: (value) => cast.toStored(value),
    decode(value) {
      try {
        return cast.fromStored(value);
      } catch (error) {
        throw new CastFailedError(place, error);
      }
    },
  };
}
