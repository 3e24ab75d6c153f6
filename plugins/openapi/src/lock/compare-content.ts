/** Compares what bodies are, media type by media type. */
import type { OpenApiContent, OpenApiMedia } from '../document/openapi-document.ts';
import { toPointer } from './api-change.ts';
import type { Direction } from './change-rules.ts';
import type { SchemaNode } from './normal-schema.ts';
import type { Place } from './operation-place.ts';
import type { SchemaComparison } from './schema-comparison.ts';

/** Compares the schemas of media types that both have. What one side lacks is left to the caller. */
export function compareContent(before: Place<OpenApiContent>, after: Place<OpenApiContent>, direction: Direction, comparison: SchemaComparison): void {
  for (const [type, media] of Object.entries(before.part)) {
    const other = after.part[type];
    if (other === undefined) continue;
    const toNode = ({ pointer }: Place<unknown>, { schema }: OpenApiMedia): SchemaNode => ({
      schema,
      pointer: toPointer(pointer, type, 'schema'),
      label: after.label,
    });
    comparison.compare({ before: toNode(before, media), after: toNode(after, other), direction });
    if (direction === 'input') compareParts(media, other, { pointer: toPointer(after.pointer, type), label: after.label }, comparison);
  }
}

/** Compares the media types that parts of a body may have; a part that says nothing may have any. */
function compareParts(before: OpenApiMedia, after: OpenApiMedia, { pointer, label }: Omit<Place<unknown>, 'part'>, { report }: SchemaComparison): void {
  for (const name of new Set([before, after].flatMap(({ encoding = {} }) => Object.keys(encoding)))) {
    const [left, right] = [before, after].map(({ encoding }) => encoding?.[name]?.contentType.split(', '));
    const [removed, added] = [listMissing(right, left), listMissing(left, right)];
    const change = { pointer: right === undefined ? pointer : toPointer(pointer, 'encoding', name), before: left, after: right };
    if (removed.length > 0) report('body.part-type-removed', { ...change, sentence: `"${name}" of ${label} must not be ${removed.join(' or ')} any more` });
    if (added.length > 0) report('body.part-type-added', { ...change, sentence: `"${name}" of ${label} may be ${added.join(' or ')} now` });
  }
}

const ANYTHING = '*/*';

/** Lists what `wanted` has and no type or range of `given` covers. */
function listMissing(given: readonly string[] = [ANYTHING], wanted: readonly string[] = [ANYTHING]): readonly string[] {
  const covers = (range: string, type: string): boolean =>
    range === ANYTHING || range === type || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
  return wanted.filter((type) => !given.some((range) => covers(range, type)));
}
