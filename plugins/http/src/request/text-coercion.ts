/**
 * Lets schemas of params, query, headers and cookies say `z.number()`, `z.boolean()` and `z.array()`, although these arrive
 * as text: what the schema's own JSON Schema declares decides. Text that does not look like the declared type stays text,
 * so that the schema refuses it. A schema that cannot tell its JSON Schema gets the text as it is.
 * Source: Standard JSON Schema, https://standardschema.dev/json-schema.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';

/** Converts the values of a record whose types are declared. */
export type TextCoercion = (record: unknown) => unknown;

type Convert = (value: unknown) => unknown;
type JsonSchema = Readonly<Record<string, unknown>>;

const NUMBER = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** Creates the coercion for a schema, or returns `undefined` when nothing needs it. */
export function createTextCoercion(schema: StandardSchemaV1): TextCoercion | undefined {
  const converters = new Map<string, Convert>();
  for (const [name, property] of Object.entries(readProperties(schema))) {
    const convert = toConverter(property);
    if (convert !== undefined) converters.set(name, convert);
  }
  if (converters.size === 0) return undefined;
  return (record) => {
    if (!isRecord(record)) return record;
    const converted: Record<string, unknown> = Object.assign(Object.create(null), record);
    for (const [name, convert] of converters) {
      if (converted[name] !== undefined) converted[name] = convert(converted[name]);
    }
    return converted;
  };
}

function readProperties(schema: StandardSchemaV1): JsonSchema {
  const standard: unknown = schema['~standard'];
  const converter = isRecord(standard) ? standard['jsonSchema'] : undefined;
  const toInput = isRecord(converter) ? converter['input'] : undefined;
  if (typeof toInput !== 'function') return {};
  try {
    const json: unknown = toInput({ target: 'draft-2020-12', libraryOptions: { unrepresentable: 'any' } });
    return isRecord(json) && isRecord(json['properties']) ? json['properties'] : {};
  } catch {
    return {}; // the library cannot express this schema in JSON Schema; its validation still runs
  }
}

function toConverter(property: unknown): Convert | undefined {
  if (!isRecord(property)) return undefined;
  const types = [property['type']].flat().filter((type) => type !== 'null');
  switch (types.length === 1 ? types[0] : undefined) {
    case 'number':
    case 'integer':
      return (value) => (typeof value === 'string' && NUMBER.test(value) ? Number(value) : value);
    case 'boolean':
      return (value) => (value === 'true' ? true : value === 'false' ? false : value);
    case 'array': {
      const convertItem = toConverter(property['items']);
      return (value) => {
        const items = Array.isArray(value) ? value : [value];
        return convertItem === undefined ? items : items.map(convertItem);
      };
    }
    default:
      return undefined;
  }
}

function isRecord(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null;
}
