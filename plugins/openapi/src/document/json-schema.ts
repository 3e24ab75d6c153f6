/**
 * Reads the JSON Schema of a Standard Schema, in the form documents use. What only says how a library works is left out:
 * the bounds within which JSON can carry integers, and that a result has no other properties than the declared ones
 * (clients must bear new ones, or no API could ever grow). Arrays always say what their items are, because linters ask.
 * Source: Standard JSON Schema, https://standardschema.dev/json-schema.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { mapSchema } from './map-schema.ts';
import type { JsonSchema } from './openapi-document.ts';

const TARGET = 'draft-2020-12';

/** Which side of a schema is described: what it takes, or what it gives. */
export type SchemaSide = 'input' | 'output';

/** Returns the JSON Schema of one side; `{}`, which allows everything, when the library has none for it. */
export function readJsonSchema(schema: StandardSchemaV1, side: SchemaSide): JsonSchema {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema['~standard'];
  if (standard.jsonSchema === undefined) return {};
  try {
    const described = standard.jsonSchema[side]({ target: TARGET, libraryOptions: LIBRARY_OPTIONS[standard.vendor] ?? {} });
    return mapSchema(described, (one) => tidy(one, side));
  } catch {
    return {}; // the library has no JSON Schema for this kind of value
  }
}

/** What libraries have no JSON Schema for: dates leave as text, the rest as anything. */
const LIBRARY_OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zod: {
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }: { zodSchema: { _zod: { def: { type: string } } }; jsonSchema: Record<string, unknown> }) {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  },
  valibot: {
    errorMode: 'ignore',
    overrideSchema: ({ valibotSchema }: { valibotSchema: { type: string } }) =>
      valibotSchema.type === 'date' ? { type: 'string', format: 'date-time' } : undefined,
  },
  arktype: {
    fallback: { date: () => ({ type: 'string', format: 'date-time' }) },
  },
};

function tidy({ $schema: _dialect, ...schema }: Readonly<Record<string, unknown>>, side: SchemaSide): JsonSchema {
  const { minimum, maximum, additionalProperties } = schema;
  const tidied: Record<string, unknown> = { ...schema };
  if (minimum === Number.MIN_SAFE_INTEGER) delete tidied['minimum'];
  if (maximum === Number.MAX_SAFE_INTEGER) delete tidied['maximum'];
  if (side === 'output' && additionalProperties === false && schema['properties'] !== undefined) delete tidied['additionalProperties'];
  if (schema['items'] === false) tidied['items'] = { not: {} };
  else if (schema['items'] === undefined && [schema['type']].flat().includes('array')) tidied['items'] = {};
  return tidied;
}
