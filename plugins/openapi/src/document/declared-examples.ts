/**
 * The examples a declaration carries: `examples: { body: …, query: { limit: 20 }, response: { 200: … } }`. Examples of a
 * schema (`.meta({ examples: […] })` in zod) need nothing here: they stand in its JSON Schema.
 */
import type { Guard, ResponseSchemas, Route, SchemaOption } from '@oxidite/http';
import type { StandardSchemaV1 } from '@standard-schema/spec';

type InputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Schema> : never;
type OutputOf<Schema> = Schema extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<Schema> : never;

/** Examples of inputs as they are sent, and of results as they are returned. Any part of params, query, headers and cookies will do. */
export interface RouteExamples<
  Params extends SchemaOption = SchemaOption,
  Query extends SchemaOption = SchemaOption,
  Headers extends SchemaOption = SchemaOption,
  Cookies extends SchemaOption = SchemaOption,
  Body extends SchemaOption = SchemaOption,
  Responses extends ResponseSchemas | undefined = ResponseSchemas | undefined,
> {
  readonly params?: Partial<InputOf<Params>>;
  readonly query?: Partial<InputOf<Query>>;
  readonly headers?: Partial<InputOf<Headers>>;
  readonly cookies?: Partial<InputOf<Cookies>>;
  readonly body?: InputOf<Body>;
  readonly response?: { readonly [Status in keyof Responses]?: OutputOf<Responses[Status]> };
}

declare module '@oxidite/http' {
  interface RouteDeclaration<
    Params extends SchemaOption = SchemaOption,
    Query extends SchemaOption = SchemaOption,
    Headers extends SchemaOption = SchemaOption,
    Cookies extends SchemaOption = SchemaOption,
    Body extends SchemaOption = SchemaOption,
    Responses extends ResponseSchemas | undefined = ResponseSchemas | undefined,
    Guards extends readonly Guard[] = readonly Guard[],
  > {
    /** Shown in OpenAPI documents. */
    readonly examples?: RouteExamples<Params, Query, Headers, Cookies, Body, Responses>;
  }
}

/** Returns the example of an input, or of the response with a status; as JSON shows it: dates are text. */
export function findExample(route: Route, part: 'params' | 'query' | 'headers' | 'cookies' | 'body' | number): unknown {
  const examples: RouteExamples | undefined = route.declaration.examples;
  const example: unknown = typeof part === 'string' ? examples?.[part] : examples?.response?.[part];
  const text: string | undefined = JSON.stringify(example); // undefined for what is none
  return text === undefined ? undefined : JSON.parse(text);
}
