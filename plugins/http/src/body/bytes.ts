/** Bodies of any bytes, in memory. */
import { type BodySchema, createBodySchema } from './body-format.ts';
import { assertAccepted, assertIdentity } from './content-type.ts';
import { createWholeBodyReading } from './whole-body.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** Options of {@link bytes} and {@link stream}. */
export interface BytesOptions {
  /** The greatest body. Beyond: 413. Default: the route's `bodyLimitBytes`, or the plugin's `limits.bodyBytes`. */
  readonly maxBytes?: number;
  /** What is accepted: `['image/*']`. Default: anything, and bodies without a content type. */
  readonly types?: readonly string[];
}

/** What a binary body is in JSON Schema. */
export const BINARY: Readonly<Record<string, unknown>> = { type: 'string', format: 'binary' };

/** Declares a body that is read into memory: a `Uint8Array`. */
export function bytes({ maxBytes, types }: BytesOptions = {}): BodySchema<Uint8Array, Uint8Array> {
  return createBodySchema({
    format: {
      mediaTypes: types ?? ['*/*'],
      limitBytes: maxBytes,
      read: createWholeBodyReading({
        accept: (exchange) => assertBytes(exchange, types),
        parse: (body) => body,
      }),
    },
    validate: (value) => (value instanceof Uint8Array ? { value } : { issues: [{ message: 'Expected a body.' }] }),
    toJsonSchema: () => ({ ...BINARY }),
  });
}

/**
 * Checks that a body is one of `types`; without them it may be anything that is not compressed.
 * @throws As `assertAccepted` does.
 */
export function assertBytes(exchange: Exchange, types: readonly string[] | undefined): undefined {
  if (types === undefined) assertIdentity(exchange);
  else assertAccepted(exchange, types);
}
