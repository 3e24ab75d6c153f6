/**
 * The one way in which UUIDs are written, with small letters: most databases have no type for them and compare them as texts.
 * What an application gives is written so wherever it comes in; what a database has is left as it is.
 * Source: RFC 9562, section 4.
 */
import type { FieldSpec } from './field.ts';

/** Writes a UUID with small letters. */
export function toUuidText(uuid: string): string {
  return uuid.toLowerCase();
}

/** Writes a value with small letters if it is the UUID of a field; all else stays as it is. */
export function toSettledValue({ type, cast }: FieldSpec, value: unknown): unknown {
  return type === 'uuid' && cast === undefined && typeof value === 'string' ? toUuidText(value) : value;
}
