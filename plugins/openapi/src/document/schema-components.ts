/**
 * Turns Standard Schemas into JSON Schemas of one document: definitions a schema brings along (`$defs`) become
 * components, shared by all operations that mention them. Any library that implements Standard JSON Schema works.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { JsonSchema } from './openapi-document.ts';

const TARGET = 'draft-2020-12';

/** Which side of a schema is described: what it takes, or what it gives. */
export type SchemaSide = 'input' | 'output';

/** Collects the schemas of a document. */
export interface SchemaComponents {
  /**
   * Returns the JSON Schema of a Standard Schema; `{}`, which allows everything, when its library cannot describe it.
   * @param name the name of the component when the schema refers to itself as a whole.
   */
  describe(schema: StandardSchemaV1, side: SchemaSide, name: string): JsonSchema;
  /** Adds a component and returns a reference to it. A name that is taken by something else gets a suffix. */
  add(name: string, schema: JsonSchema): JsonSchema;
  /** All components by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

/** Creates an empty collection. */
export function createSchemaComponents(): SchemaComponents {
  const schemas: Record<string, JsonSchema> = {};
  const signatures = new Map<string, string>();

  /** Finds the component with this signature, or a free name. */
  function claimName(name: string, signature: string): string {
    const base = name.replaceAll(/[^A-Za-z0-9._-]/g, '_');
    for (let suffix = 1; ; suffix++) {
      const candidate = suffix === 1 ? base : `${base}${suffix}`;
      const taken = signatures.get(candidate);
      if (taken !== undefined && taken !== signature) continue;
      signatures.set(candidate, signature);
      return candidate;
    }
  }

  function add(name: string, schema: JsonSchema): JsonSchema {
    const claimed = claimName(name, JSON.stringify(schema));
    schemas[claimed] = schema;
    return toReference(claimed);
  }

  return {
    schemas,
    add,
    describe(schema, side, name) {
      const { $schema: _dialect, $defs = {}, ...root } = toJsonSchema(schema, side);
      const definitions = new Map(Object.entries($defs as Record<string, JsonSchema>)); // JSON Schema: a map of schemas
      const names = new Map([...definitions.keys()].map((key) => [key, claimName(key, toSignature(key, definitions))]));
      const references = new Map([...names].map(([key, claimed]) => [`#/$defs/${key}`, toReference(claimed).$ref]));
      for (const [key, claimed] of names) schemas[claimed] = rewrite(definitions.get(key) ?? {}, references);
      if (!JSON.stringify(root).includes('"$ref":"#"')) return rewrite(root, references);
      const claimed = claimName(name, JSON.stringify(root));
      references.set('#', toReference(claimed).$ref);
      schemas[claimed] = rewrite(root, references);
      return toReference(claimed);
    },
  };
}

function toReference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** Two definitions of one name are the same when they, and all they refer to, read the same. */
function toSignature(key: string, definitions: ReadonlyMap<string, JsonSchema>): string {
  const found = new Map<string, string>();
  const visit = (current: string): void => {
    if (found.has(current)) return;
    const text = JSON.stringify(definitions.get(current) ?? {});
    found.set(current, text);
    for (const match of text.matchAll(/"#\/\$defs\/([^"]+)"/g)) visit(match[1] ?? '');
  };
  visit(key);
  return JSON.stringify([...found]);
}

function toJsonSchema(schema: StandardSchemaV1, side: SchemaSide): JsonSchema {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema['~standard'];
  if (standard.jsonSchema === undefined) return {};
  try {
    return standard.jsonSchema[side]({ target: TARGET, libraryOptions: standard.vendor === 'zod' ? ZOD_OPTIONS : {} });
  } catch {
    return {}; // the library has no JSON Schema for this kind of value
  }
}

/** What zod has no JSON Schema for: dates leave as text, the rest as anything. */
const ZOD_OPTIONS = {
  unrepresentable: 'any',
  override({ zodSchema, jsonSchema }: { zodSchema: { _zod: { def: { type: string } } }; jsonSchema: Record<string, unknown> }) {
    if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
  },
};

/** Replaces references, wherever they stand. */
function rewrite<Schema>(schema: Schema, references: ReadonlyMap<string, string>): Schema {
  if (references.size === 0) return schema;
  const text = JSON.stringify(schema, (key, value: unknown) => (key === '$ref' && typeof value === 'string' ? (references.get(value) ?? value) : value));
  return JSON.parse(text);
}
