/**
 * Declares the events of a stream: their names, and the schemas of their data. The declaration stands as the response of a
 * route, and makes the stream.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Readable } from 'node:stream';
import { compilePruning } from '../compile/declared-output.ts';
import { EventInvalidError } from '../errors.ts';
import { toJsonPointer } from '../problem/json-pointer.ts';
import { reply, type Reply } from '../reply/reply.ts';
import type { AnyRequest } from '../request/http-request.ts';
import { requestContextOf } from '../request/request-context.ts';
import { createEventStream } from './event-stream.ts';
import type { EventFields } from './format-event.ts';

/** Schemas of the data of events by their names. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** An event of one of the declared names. */
export type EventOf<Schemas extends EventSchemas> = {
  [Name in keyof Schemas & string]: {
    readonly event: Name;
    readonly data: StandardSchemaV1.InferInput<Schemas[Name]>;
    /** What a client that lost its connection tells when it comes back. */
    readonly id?: string | number;
  };
}[keyof Schemas & string];

/** What a source of events is told. */
export interface EventContext {
  /** The id of the last event that the client has seen before it lost its connection. */
  readonly lastEventId: string | undefined;
  /** Aborts when the client is gone or the server ends. */
  readonly signal: AbortSignal;
}

/** Options of a stream. */
export interface EventsOptions {
  /** How often a comment is sent when nothing else is. Default: 15 seconds. */
  readonly heartbeatSeconds?: number;
  /** How long clients wait before they come back. Default: 3,000 ms. */
  readonly retryMs?: number;
}

/** Declared events. As a schema it describes the response of a route: `response: { 200: priceEvents }`. */
export interface EventsDefinition<Schemas extends EventSchemas> extends StandardSchemaV1<Readable, Readable> {
  readonly mediaType: 'text/event-stream';
  readonly schemas: Schemas;
  /**
   * Makes the result of a handler. Data is validated before it is sent, and what its schema does not declare is left out.
   * Returning from the source ends the stream; clients come back after `retryMs`, unless they get a 204 then.
   */
  stream(request: AnyRequest, source: (context: EventContext) => AsyncIterable<EventOf<Schemas>>, options?: EventsOptions): Reply<Readable>;
}

const HEADERS = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/** Declares events: `const prices = defineEvents({ price: z.object({ symbol: z.string(), amount: z.number() }) })`. */
export function defineEvents<const Schemas extends EventSchemas>(schemas: Schemas): EventsDefinition<Schemas> {
  const pruners = new Map(Object.entries(schemas).map(([name, schema]) => [name, compilePruning(schema)]));
  return {
    mediaType: 'text/event-stream',
    schemas,
    '~standard': { version: 1, vendor: 'oxidite', validate: (value) => ({ value: value as Readable }) }, // only `stream` makes what is validated here
    stream(request, source, { heartbeatSeconds = 15, retryMs = 3_000 } = {}) {
      const { clock, onDrain } = requestContextOf(request);
      const lastEventId = toText(request.rawHeaders['last-event-id']);
      const body = createEventStream((signal) => validateEvents(source({ lastEventId, signal }), schemas, pruners), {
        clock,
        onDrain,
        retryMs,
        heartbeatMs: heartbeatSeconds * 1_000,
      });
      return reply(body, { status: 200, headers: HEADERS });
    },
  };
}

async function* validateEvents(
  events: AsyncIterable<EventFields>,
  schemas: EventSchemas,
  pruners: ReadonlyMap<string, ReturnType<typeof compilePruning>>,
): AsyncGenerator<EventFields> {
  for await (const { event = 'message', id, data } of events) {
    const schema = Object.hasOwn(schemas, event) ? schemas[event] : undefined;
    if (schema === undefined) throw new EventInvalidError(event, [`it is not declared; declared are ${Object.keys(schemas).join(', ')}`]);
    const result = await schema['~standard'].validate(data);
    if (result.issues !== undefined)
      throw new EventInvalidError(
        event,
        result.issues.map(({ path, message }) => `${toJsonPointer(path)} ${message}`.trim()),
      );
    const prune = pruners.get(event);
    yield { event, id, data: prune === undefined ? result.value : prune(result.value) };
  }
}

function toText(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' && header !== '' ? header : undefined;
}
