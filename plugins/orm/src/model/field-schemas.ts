/**
 * The zod schemas of one field: of its value in memory, of what a client may send for it, and of what a client is sent.
 * They differ where JSON has no such type: moments and 64-bit numbers travel as texts.
 */
import * as z from 'zod';
import { toCastInput, toCastOutput, toCastSchema } from './cast.ts';
import type { FieldSpec } from './field.ts';
import { BIGINTS, MOMENTS } from './value-limits.ts';

const MOMENT = z.iso.datetime({ offset: true });
const MOMENT_OUT = z.iso.datetime();
const WHOLE = z.string().regex(/^-?\d{1,19}$/, 'Expected a whole number');
const INT64 = z.bigint().min(BIGINTS[0]).max(BIGINTS[1]);
const YEARS = 'Expected a year from 1 to 9999';
const DATE = z.date().min(MOMENTS[0], YEARS).max(MOMENTS[1], YEARS);
const DAY = z.iso.date().refine((text) => !text.startsWith('0000'), YEARS);

/** Returns the schema of a field's value in memory. */
export function toValueSchema(spec: FieldSpec): z.ZodType {
  return withNull(spec, toCastable(spec));
}

/** Returns the schema of what a client may send; its output is the value in memory. */
export function toInputSchema(spec: FieldSpec): z.ZodType {
  return withNull(spec, spec.cast === undefined ? toPlainInput(spec) : toCastInput(spec.cast, toCastable(spec), toPlainInput(spec)));
}

/** Returns the schema of what a client is sent; it accepts the value in memory and its JSON form. */
export function toOutputSchema(spec: FieldSpec): z.ZodType {
  return withNull(spec, spec.cast === undefined ? toPlainOutput(spec) : toCastOutput(spec.cast, toPlainOutput(spec)));
}

function withNull(spec: FieldSpec, schema: z.ZodType): z.ZodType {
  return spec.nullable === true ? schema.nullable() : schema;
}

function toCastable(spec: FieldSpec): z.ZodType {
  return spec.cast === undefined ? toPlainSchema(spec) : toCastSchema(spec.cast, toPlainSchema(spec));
}

function toPlainSchema(spec: FieldSpec): z.ZodType {
  switch (spec.type) {
    case 'string':
    case 'text':
      return toTextSchema(spec);
    case 'integer':
      return bounded(z.int(), spec);
    case 'bigint':
      return INT64;
    case 'decimal':
      return toDecimalSchema(spec);
    case 'boolean':
      return z.boolean();
    case 'datetime':
      return DATE;
    case 'date':
      return DAY;
    case 'enum':
      return z.enum([...(spec.values ?? [])]);
    case 'uuid':
      return z.guid().toLowerCase();
    case 'json':
      return spec.schema ?? z.json();
    default:
      return spec.type satisfies never;
  }
}

function toPlainInput(spec: FieldSpec): z.ZodType {
  if (spec.type === 'datetime')
    return z.preprocess(
      (value) => (value instanceof Date ? toText(value) : value),
      z.codec(MOMENT, DATE, { decode: (text) => new Date(text), encode: toText }),
    );
  if (spec.type === 'bigint') return z.preprocess(fromWhole, z.codec(WHOLE, INT64, { decode: (text) => BigInt(text), encode: String }));
  return toPlainSchema(spec);
}

function toPlainOutput(spec: FieldSpec): z.ZodType {
  if (spec.type === 'datetime') return z.preprocess((value) => (value instanceof Date ? toText(value) : value), MOMENT_OUT);
  if (spec.type === 'bigint') return z.preprocess(fromWhole, WHOLE);
  return toPlainSchema(spec);
}

/** An invalid date stays what it is, so that the schema reports it. */
function toText(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'Invalid Date' : date.toISOString();
}

function fromWhole(value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value)) ? String(value) : value;
}

function toTextSchema(spec: FieldSpec): z.ZodType {
  let schema: z.ZodString | z.ZodEmail | z.ZodURL = spec.format === 'email' ? z.email() : spec.format === 'url' ? z.url({ protocol: /^https?$/ }) : z.string();
  if (spec.minLength !== undefined) schema = schema.min(spec.minLength);
  if (spec.maxLength !== undefined) schema = schema.max(spec.maxLength);
  if (spec.pattern !== undefined) schema = schema.regex(spec.pattern);
  return schema;
}

function bounded(schema: z.ZodInt, { min, max }: FieldSpec): z.ZodInt {
  const atLeast = min === undefined ? schema : schema.min(min);
  return max === undefined ? atLeast : atLeast.max(max);
}

function toDecimalSchema({ precision = 12, scale = 2 }: FieldSpec): z.ZodType {
  const whole = precision - scale;
  const fraction = scale === 0 ? '' : `(?:\\.\\d{1,${scale}})?`;
  return z
    .string()
    .regex(
      new RegExp(`^-?\\d{1,${Math.max(whole, 1)}}${fraction}$`),
      `Expected a number like "1.5" with at most ${whole} digits before the point and ${scale} after it`,
    );
}
