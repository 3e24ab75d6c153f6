/**
 * Turns Standard Schemas into JSON Schemas of one document: definitions a schema brings along (`$defs`) become
 * components, shared by all operations that mention them. Any library that implements Standard JSON Schema works.
 * Where a schema takes something else than it gives (defaults, transformations), the component of the input has the
 * suffix `Input`; the name does not depend on which of both is met first.
 * Source: Standard JSON Schema, https://standardschema.dev/json-schema.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { readJsonSchema, type SchemaSide } from './json-schema.ts';
import { listReferences, mapSchema } from './map-schema.ts';
import type { JsonSchema } from './openapi-document.ts';

/** What libraries call definitions that have no name of their own. */
const NAMELESS = /^(?:__schema|_)?\d+$/;

/** Collects the schemas of a document. */
export interface SchemaComponents {
  /**
   * Returns the JSON Schema of a Standard Schema; `{}`, which allows everything, when its library cannot describe it.
   * @param name the name of the component when the schema refers to itself as a whole.
   */
  describe(schema: StandardSchemaV1, side: SchemaSide, name: string): JsonSchema;
  /** Adds a component and returns a reference to it. A name that is taken by something else gets a suffix. */
  add(name: string, schema: JsonSchema): JsonSchema;
  /** Follows a reference to a component; another schema is returned as it is. */
  resolve(schema: JsonSchema): JsonSchema;
  /** All components by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
}

type Definitions = ReadonlyMap<string, JsonSchema>;

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

  function describe(schema: StandardSchemaV1, side: SchemaSide, name: string): JsonSchema {
    const { root, definitions } = split(readJsonSchema(schema, side));
    const outputs = side === 'input' && definitions.size > 0 ? split(readJsonSchema(schema, 'output')).definitions : definitions;
    const references = new Map<string, string>();
    const claims = [...definitions.keys()].map((key) => {
      const signature = toSignature(key, definitions);
      const isOwnInput = outputs.has(key) && toSignature(key, outputs) !== signature;
      const claimed = claimName((NAMELESS.test(key) ? `${name}_${key.replaceAll(/\D/g, '')}` : key) + (isOwnInput ? 'Input' : ''), signature);
      references.set(`#/$defs/${escapePointer(key)}`, toReference(claimed).$ref).set(`#/$defs/${key}`, toReference(claimed).$ref);
      return { key, claimed };
    });
    for (const { key, claimed } of claims) schemas[claimed] = rewrite(definitions.get(key) ?? {}, references);
    if (!listReferences(root).includes('#')) return rewrite(root, references);
    const claimed = claimName(name, JSON.stringify(root));
    references.set('#', toReference(claimed).$ref);
    schemas[claimed] = rewrite(root, references);
    return toReference(claimed);
  }

  return {
    schemas,
    add,
    describe,
    resolve(schema) {
      const reference = schema['$ref'];
      return typeof reference === 'string' ? (schemas[reference.split('/').at(-1) ?? ''] ?? {}) : schema;
    },
  };
}

function toReference(name: string): { readonly $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

function split({ $defs = {}, ...root }: JsonSchema): { readonly root: JsonSchema; readonly definitions: Definitions } {
  return { root, definitions: new Map(Object.entries($defs as Record<string, JsonSchema>)) }; // JSON Schema: a map of schemas
}

/** Two definitions of one name are the same when they, and all they refer to, read the same. */
function toSignature(key: string, definitions: Definitions): string {
  const found = new Map<string, string>();
  const visit = (current: string): void => {
    const schema = definitions.get(current);
    if (schema === undefined || found.has(current)) return;
    found.set(current, JSON.stringify(schema));
    for (const reference of listReferences(schema)) visit(reference.replace('#/$defs/', ''));
  };
  visit(key);
  return JSON.stringify([...found]);
}

/** Replaces references to definitions by references to components. */
function rewrite(schema: JsonSchema, references: ReadonlyMap<string, string>): JsonSchema {
  if (references.size === 0) return schema;
  return mapSchema(schema, (one) => (typeof one['$ref'] === 'string' ? { ...one, $ref: references.get(one['$ref']) ?? one['$ref'] } : one));
}
