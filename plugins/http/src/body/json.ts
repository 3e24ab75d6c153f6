/** JSON as one of several formats, or with a schema that says so itself. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type BodySchema, withFormat } from './body-format.ts';
import { JSON_TYPES, readJsonBody } from './json-body.ts';

/** Declares a JSON body, for {@link anyOf}; a schema alone means the same: `anyOf(json(Article), form(Article))`. */
export function json<Schema extends StandardSchemaV1>(schema: Schema): BodySchema<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  return withFormat(schema, { mediaTypes: JSON_TYPES, read: readJsonBody });
}
