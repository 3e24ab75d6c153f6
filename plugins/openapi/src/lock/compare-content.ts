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
  }
}
