/**
 * Declares the messages of a WebSocket: schemas of what comes in and of what goes out. A route whose handler accepts the
 * connection is a route like any other until then: its guards, inputs and middleware decide first.
 */
import type { Services } from '@oxidite/plugin-sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { compilePruning } from '../compile/declared-output.ts';
import type { SchemaOption } from '../routes/route-declaration.ts';
import type { AnyRequest } from '../request/http-request.ts';
import { SocketAcceptance } from './socket-acceptance.ts';
import type { Socket } from './socket.ts';

/** The schemas of messages. Without one, messages are text or bytes as they are. */
export interface SocketSchemas<Receive extends SchemaOption = SchemaOption, Send extends SchemaOption = SchemaOption> {
  /** What clients send: JSON that fits, or the connection is closed with 1007. */
  readonly receive?: Receive;
  /** What is sent to clients, as JSON; what it does not declare is left out. */
  readonly send?: Send;
}

/** A message without a schema. */
export type RawMessage = string | Uint8Array;

type Received<Schema> = [Schema] extends [StandardSchemaV1] ? StandardSchemaV1.InferOutput<Schema> : RawMessage;
type Sent<Schema> = [Schema] extends [StandardSchemaV1] ? StandardSchemaV1.InferInput<Schema> : RawMessage;

/** What happens on a connection. Each function gets services of its own unit of work; messages are handled one after the other. */
export interface SocketHandlers<Receive = unknown, Send = unknown> {
  /** The connection is open. */
  open?(input: { readonly socket: Socket<Send> }, services: Services): void | Promise<void>;
  /** A message has come. */
  message?(input: { readonly socket: Socket<Send>; readonly message: Receive }, services: Services): void | Promise<void>;
  /** The connection is closed, by whomever. */
  close?(input: { readonly socket: Socket<Send>; readonly code: number; readonly reason: string }, services: Services): void | Promise<void>;
}

/** Options of a connection. */
export interface AcceptOptions {
  /** Pages of which origins may connect: `https://app.example`, or `*` for all. Default: those of the same host. */
  readonly origins?: readonly string[] | '*';
  /** The subprotocols that are spoken, the best first. Default: none. */
  readonly protocols?: readonly string[];
}

/** Declared messages. As a schema it describes the response of a route: `response: { 101: chat }`. */
export interface SocketDefinition<Receive extends SchemaOption, Send extends SchemaOption> extends StandardSchemaV1<SocketAcceptance, SocketAcceptance> {
  readonly schemas: SocketSchemas<Receive, Send>;
  /**
   * Makes the result of a handler: the connection is accepted when the response would be sent.
   * @throws {UpgradeRequiredError} 426 when the request does not ask for a WebSocket.
   * @throws {SocketOriginError} 403 when a page of another origin asks.
   */
  accept(request: AnyRequest, handlers: SocketHandlers<Received<Receive>, Sent<Send>>, options?: AcceptOptions): SocketAcceptance;
}

/** Declares messages: `const chat = defineSocket({ receive: z.object({ text: z.string() }), send: z.object({ text: z.string(), by: z.string() }) })`. */
export function defineSocket<Receive extends SchemaOption = undefined, Send extends SchemaOption = undefined>(
  schemas: SocketSchemas<Receive, Send> = {},
): SocketDefinition<Receive, Send> {
  const prune = schemas.send === undefined ? undefined : compilePruning(schemas.send);
  return {
    schemas,
    '~standard': { version: 1, vendor: 'oxidite', validate: (value) => ({ value: value as SocketAcceptance }) }, // only `accept` makes what is validated here
    accept: (request, handlers, options = {}) => SocketAcceptance.create(request, { schemas, prune, handlers, options }), // the schemas make the types of the handlers true
  };
}
