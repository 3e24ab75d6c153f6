/** Bodies of HTML forms: application/x-www-form-urlencoded, typed and validated like JSON. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { createTextCoercion } from '../request/text-coercion.ts';
import { type BodySchema, withFormat } from './body-format.ts';
import { assertText } from './content-type.ts';
import { parseFormPairs } from './form-pairs.ts';
import { createWholeBodyReading } from './whole-body.ts';

const FORM_TYPES = ['application/x-www-form-urlencoded'];

const readForm = createWholeBodyReading({
  accept: (exchange) => assertText(exchange, FORM_TYPES),
  parse: (bytes, { limits }) => parseFormPairs(bytes, limits.bodyKeys),
});

/**
 * Declares the body of an HTML form. What the schema declares as numbers, booleans or arrays is converted from its text; the
 * values of an array are given by repeating its name.
 */
export function form<Schema extends StandardSchemaV1>(schema: Schema): BodySchema<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  const coerce = createTextCoercion(schema) ?? ((record: unknown) => record);
  return withFormat(schema, { mediaTypes: FORM_TYPES, read: readForm }, (value) => schema['~standard'].validate(coerce(value)));
}
