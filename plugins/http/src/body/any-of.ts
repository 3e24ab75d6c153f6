/** Bodies that may come in several formats. */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { MediaTypeError } from '../problem/request-errors.ts';
import { type BodySchema, BODY_FORMAT, createBodySchema, type ParsedBodyCallback } from './body-format.ts';
import { isAccepted, parseContentType } from './content-type.ts';

/** A parsed body, with the schema its content type chose. */
class ChosenBody {
  readonly schema: BodySchema;
  readonly body: unknown;

  constructor(schema: BodySchema, body: unknown) {
    this.schema = schema;
    this.body = body;
  }
}

/**
 * Declares a body that may come in several formats, of which the content type chooses the first that fits:
 * `anyOf(json(Article), form(Article))`. Any other content type is a 415 that lists these.
 */
export function anyOf<const Schemas extends readonly [BodySchema, ...BodySchema[]]>(
  ...schemas: Schemas
): BodySchema<StandardSchemaV1.InferInput<Schemas[number]>, StandardSchemaV1.InferOutput<Schemas[number]>> {
  const [first] = schemas;
  const mediaTypes = [...new Set(schemas.flatMap((schema) => schema[BODY_FORMAT].mediaTypes))];
  return createBodySchema({
    format: {
      mediaTypes,
      alternatives: schemas,
      read(exchange, context, done: ParsedBodyCallback) {
        const type = parseContentType(exchange.headers['content-type'])?.type;
        const chosen = exchange.hasBody ? schemas.find((schema) => isAccepted(schema[BODY_FORMAT].mediaTypes, type ?? '')) : first;
        if (chosen === undefined) throw new MediaTypeError(exchange.headers['content-type'], { accepted: mediaTypes, method: exchange.method });
        const format = chosen[BODY_FORMAT];
        const limitBytes = context.isLimitDeclared ? context.limitBytes : (format.limitBytes ?? context.limits.bodyBytes);
        format.read(exchange, { ...context, limitBytes }, (error, body) => done(error, error === undefined ? new ChosenBody(chosen, body) : undefined));
      },
    },
    validate(value) {
      const { schema, body } = value instanceof ChosenBody ? value : new ChosenBody(first, value);
      return schema['~standard'].validate(body) as StandardSchemaV1.Result<StandardSchemaV1.InferOutput<Schemas[number]>>; // one of these schemas
    },
    toJsonSchema: (options) => ({ anyOf: schemas.map((schema) => schema['~standard'].jsonSchema?.input(options) ?? {}) }),
  });
}
