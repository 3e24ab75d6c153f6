/** What schemas declare of their outputs, in words that do not depend on the library: nothing else is ever sent. */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import { pruneToSchema } from './prune-to-schema.ts';

/** Libraries whose objects, once validated, hold nothing that is not declared. Those of others are pruned by their JSON Schema. */
const PRUNING_VENDORS = new Set(['zod', 'valibot']);

/** What libraries are to make of values that JSON Schema has no words for. */
const LIBRARY_OPTIONS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  zod: { unrepresentable: 'any' },
  valibot: { errorMode: 'ignore' },
  arktype: { fallback: { date: () => ({ type: 'string' }), default: ({ base }: { base: object }) => base } },
};

/** Returns the JSON Schema of an output; `undefined` when its library has none for this kind of value. */
export function describeOutput(schema: StandardSchemaV1): Readonly<Record<string, unknown>> | undefined {
  const standard: StandardSchemaV1.Props & Partial<StandardJSONSchemaV1.Props> = schema['~standard'];
  try {
    return standard.jsonSchema?.output({ target: 'draft-2020-12', libraryOptions: LIBRARY_OPTIONS[standard.vendor] ?? {} });
  } catch {
    return undefined;
  }
}

/** Returns what takes away from valid outputs what the schema does not declare; `undefined` where its library has done it. */
export function compilePruning(schema: StandardSchemaV1): ((output: unknown) => unknown) | undefined {
  const described = PRUNING_VENDORS.has(schema['~standard'].vendor) ? undefined : describeOutput(schema);
  return described === undefined ? undefined : (output) => (output instanceof Uint8Array ? output : pruneToSchema(output, described));
}
