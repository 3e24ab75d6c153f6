/**
 * The Standard Schemas of a model, made on their first use: zod objects, so that applications can `pick`, `omit` and
 * `extend` them. Hidden fields, keys, stamps and relations never come from a client; relations are sent when a schema is
 * extended by them: `Article.read.extend({ author: User.read })`.
 */
import * as z from 'zod';
import type { ModelFields, ModelOptions } from './define-model.ts';
import { type AnyEmbedded, isOptional } from './embedded.ts';
import type { FieldSpec } from './field.ts';
import { toInputSchema, toOutputSchema } from './field-schemas.ts';

type FlagsOf<Part> = Part extends { readonly '~flags'?: infer Flags } ? Flags : never;
type ValueOf<Part> = Part extends { readonly kind: 'field'; readonly '~value'?: infer Value } ? Value : never;
type Visible<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly kind: 'embedded' | 'field' } ? ('hidden' extends FlagsOf<Fields[Key]> ? never : Key) : never;
}[keyof Fields] &
  string;
type Primary<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly kind: 'field' } ? ('primary' extends FlagsOf<Fields[Key]> ? Key : never) : never;
}[keyof Fields];

/** What a client sends for a value. */
export type ToInput<Value> = Value extends Date ? Date | string : Value extends bigint ? bigint | number | string : Value;
/** What a client is sent for a value. */
export type ToOutput<Value> = Value extends Date ? string : Value extends bigint ? string : Value;

type JsonOf<Part> = Part extends { readonly '~json'?: infer Json } ? Exclude<Json, undefined> : never;
type InputOf<Part> = [JsonOf<Part>] extends [never]
  ? ToInput<ValueOf<Part>>
  : JsonOf<Part> extends { readonly input: infer Input }
    ? Extract<ValueOf<Part>, null> | Input
    : never;
type OutputOf<Part> = [JsonOf<Part>] extends [never]
  ? ToOutput<ValueOf<Part>>
  : JsonOf<Part> extends { readonly output: infer Output }
    ? Extract<ValueOf<Part>, null> | Output
    : never;
type InputField<Part> = z.ZodType<ValueOf<Part>, InputOf<Part>>;
type OutputField<Part> = z.ZodType<OutputOf<Part>, OutputOf<Part> | ValueOf<Part>>;
type StampField = z.ZodType<string, Date | string>;

type MaybeNull<Part, Schema extends z.ZodType> = 'nullable' extends FlagsOf<Part> ? z.ZodNullable<Schema> : Schema;

type CreateField<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
  ? CreateEmbedded<Part, z.ZodObject<{ [Key in Visible<Parts>]: CreateField<Parts[Key]> }>>
  : 'default' extends FlagsOf<Part>
    ? z.ZodDefault<InputField<Part>>
    : 'nullable' extends FlagsOf<Part>
      ? z.ZodOptional<InputField<Part>>
      : InputField<Part>;
type CreateEmbedded<Part, Schema extends z.ZodType> =
  'nullable' extends FlagsOf<Part> ? z.ZodOptional<z.ZodNullable<Schema>> : 'default' extends FlagsOf<Part> ? z.ZodPrefault<Schema> : Schema;
type UpdateField<Part> = z.ZodOptional<
  Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
    ? MaybeNull<Part, z.ZodObject<{ [Key in Visible<Parts>]: UpdateField<Parts[Key]> }>>
    : InputField<Part>
>;
type ReadField<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
  ? MaybeNull<Part, z.ZodObject<{ [Key in Visible<Parts>]: ReadField<Parts[Key]> }>>
  : OutputField<Part>;

type KeyPart<Options> = Options extends { readonly key: readonly (infer Name)[] } ? Name : never;
type OwnId<Fields, Options> = [Primary<Fields> | KeyPart<Options>] extends [never]
  ? { id: z.ZodType<Options extends { readonly id: 'uuid' } ? string : number> }
  : unknown;
type StampShape<Options> = Options extends { readonly timestamps: true } ? { createdAt: StampField; updatedAt: StampField } : unknown;
type VersionShape<Options> = Options extends { readonly version: true } ? { version: z.ZodType<number> } : unknown;
type SeenVersionShape<Options> = Options extends { readonly version: true } ? { version: z.ZodOptional<z.ZodType<number>> } : unknown;
type Shape<Type> = { [Key in keyof Type]: Type[Key] extends z.ZodType ? Type[Key] : never };

/** The schemas of a model. */
export interface ModelSchemas<Fields extends ModelFields, Options extends ModelOptions> {
  /** What a client sends to create an entity. Unknown members are dropped. */
  readonly create: z.ZodObject<{ [Key in Visible<Fields>]: CreateField<Fields[Key]> }>;
  /**
   * What a client sends to change an entity: everything is optional, and nothing has a default. Of a model with versions it
   * takes the `version` that the client has seen; `assign` compares it.
   */
  readonly update: z.ZodObject<
    Shape<{ [Key in Exclude<Visible<Fields>, Primary<Fields> | KeyPart<Options>>]: UpdateField<Fields[Key]> } & SeenVersionShape<Options>>
  >;
  /** What a client is sent: key, visible fields, timestamps and version. */
  readonly read: z.ZodObject<
    Shape<OwnId<Fields, Options> & { [Key in Visible<Fields>]: ReadField<Fields[Key]> } & StampShape<Options> & VersionShape<Options>>
  >;
}

const VERSION = z.int().min(1);
const STAMP: FieldSpec = { type: 'datetime' };

/** Creates the getters of the schemas; each schema is made once, when it is first read. */
export function createSchemas<Fields extends ModelFields, Options extends ModelOptions>(
  fields: ModelFields,
  options: ModelOptions,
): ModelSchemas<Fields, Options> {
  const made = new Map<string, z.ZodObject>();
  const once = (name: string, toShape: () => Record<string, z.ZodType>): never => {
    const schema = made.get(name) ?? z.object(toShape());
    made.set(name, schema);
    return schema as never; // the interface above says what each shape is
  };
  return {
    get create() {
      return once('create', () => toShape(fields, CREATE));
    },
    get update() {
      return once('update', () => ({
        ...toShape(fields, UPDATE, (spec, name) => spec.primary !== true && options.key?.includes(name) !== true),
        ...(options.version === true ? { version: VERSION.optional() } : {}),
      }));
    },
    get read() {
      return once('read', () => ({
        ...toKeyShape(fields, options),
        ...toShape(fields, READ),
        ...toStampShape(options),
        ...(options.version === true ? { version: VERSION } : {}),
      }));
    },
  };
}

/** How the parts of a schema are made. */
interface PartSchemas {
  field(spec: FieldSpec): z.ZodType;
  embedded(part: AnyEmbedded, schema: z.ZodType): z.ZodType;
}

const CREATE: PartSchemas = {
  field: toCreateField,
  embedded: (part, schema) => (part.spec.nullable === true ? schema.nullable().optional() : isOptional(part) ? schema.prefault({}) : schema),
};
const UPDATE: PartSchemas = {
  field: (spec) => toInputSchema(spec).optional(),
  embedded: ({ spec }, schema) => (spec.nullable === true ? schema.nullable() : schema).optional(),
};
const READ: PartSchemas = {
  field: toOutputSchema,
  embedded: ({ spec }, schema) => (spec.nullable === true ? schema.nullable() : schema),
};

function toShape(fields: ModelFields, schemas: PartSchemas, isTaken: (spec: FieldSpec, name: string) => boolean = () => true): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {};
  for (const [name, part] of Object.entries(fields)) {
    if (part.kind === 'embedded' && part.spec.hidden !== true) shape[name] = schemas.embedded(part, z.object(toShape(part.parts, schemas)));
    else if (part.kind === 'field' && part.spec.hidden !== true && isTaken(part.spec, name)) shape[name] = schemas.field(part.spec);
  }
  return shape;
}

function toCreateField(spec: FieldSpec): z.ZodType {
  const schema = toInputSchema(spec);
  if ('default' in spec) return schema.default(() => (typeof spec.default === 'function' ? (spec.default as () => unknown)() : spec.default));
  return spec.nullable === true ? schema.optional() : schema;
}

function toKeyShape(fields: ModelFields, options: ModelOptions): Record<string, z.ZodType> {
  if (options.key !== undefined || Object.values(fields).some((part) => part.kind === 'field' && part.spec.primary === true)) return {};
  return { id: options.id === 'uuid' ? z.guid() : z.int() };
}

function toStampShape(options: ModelOptions): Record<string, z.ZodType> {
  return options.timestamps === true ? { createdAt: toOutputSchema(STAMP), updatedAt: toOutputSchema(STAMP) } : {};
}
