/** Bodies that are read while they arrive. */
import { Readable } from 'node:stream';
import { type BodySchema, createBodySchema } from './body-format.ts';
import { assertBytes, BINARY, type BytesOptions } from './bytes.ts';

/**
 * Declares a body that its handler reads while it arrives: a `Readable` of bytes, at the pace of the handler. Bytes are
 * counted: reading fails with a `BodyTooLargeError` (413) beyond the limit, and with a `RequestAbortedError` when the
 * client goes away. What is not read is thrown away after the response.
 */
export function stream({ maxBytes, types }: BytesOptions = {}): BodySchema<Readable, Readable> {
  return createBodySchema({
    format: {
      mediaTypes: types ?? ['*/*'],
      limitBytes: maxBytes,
      read(exchange, { limitBytes }, done) {
        if (exchange.hasBody) assertBytes(exchange, types);
        const body = exchange.openBody(limitBytes);
        done(body.errored ?? undefined, body);
      },
    },
    validate: (value) => (value instanceof Readable ? { value } : { issues: [{ message: 'Expected a stream.' }] }),
    toJsonSchema: () => ({ ...BINARY }),
  });
}
