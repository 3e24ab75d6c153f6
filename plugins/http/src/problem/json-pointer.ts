/** Writes paths as JSON Pointers. Source: RFC 6901, sections 3 and 4. */
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Converts the path of a schema issue: `['tags', 0]` gives `/tags/0`, no path gives the empty string. */
export function toJsonPointer(path: StandardSchemaV1.Issue['path']): string {
  let pointer = '';
  for (const segment of path ?? []) {
    const key = String(typeof segment === 'object' ? segment.key : segment);
    pointer += `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  }
  return pointer;
}
