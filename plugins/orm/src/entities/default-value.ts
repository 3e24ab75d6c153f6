/** What an entity has in a field that it was given no value for. */
import type { FieldSpec } from '../model/field.ts';

/** Returns the default of a field, `null` where that is allowed, or `undefined`. */
export function toDefault(spec: FieldSpec): unknown {
  if (!('default' in spec)) return spec.nullable === true ? null : undefined;
  return typeof spec.default === 'function' ? (spec.default as () => unknown)() : spec.default; // the types allow only functions without parameters
}
