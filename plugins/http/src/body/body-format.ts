/**
 * The seam between routes and the forms in which bodies come. A body is declared by a Standard Schema; one that also
 * carries a `BodyFormat` says how it is read from the wire, every other one is JSON.
 */
import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec';
import type { MaybePromise } from '../compile/maybe-promise.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { HttpLimits } from '../limits.ts';

/** The key under which a schema carries its format; the same in all copies of this package. */
export const BODY_FORMAT: unique symbol = Symbol.for('@oxidite/http:body-format');

/** Receives the parsed body, or the error that kept it from being parsed. */
export type ParsedBodyCallback = (error: unknown, body: unknown) => void;

/** What reading a body needs to know of its route. */
export interface BodyContext {
  /** The greatest body in bytes. */
  readonly limitBytes: number;
  /** `true` when the route itself declares that limit: it stands above that of a format. */
  readonly isLimitDeclared: boolean;
  readonly limits: Pick<HttpLimits, 'bodyBytes' | 'bodyDepth' | 'bodyKeys'>;
  /** Told of what is cleared away after the response; the promise never rejects. */
  readonly onDisposing?: (disposal: Promise<void>) => void;
}

/** A form in which bodies come. */
export interface BodyFormat {
  /** What is accepted, ranges (`image/*`) among them. `application/json` stands for all types that end in `+json`, too. */
  readonly mediaTypes: readonly string[];
  /** The greatest body in bytes, where its route declares none. Default: the plugin's `limits.bodyBytes`. */
  readonly limitBytes?: number | undefined;
  /** The formats of which one is chosen by content type, each with its own schema. */
  readonly alternatives?: readonly BodySchema[];
  /** The media types of single parts of a multipart body. */
  readonly partTypes?: Readonly<Record<string, readonly string[]>>;
  /** Reads the body and calls back once. A request without a body gives `undefined`, which the schema may refuse. */
  read(exchange: Exchange, context: BodyContext, done: ParsedBodyCallback): void;
}

/** A schema that says in which form its body comes. */
export interface BodySchema<Input = unknown, Output = unknown> {
  readonly '~standard': StandardSchemaV1.Props<Input, Output> & Partial<StandardJSONSchemaV1.Props<Input, Output>>;
  readonly [BODY_FORMAT]: BodyFormat;
}

/** What a {@link BodySchema} is made of. */
export interface BodySchemaParts<Output> {
  readonly format: BodyFormat;
  readonly validate: (value: unknown) => MaybePromise<StandardSchemaV1.Result<Output>>;
  /** Describes what is on the wire. */
  readonly toJsonSchema: (options: StandardJSONSchemaV1.Options) => Record<string, unknown>;
}

/** Creates a schema with a format of its own. */
export function createBodySchema<Input, Output>({ format, validate, toJsonSchema }: BodySchemaParts<Output>): BodySchema<Input, Output> {
  return {
    '~standard': { version: 1, vendor: 'oxidite', validate, jsonSchema: { input: toJsonSchema, output: toJsonSchema } },
    [BODY_FORMAT]: format,
  };
}

/** Gives a schema of any library a format; what it tells of itself stays. */
export function withFormat<Schema extends StandardSchemaV1>(
  schema: Schema,
  format: BodyFormat,
  validate: StandardSchemaV1.Props['validate'] = (value) => schema['~standard'].validate(value),
): BodySchema<StandardSchemaV1.InferInput<Schema>, StandardSchemaV1.InferOutput<Schema>> {
  return { '~standard': { ...schema['~standard'], validate }, [BODY_FORMAT]: format };
}

/** Returns the format of a body declaration; `undefined` when it is plain JSON. */
export function findBodyFormat(schema: StandardSchemaV1): BodyFormat | undefined {
  return BODY_FORMAT in schema ? (schema as BodySchema)[BODY_FORMAT] : undefined;
}
