/**
 * The fields of a model: what a column holds, which values are valid, and who may see them. Pure declaration: nothing here
 * knows of databases, so a model can be imported anywhere. Relations are in `relations.ts`.
 */
import type { StandardSchemaV1 } from '@standard-schema/spec';
import type * as z from 'zod';
import type { AnyCast, Cast, JsonForms } from './cast.ts';
import { createEmbedded, type Embedded, type EmbeddedParts } from './embedded.ts';
import type { OptionalFlag } from './infer-embedded.ts';
import type { ToInput, ToOutput } from './model-schemas.ts';

/** What a column holds. */
export type FieldType = 'bigint' | 'boolean' | 'date' | 'datetime' | 'decimal' | 'enum' | 'integer' | 'json' | 'string' | 'text' | 'uuid';

/** What the type system remembers of the modifiers of a field. */
export type FieldFlag = 'cast' | 'default' | 'encrypted' | 'hidden' | 'json' | 'nullable' | 'primary';

/** The rules of a text. */
export interface TextRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** The whole text must match where the expression is anchored. */
  readonly pattern?: RegExp;
  readonly format?: 'email' | 'url';
}

/** The rules of a number. */
export interface NumberRules {
  readonly min?: number;
  readonly max?: number;
}

/** Everything that was declared of a field. */
export interface FieldSpec extends TextRules, NumberRules {
  readonly type: FieldType;
  readonly nullable?: boolean;
  readonly unique?: boolean;
  readonly index?: boolean;
  readonly hidden?: boolean;
  readonly primary?: boolean;
  /** The default, or a function that makes it. */
  readonly default?: unknown;
  /** The values of an enum. */
  readonly values?: readonly string[];
  /** Validates a JSON value. */
  readonly schema?: z.ZodType;
  /** Digits in all, and behind the point, of a decimal. */
  readonly precision?: number;
  readonly scale?: number;
  /** Makes values of the application's own type of what is stored. */
  readonly cast?: AnyCast;
  /** Whether what is stored is encrypted. */
  readonly encrypted?: boolean;
  /** The column's name. Default: the field's name in snake_case. */
  readonly column?: string;
  /** The name that the column had before, for migrations. */
  readonly renamedFrom?: string;
}

/** A field of a model. Each modifier returns a new field. `Json` is what a value is in JSON, where a cast says so. */
export interface Field<Value, Flags extends FieldFlag = never, Json = never> {
  readonly kind: 'field';
  readonly spec: FieldSpec;
  /** Only for the type system. */
  readonly '~value'?: Value;
  /** Only for the type system. */
  readonly '~flags'?: Flags;
  /** Only for the type system. */
  readonly '~json'?: Json;
  /** Allows `null`; a missing value is `null`. */
  nullable(): Field<Value | null, Flags | 'nullable', Json>;
  /** Gives entities that are created without a value this one; a function is called for each of them. */
  default(value: NoInfer<Value> | (() => NoInfer<Value>)): Field<Value, Flags | 'default', Json>;
  /** Keeps the field on the server: it is left out of the model's schemas and of serialized entities. */
  hidden(): Field<Value, Flags | 'hidden', Json>;
  /** Lets no two entities have the same value. */
  unique(): Field<Value, Flags, Json>;
  /** Makes searching by this field fast. */
  index(): Field<Value, Flags, Json>;
  /** Makes this field the primary key, instead of `id`. */
  primary(): Field<Value, Flags | 'primary', Json>;
  /** Makes values of the application's own type of what is stored, see {@link Cast}. Rules of the field hold for the stored form. */
  cast<Own, Input = ToInput<NonNullable<Value>>, Output = ToOutput<NonNullable<Value>>>(
    cast: Cast<Own, NonNullable<Value>, Input, Output>,
  ): Field<Own | Extract<Value, null>, Flags | 'cast', JsonForms<Input, Output>>;
  /**
   * Encrypts what is stored, with the first of the option `encryptionKeys`: of texts and JSON only. The database can neither
   * search nor sort nor compare it, but with `null`; it is in no log and no change that hooks are told.
   */
  encrypted(): Field<Value, Flags | 'encrypted', Json>;
  /** Names the column. Default: the field's name in snake_case. */
  column(name: string): Field<Value, Flags, Json>;
  /** Tells which column this one was, so that a migration renames it and keeps its values. May stay for good. */
  renamedFrom(column: string): Field<Value, Flags, Json>;
}

/** Declares fields. */
export const field = {
  /** A short text of one line, at most 255 characters unless `maxLength` says otherwise. */
  string: (rules: TextRules = {}): Field<string> => createField({ maxLength: 255, ...rules, type: 'string' }),
  /** A text of any length. */
  text: (rules: TextRules = {}): Field<string> => createField({ ...rules, type: 'text' }),
  /** A whole number that JavaScript holds exactly. */
  integer: (rules: NumberRules = {}): Field<number> => createField({ ...rules, type: 'integer' }),
  /** A whole number of 64 bits. In JSON it is a text. */
  bigint: (): Field<bigint> => createField({ type: 'bigint' }),
  /**
   * An exact number, as a text like `'12.50'`, so that no digit is lost. Default: 12 digits, 2 of them behind the point.
   * SQLite holds at most 15 digits.
   */
  decimal: (digits: { readonly precision?: number; readonly scale?: number } = {}): Field<string> =>
    createField({ precision: 12, scale: 2, ...digits, type: 'decimal' }),
  boolean: (): Field<boolean> => createField({ type: 'boolean' }),
  /** A moment, exact to the millisecond. */
  datetime: (): Field<Date> => createField({ type: 'datetime' }),
  /** A day of the calendar, as a text like `'2026-11-22'`: it has no time zone. */
  date: (): Field<string> => createField({ type: 'date' }),
  /** One of some words. */
  enum: <const Word extends string>(values: readonly [Word, ...Word[]]): Field<Word> => createField({ type: 'enum', values }),
  /**
   * A UUID. It may be given in either case, and is stored and compared in small letters; where others write rows with capitals,
   * and the database has no type for UUIDs, the field is a `string`.
   */
  uuid: (): Field<string> => createField({ type: 'uuid' }),
  /** Any JSON value that the schema accepts. */
  json: <Schema extends z.ZodType>(schema: Schema): Field<StandardSchemaV1.InferOutput<Schema>, 'json'> => createField({ type: 'json', schema }),
  /** Several fields under one name: `address: field.embedded({ street: field.string(), city: field.string() })`. They are columns of the model's table. */
  embedded: <Parts extends EmbeddedParts>(parts: Parts): Embedded<Parts, OptionalFlag<Parts>> => createEmbedded(parts),
};

function createField<Value, Flags extends FieldFlag, Json = never>(spec: FieldSpec): Field<Value, Flags, Json> {
  const change = <NextValue, NextFlags extends FieldFlag>(changes: Partial<FieldSpec>): Field<NextValue, NextFlags, Json> =>
    createField({ ...spec, ...changes });
  return Object.freeze({
    kind: 'field' as const,
    spec: Object.freeze(spec),
    nullable: () => change<Value | null, Flags | 'nullable'>({ nullable: true }),
    default: (value: unknown) => change<Value, Flags | 'default'>({ default: value }),
    hidden: () => change<Value, Flags | 'hidden'>({ hidden: true }),
    unique: () => change<Value, Flags>({ unique: true }),
    index: () => change<Value, Flags>({ index: true }),
    primary: () => change<Value, Flags | 'primary'>({ primary: true }),
    cast: <Own, Input, Output>(cast: Cast<Own, NonNullable<Value>, Input, Output>) =>
      createField<Own | Extract<Value, null>, Flags | 'cast', JsonForms<Input, Output>>({ ...spec, cast: cast as unknown as AnyCast }), // it is called with values of this field only
    encrypted: () => change<Value, Flags | 'encrypted'>({ encrypted: true }),
    column: (name: string) => change<Value, Flags>({ column: name }),
    renamedFrom: (column: string) => change<Value, Flags>({ renamedFrom: column }),
  });
}
