/** The types of handlers: what a declaration makes of the request, and what a handler may return. */
import type { Services } from '@oxidite/plugin-sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Reply } from '../reply/reply.ts';
import type { AddsOf, Guard } from '../request/guard.ts';
import type { HttpRequest, RequestHeaders } from '../request/http-request.ts';
import type { QueryRecord } from '../request/query.ts';
import type { PathParams } from './path-params.ts';
import type { ResponseSchemas, RouteDeclaration, SchemaOption } from './route-declaration.ts';

/** The parts of a request that schemas decide. */
type InputName = 'params' | 'query' | 'headers' | 'cookies' | 'body';

type OutputOr<Schema, Default> = [Schema] extends [StandardSchemaV1] ? StandardSchemaV1.InferOutput<Schema> : Default;

/** The request of a handler: validated inputs, and what guards add. */
export type HandlerRequest<
  OwnParams,
  Params extends SchemaOption,
  Query extends SchemaOption,
  Headers extends SchemaOption,
  Cookies extends SchemaOption,
  Body extends SchemaOption,
  Adds,
> = Omit<HttpRequest, InputName> & {
  readonly params: OutputOr<Params, OwnParams>;
  readonly query: OutputOr<Query, Readonly<QueryRecord>>;
  readonly headers: OutputOr<Headers, RequestHeaders>;
  readonly cookies: OutputOr<Cookies, Readonly<Record<string, string>>>;
  readonly body: OutputOr<Body, undefined>;
} & Adds;

/** The request a declaration gives: `InferRequest<typeof declaration, '/user/:id'>`, for functions outside of the route. */
export type InferRequest<Declaration extends RouteDeclaration, Path extends string = string> = HandlerRequest<
  PathParams<Path>,
  SchemaOf<Declaration, 'params'>,
  SchemaOf<Declaration, 'query'>,
  SchemaOf<Declaration, 'headers'>,
  SchemaOf<Declaration, 'cookies'>,
  SchemaOf<Declaration, 'body'>,
  Declaration extends { readonly guards: infer Guards extends readonly Guard[] } ? AddsOf<Guards> : unknown
>;

type SchemaOf<Declaration, Name extends InputName> = Declaration extends { readonly [Key in Name]: infer Schema extends StandardSchemaV1 } ? Schema : undefined;

/** What may be returned when responses are declared: a value that fits one of the schemas, plain or in a reply. Without, anything. */
export type HandlerResult<Responses> = [Responses] extends [ResponseSchemas]
  ? ResponseInput<Responses> | Reply<ResponseInput<Responses>> | Reply<undefined> | Response | undefined
  : unknown;

type ResponseInput<Responses extends ResponseSchemas> = {
  [Status in keyof Responses]: Responses[Status] extends StandardSchemaV1 ? StandardSchemaV1.InferInput<Responses[Status]> : never;
}[keyof Responses];

/** A handler. With one parameter it gets no unit of work of its own. */
export type Handler<Request, Result> = (request: Request, services: Services) => Result | Promise<Result>;
