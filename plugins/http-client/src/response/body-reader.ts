/** The ways to read a body, the same for a call and for a response. */
import { validateSchema } from '@oxidite/plugin-sdk';
import { type CallFacts, HttpClientResponseInvalidError } from '../errors.ts';

/** Any schema that implements Standard Schema. */
export type AnySchema = Parameters<typeof validateSchema>[0];

/** What a schema makes of a value. */
export type OutputOf<Schema extends AnySchema> = NonNullable<Schema['~standard']['types']>['output'];

/** Reads a body. */
export interface BodyReader {
  /**
   * Parses the body as JSON; an empty one is `undefined`.
   * @throws {HttpClientResponseInvalidError} when it is no JSON.
   */
  json(): Promise<unknown>;
  /**
   * Parses the body as JSON and validates it; an empty one is `undefined`.
   * @throws {HttpClientResponseInvalidError} when it is no JSON, or does not fit.
   */
  json<Schema extends AnySchema>(schema: Schema): Promise<OutputOf<Schema>>;
  /** Decodes the body as UTF-8. */
  text(): Promise<string>;
  bytes(): Promise<Uint8Array>;
}

/** Bytes and where they came from. */
export interface ReceivedBody {
  readonly bytes: Uint8Array;
  readonly contentType: string | null;
  readonly facts: CallFacts;
}

/**
 * Parses JSON, and validates it if there is a schema.
 * @throws {HttpClientResponseInvalidError} when it is no JSON, or does not fit.
 */
export async function readJson({ bytes, contentType, facts }: ReceivedBody, schema?: AnySchema): Promise<unknown> {
  const value = parse({ bytes, contentType, facts });
  if (schema === undefined) return value;
  const result = await validateSchema(schema, value);
  if (!result.valid) throw new HttpClientResponseInvalidError({ ...facts, reason: 'does not fit the schema:', issues: result.issues });
  return result.value;
}

function parse({ bytes, contentType, facts }: ReceivedBody): unknown {
  if (bytes.byteLength === 0) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // the original error quotes the body
    throw new HttpClientResponseInvalidError({
      ...facts,
      reason: `is not JSON: its content type is ${JSON.stringify(contentType ?? 'not named')}`,
      issues: [],
    });
  }
}
