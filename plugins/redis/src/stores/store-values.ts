/** Turns values of a store into text and back, and validates both ways: what is written can be read. */
import { toMessage, validateSchema } from '@oxidite/plugin-sdk';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import * as z from 'zod';
import { RedisValueInvalidError, RedisValueTooLargeError } from '../errors.ts';
import type { StoreDeclaration } from './define-store.ts';

const HINT = 'Codecs of zod say how dates, bigints and the like become JSON';

/** Turns values of one store into text and back. */
export interface StoreValues<Value> {
  /**
   * @throws {RedisValueInvalidError} when the value does not fit the schema, or would not after it was read again.
   * @throws {RedisValueTooLargeError} when it is too large.
   */
  toText(value: Value): Promise<string>;
  /**
   * Returns `undefined` for a value that does not fit, where the store ignores those.
   * @throws {RedisValueInvalidError} when it does not fit, otherwise.
   */
  fromText(text: string): Promise<Value | undefined>;
}

/** Creates what turns values of a store. */
export function createStoreValues<Value>({ name: store, schema, maxBytes, onInvalid }: StoreDeclaration<Value>): StoreValues<Value> {
  const encoder = toEncoder(schema);
  const refuse = (reason: string, issues: RedisValueInvalidError['issues'] = [], cause?: unknown): Error =>
    new RedisValueInvalidError({ store, operation: 'write', reason, issues }, cause);

  return {
    async toText(value) {
      const encoded = await validateSchema(encoder, value).catch((error: unknown) => {
        throw refuse(`cannot be encoded: ${toMessage(error)}. ${HINT}`, [], error);
      });
      if (!encoded.valid) throw refuse('does not fit its schema:', encoded.issues);
      let text: string | undefined;
      try {
        text = JSON.stringify(encoded.value);
      } catch (error) {
        throw refuse(`has no form in JSON: ${toMessage(error)}. ${HINT}`, [], error);
      }
      if (text === undefined) throw refuse('has no form in JSON');
      const bytes = Buffer.byteLength(text);
      if (bytes > maxBytes) throw new RedisValueTooLargeError({ store, bytes, maxBytes });
      const again = await validateSchema(schema, JSON.parse(text));
      if (!again.valid) throw refuse(`would not fit its schema when it is read again. ${HINT}:`, again.issues);
      return text;
    },
    async fromText(text) {
      const parsed = tryParse(text);
      const result = parsed === undefined ? undefined : await validateSchema(schema, parsed.value);
      if (result?.valid === true) return result.value;
      if (onInvalid === 'ignore') return undefined;
      throw new RedisValueInvalidError({
        store,
        operation: 'read',
        reason: result === undefined ? 'is not JSON' : 'does not fit its schema:',
        issues: result?.issues ?? [],
      });
    },
  };
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Schemas of zod work in both directions; those of others validate what is written as it is. */
function toEncoder(schema: StandardSchemaV1): StandardSchemaV1<unknown, unknown> {
  if (!isZodSchema(schema)) return { '~standard': { version: 1, vendor: 'oxidite', validate: (value) => ({ value }) } };
  const validate = async (value: unknown): Promise<StandardSchemaV1.Result<unknown>> => {
    const result = await z.safeEncodeAsync(schema, value);
    return result.success ? { value: result.data } : { issues: result.error.issues };
  };
  return { '~standard': { version: 1, vendor: 'oxidite', validate } };
}

function isZodSchema(schema: object): schema is z.ZodType {
  return '_zod' in schema;
}
