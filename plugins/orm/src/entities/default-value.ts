/** What an entity has in a field that it was given no value for. */
import type { ColumnLayout } from '../model/model-layout.ts';

/** Returns the default of a field, `null` where that is allowed, or `undefined`. */
export function toDefault({ spec, required }: Pick<ColumnLayout, 'required' | 'spec'>): unknown {
  if (!('default' in spec)) return spec.nullable === true && required !== true ? null : undefined;
  return typeof spec.default === 'function' ? (spec.default as () => unknown)() : spec.default; // the types allow only functions without parameters
}
