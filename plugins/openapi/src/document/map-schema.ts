/**
 * Walks JSON Schemas. Only keywords that hold schemas are followed, so a property that happens to be named `items` or an
 * example that looks like a schema is left alone. Source: JSON Schema draft 2020-12, section 10 and 11 (applicators).
 */
import type { JsonSchema } from './openapi-document.ts';

/** Keywords whose value is a schema. */
const SINGLE = new Set([
  'items',
  'additionalProperties',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
  'unevaluatedItems',
  'unevaluatedProperties',
  'contentSchema',
]);

/** Keywords whose value is a list of schemas. */
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);

/** Keywords whose value is a map of schemas. */
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions']);

/** Tells whether `value` is an object with string keys: a schema that is not a boolean. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tells whether nothing fits a schema: `false`, or `{ not: {} }`. */
export function isNever(schema: unknown): boolean {
  return schema === false || (isRecord(schema) && isRecord(schema['not']) && Object.keys(schema['not']).length === 0);
}

/** Returns the schema with `change` applied to each schema directly in it; boolean schemas are handed over as they are. */
export function mapSubschemas(schema: JsonSchema, change: (subschema: unknown) => unknown): Record<string, unknown> {
  const mapped: Record<string, unknown> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (SINGLE.has(keyword) && !Array.isArray(value)) mapped[keyword] = change(value);
    else if (LISTS.has(keyword) && Array.isArray(value)) mapped[keyword] = value.map(change);
    else if (MAPS.has(keyword) && isRecord(value)) mapped[keyword] = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner)]));
    else mapped[keyword] = value;
  }
  return mapped;
}

/** Returns the schema with `change` applied to it and every schema in it, the inner ones first. */
export function mapSchema(schema: JsonSchema, change: (schema: Readonly<Record<string, unknown>>) => JsonSchema): JsonSchema {
  return change(mapSubschemas(schema, (inner) => (isRecord(inner) ? mapSchema(inner, change) : inner)));
}

/** Lists the references in a schema. */
export function listReferences(schema: JsonSchema): string[] {
  const found: string[] = [];
  mapSchema(schema, (one) => {
    if (typeof one['$ref'] === 'string') found.push(one['$ref']);
    return one;
  });
  return found;
}
