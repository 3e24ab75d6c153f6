/** What lies between the value of a field and what its column holds: a cast. Fields without one have no codec, and pay nothing. */
import { CastFailedError } from '../errors.ts';
import type { FieldSpec } from './field.ts';

/** Where a field is. */
export interface FieldPlace {
  readonly model: string;
  readonly field: string;
  readonly table: string;
  readonly column: string;
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
}

/** Creates the codec of a field; `undefined` when it needs none. */
export function createCodec(spec: FieldSpec, place: FieldPlace): FieldCodec | undefined {
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
