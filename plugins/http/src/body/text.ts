/** Bodies of plain text. */
import { type BodySchema, createBodySchema } from './body-format.ts';
import { assertText } from './content-type.ts';
import { decodeText } from './json-body.ts';
import { createWholeBodyReading } from './whole-body.ts';

/** Options of {@link text}. */
export interface TextOptions {
  /** The greatest length in UTF-16 code units, as `string.length` counts. Beyond: 422. Default: any. */
  readonly maxLength?: number;
  /** What is accepted. Default: `text/plain`. */
  readonly types?: readonly string[];
}

/** Declares a body of text in UTF-8: a `string`, without its byte order mark. */
export function text({ maxLength, types = ['text/plain'] }: TextOptions = {}): BodySchema<string, string> {
  return createBodySchema({
    format: {
      mediaTypes: types,
      read: createWholeBodyReading({ accept: (exchange) => assertText(exchange, types), parse: decodeText }),
    },
    validate(value) {
      if (typeof value !== 'string') return { issues: [{ message: `Expected a body of ${types.join(' or ')}.` }] };
      if (maxLength !== undefined && value.length > maxLength) return { issues: [{ message: `Must not be longer than ${maxLength} characters.` }] };
      return { value };
    },
    toJsonSchema: () => ({ type: 'string', ...(maxLength === undefined ? {} : { maxLength }) }),
  });
}
