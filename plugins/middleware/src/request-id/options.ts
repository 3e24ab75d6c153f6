/** The options of request ids and trace context. */
import * as z from 'zod';

/** The options of `requestId()`. */
export const RequestIdOptions = z.strictObject({
  /** The header that carries the id, both ways. */
  header: z
    .string()
    .regex(/^[\w-]+$/, 'must be the name of a header')
    .toLowerCase()
    .default('x-request-id'),
  /** Takes the id that a request brings: 1 to 128 characters of `A-Z a-z 0-9 - _ . : + / =`. Only for servers behind a proxy that sets it. */
  trustHeader: z.boolean().default(false),
  /** Goes on with the trace that a request brings in `traceparent`; `false` begins a new one for every request. */
  trustTrace: z.boolean().default(true),
  /** Sends id and trace with the outgoing HTTP requests that are made while a request is answered. */
  propagate: z.boolean().default(false),
});

/** The options with their defaults. */
export type RequestIdOptions = z.output<typeof RequestIdOptions>;
