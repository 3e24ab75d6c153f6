/**
 * Describes a model as plain data, for admin pages, documents of an API, and whatever else wants to know of its fields without
 * knowing the ORM. Everything in it can be written as JSON.
 */
import type { ModelDeclaration } from './define-model.ts';
import type { AnyEmbedded } from './embedded.ts';
import type { FieldSpec, FieldType } from './field.ts';
import type { AnyRelation } from './relations.ts';

/** A field. */
export interface FieldDescription {
  readonly name: string;
  /** What its column holds; a cast makes other values of it. */
  readonly type: FieldType;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly hidden: boolean;
  readonly encrypted: boolean;
  /** Whether values are of the application's own type. */
  readonly cast: boolean;
  readonly hasDefault: boolean;
  /** Whether the unit of work, or the database, gives the value: a key that counts up, a timestamp, a version. */
  readonly generated: boolean;
  readonly rules: FieldRules;
  /** The words of an enum. */
  readonly words?: readonly string[];
}

/** The rules of a field; those that it does not have are left out. */
export interface FieldRules {
  readonly minLength?: number;
  readonly maxLength?: number;
  /** The source of the regular expression. */
  readonly pattern?: string;
  readonly format?: 'email' | 'url';
  readonly min?: number;
  readonly max?: number;
  readonly precision?: number;
  readonly scale?: number;
}

/** An embedded value. */
export interface EmbeddedDescription {
  readonly name: string;
  readonly nullable: boolean;
  readonly hidden: boolean;
  readonly fields: readonly FieldDescription[];
  /** The embedded values in it. */
  readonly embedded: readonly EmbeddedDescription[];
}

/** A relation. */
export interface RelationDescription {
  readonly name: string;
  readonly kind: AnyRelation['kind'];
  /** The names of the models that it leads to: one, but for `morphTo`. */
  readonly targets: readonly string[];
  /** The relation at the other end that this one names. */
  readonly inverse: string | undefined;
  readonly nullable: boolean;
  readonly unique: boolean;
  /** The data of its pairs. */
  readonly pivot: readonly FieldDescription[];
}

/** A model. */
export interface ModelDescription {
  readonly name: string;
  /** The names of the fields and relations that make up the key. */
  readonly key: readonly string[];
  readonly fields: readonly FieldDescription[];
  readonly embedded: readonly EmbeddedDescription[];
  readonly relations: readonly RelationDescription[];
  readonly timestamps: boolean;
  readonly softDeletes: boolean;
  readonly version: boolean;
  /** The texts that are searched. */
  readonly search: readonly string[];
  /** The names of its scopes. */
  readonly scopes: readonly string[];
}

/** Describes a model; also fields that it has by itself, as `id` and `createdAt`, are there. The result shares nothing with the model. */
export function describeModel({ name, fields, options }: ModelDeclaration): ModelDescription {
  const own: FieldDescription[] = [];
  const embedded: EmbeddedDescription[] = [];
  const relations: RelationDescription[] = [];
  for (const [key, part] of Object.entries(fields)) {
    if (part.kind === 'field') own.push(describeField(key, part.spec, options.key?.includes(key) === true));
    else if (part.kind === 'embedded') embedded.push(describeEmbedded(key, part));
    else relations.push(describeRelation(key, part));
  }
  const primary = own.find((field) => field.primary)?.name;
  const key = options.key ?? [primary ?? 'id'];
  const id = primary === undefined && options.key === undefined ? [describeGenerated('id', options.id ?? 'integer', { primary: true })] : [];
  const stamps = options.timestamps === true ? [describeGenerated('createdAt', 'datetime'), describeGenerated('updatedAt', 'datetime')] : [];
  const deleted = options.softDeletes === true ? [describeGenerated('deletedAt', 'datetime', { nullable: true, hidden: true })] : [];
  const version = options.version === true ? [describeGenerated('version', 'integer')] : [];
  return {
    name,
    key: [...key],
    fields: [...id, ...own, ...stamps, ...deleted, ...version],
    embedded,
    relations,
    timestamps: options.timestamps === true,
    softDeletes: options.softDeletes === true,
    version: options.version === true,
    search: [...(options.search ?? [])],
    scopes: Object.keys(options.scopes ?? {}),
  };
}

function describeGenerated(name: string, type: FieldType, spec: Partial<FieldSpec> = {}): FieldDescription {
  return { ...describeField(name, { ...spec, type }, false), generated: true };
}

function describeField(name: string, spec: FieldSpec, isKey: boolean): FieldDescription {
  return {
    name,
    type: spec.type,
    nullable: spec.nullable === true,
    unique: spec.unique === true,
    primary: spec.primary === true || isKey,
    hidden: spec.hidden === true,
    encrypted: spec.encrypted === true,
    cast: spec.cast !== undefined,
    hasDefault: 'default' in spec,
    generated: false,
    rules: toRules(spec),
    ...(spec.values === undefined ? {} : { words: [...spec.values] }),
  };
}

function describeEmbedded(name: string, { parts, spec }: AnyEmbedded): EmbeddedDescription {
  const [fields, embedded]: [FieldDescription[], EmbeddedDescription[]] = [[], []];
  for (const [key, part] of Object.entries(parts)) {
    if (part.kind === 'field') fields.push(describeField(key, part.spec, false));
    else embedded.push(describeEmbedded(key, part));
  }
  return { name, nullable: spec.nullable === true, hidden: spec.hidden === true, fields, embedded };
}

function toRules({ minLength, maxLength, pattern, format, min, max, precision, scale }: FieldSpec): FieldRules {
  return {
    ...(minLength === undefined ? {} : { minLength }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern: pattern.source }),
    ...(format === undefined ? {} : { format }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(precision === undefined ? {} : { precision }),
    ...(scale === undefined ? {} : { scale }),
  };
}

function describeRelation(name: string, part: AnyRelation): RelationDescription {
  const spec: { readonly nullable?: boolean; readonly unique?: boolean } = part.kind === 'belongsTo' || part.kind === 'morphTo' ? part.spec : {};
  const pivot = part.kind === 'manyToMany' ? Object.entries(part.pivot.pivot ?? {}) : [];
  return {
    name,
    kind: part.kind,
    targets: part.kind === 'morphTo' ? toNames(part.targets) : toNames(part.target),
    inverse: part.kind === 'belongsTo' || part.kind === 'morphTo' ? undefined : part.inverse,
    nullable: spec.nullable === true || part.kind === 'hasOne',
    unique: spec.unique === true || part.kind === 'hasOne',
    pivot: pivot.map(([field, { spec: fieldSpec }]) => describeField(field, fieldSpec, false)),
  };
}

/** Models are given as functions; whether these lead to models is checked at boot. */
function toNames(target: unknown): string[] {
  const found: unknown = typeof target === 'function' ? (target as () => unknown)() : target;
  const models: readonly unknown[] = Array.isArray(found) ? found : [found];
  return models.map((model) => (model as { readonly name: string }).name);
}
