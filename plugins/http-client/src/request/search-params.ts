/** Writes queries and forms. */
import type { QueryInput } from './call-options.ts';

/** Converts an input: lists become repeated names, `undefined` and `null` are left out. */
export function toSearchParams(input: QueryInput): URLSearchParams {
  if (input instanceof URLSearchParams) return input;
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    for (const item of Array.isArray(value) ? value : [value]) if (item !== undefined && item !== null) params.append(name, String(item));
  }
  return params;
}
