/**
 * Casts: values of the application's own types in fields. The database keeps what a field has always kept, a text or a number;
 * entities, rows, conditions and rules have a class, a set, or whatever a cast makes of it.
 */
import * as z from 'zod';

/** Turns what a field stores into a value of the application's own type, and back. */
export interface Cast<Value, Stored, Input = Stored, Output = Stored> {
  /** Tells values of the type from others, also from the stored form: `z.instanceof(Money)`. */
  readonly schema: z.ZodType<Value>;
  /** Makes the value of what is stored, which is never `null`. What it throws is an error of the field. */
  readonly fromStored: (stored: Stored) => Value;
  /** Makes what is stored. Equal values have to give equal results: by them a change is noticed. */
  readonly toStored: (value: Value) => Stored;
  /** What a client sends, and how it becomes the value. Default: the stored form. */
  readonly input?: z.ZodType<Value, Input>;
  /** How the value becomes what a client is sent: `z.instanceof(Money).transform(toText).pipe(z.string())`. Default: the stored form. */
  readonly output?: z.ZodType<Output, Value>;
}

/** A cast of which nothing is known. */
export interface AnyCast {
  readonly schema: z.ZodType;
  readonly fromStored: (stored: unknown) => unknown;
  readonly toStored: (value: unknown) => unknown;
  readonly input?: z.ZodType;
  readonly output?: z.ZodType;
}

/** The forms that a value has in JSON; only for the type system. */
export interface JsonForms<Input = unknown, Output = unknown> {
  readonly input: Input;
  readonly output: Output;
}

/** Declares a cast, for `field.string().cast(cast)`. */
export function defineCast<Value, Stored, Input = Stored, Output = Stored>(cast: Cast<Value, Stored, Input, Output>): Cast<Value, Stored, Input, Output> {
  return Object.freeze({ ...cast });
}

/** Returns the schema of the values of a cast: they are of its type, and their stored form keeps the rules of the field. */
export function toCastSchema({ schema, toStored }: AnyCast, stored: z.ZodType): z.ZodType {
  return schema.superRefine((value, context) => {
    const result = stored.safeParse(tryConvert(() => toStored(value)));
    if (!result.success) for (const { message, path } of result.error.issues) context.addIssue({ code: 'custom', message, path: [...path] });
  });
}

/** Returns the schema of what a client may send for a value of a cast; without a form of its own, values of the type itself are taken too. */
export function toCastInput(cast: AnyCast, values: z.ZodType, stored: z.ZodType): z.ZodType {
  if (cast.input !== undefined) return cast.input.pipe(values);
  const fromClient = stored.transform((value, context) => {
    const result = tryConvert(() => cast.fromStored(value));
    if (result === undefined) context.addIssue({ code: 'custom', message: 'Invalid value' });
    return result;
  });
  return z.preprocess((value) => (stored.safeParse(value).success ? value : toJson(cast, stored, value)), fromClient.pipe(values));
}

/** Returns the schema of what a client is sent; it accepts the value and its JSON form. */
export function toCastOutput(cast: AnyCast, stored: z.ZodType): z.ZodType {
  const { output } = cast;
  if (output === undefined) return z.preprocess((value) => toJson(cast, stored, value), stored);
  const json = output instanceof z.ZodPipe && !(output.def.out instanceof z.ZodTransform) ? (output.def.out as z.ZodType) : z.json();
  return z.preprocess((value) => (cast.schema.safeParse(value).success ? tryConvert(() => output.parse(value)) : value), json);
}

/** A value of the cast becomes its stored form; anything else stays what it is, so that the schema reports it. */
function toJson(cast: AnyCast, stored: z.ZodType, value: unknown): unknown {
  if (!cast.schema.safeParse(value).success) return value;
  const converted = tryConvert(() => cast.toStored(value));
  const result = stored.safeParse(converted);
  return result.success ? result.data : converted;
}

/** A value that cannot be converted is none. */
function tryConvert(convert: () => unknown): unknown {
  try {
    return convert();
  } catch {
    return undefined;
  }
}
