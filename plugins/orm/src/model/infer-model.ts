/**
 * The types that follow from a model: the managed entity, the plain row, and the data for creating and updating. All of
 * them look through the relation functions only when they are asked for a relation, so models may refer to each other.
 */
import type { ModelDeclaration } from './define-model.ts';
import type { EntityCollection } from './entity-collection.ts';
import type { Field, FieldFlag } from './field.ts';
import type { EmbeddedName, PartChange, PartInput, PartRow, PartValue } from './infer-embedded.ts';
import type { PivotPart, PivotReference } from './infer-pivot.ts';
import type { BelongsTo, HasMany, HasOne, ManyToMany } from './relations.ts';

/** Any field; its value type is not known. */
export interface AnyField extends Omit<
  Field<unknown>,
  'cast' | 'column' | 'default' | 'encrypted' | 'hidden' | 'index' | 'nullable' | 'primary' | 'renamedFrom' | 'unique' | '~flags' | '~json'
> {
  readonly '~flags'?: FieldFlag;
}

/** Any model. */
export type AnyModel = ModelDeclaration;

/** Flattens an intersection, so that editors show its members. */
export type Flatten<Type> = { [Key in keyof Type]: Type[Key] } & unknown;

/** The model behind a relation function. */
export type ModelOf<Target> = Target extends () => infer Found ? (Found extends AnyModel ? Found : never) : never;

/** Holds the model's type in an entity; only for the type system. */
declare const ENTITY_MODEL: unique symbol;

type FlagsOf<Part> = Part extends { readonly '~flags'?: infer Flags } ? Flags : never;
type HasFlag<Part, Flag extends FieldFlag> = Flag extends FlagsOf<Part> ? true : false;
type NullOf<Part> = HasFlag<Part, 'nullable'> extends true ? null : never;
type ValueOf<Part> = Part extends { readonly kind: 'field'; readonly '~value'?: infer Value } ? Value : never;

type FieldsOf<Of extends AnyModel> = Of['fields'];
type KeysOfKind<Fields, Kind> = { [Key in keyof Fields]: Fields[Key] extends { readonly kind: Kind } ? Key : never }[keyof Fields] & string;
type FieldKeys<Fields> = KeysOfKind<Fields, 'field'>;
type PrimaryKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly kind: 'field' } ? (HasFlag<Fields[Key], 'primary'> extends true ? Key : never) : never;
}[keyof Fields] &
  string;

/** The parts of a key that has several. */
export type KeyParts<Of extends AnyModel> = Of['options'] extends { readonly key: readonly (infer Name extends string)[] } ? Name : never;
type CompositeKey<Of extends AnyModel> = Flatten<{
  readonly [Name in KeyParts<Of> as FieldsOf<Of>[Name] extends { readonly kind: 'belongsTo' } ? `${Name}Id` : Name]: FieldsOf<Of>[Name] extends {
    readonly target: infer Target;
  }
    ? KeyOf<ModelOf<Target>>
    : ValueOf<FieldsOf<Of>[Name]>;
}>;

/** The name of a model's primary key. */
export type KeyNameOf<Of extends AnyModel> = [PrimaryKeys<FieldsOf<Of>>] extends [never] ? 'id' : PrimaryKeys<FieldsOf<Of>>;

/** The value of a model's primary key; an object, when it has several parts: `{ orderId, position }`. */
export type KeyOf<Of extends AnyModel> = [KeyParts<Of>] extends [never] ? SingleKeyOf<Of> : CompositeKey<Of>;
type SingleKeyOf<Of extends AnyModel> = [PrimaryKeys<FieldsOf<Of>>] extends [never]
  ? Of['options'] extends { readonly id: 'uuid' }
    ? string
    : number
  : ValueOf<FieldsOf<Of>[PrimaryKeys<FieldsOf<Of>>]>;

/** The models behind the function of a `morphTo`. */
export type ModelsOf<Targets> = Targets extends () => readonly (infer Found)[] ? (Found extends AnyModel ? Found : never) : never;

/** The names of relations to one entity. */
export type ToOneName<Of extends AnyModel> = KeysOfKind<FieldsOf<Of>, 'belongsTo' | 'hasOne'>;
/** The names of relations to many entities. */
export type ToManyName<Of extends AnyModel> = KeysOfKind<FieldsOf<Of>, 'hasMany' | 'manyToMany'>;
/** The names of many-to-many relations. */
export type ManyToManyName<Of extends AnyModel> = KeysOfKind<FieldsOf<Of>, 'manyToMany'>;
/** The names of relations to one of several models. */
export type MorphName<Of extends AnyModel> = KeysOfKind<FieldsOf<Of>, 'morphTo'>;
/** The names of all relations. */
export type RelationName<Of extends AnyModel> = ToOneName<Of> | ToManyName<Of> | MorphName<Of>;
/** The models that a relation to one of several may lead to. */
export type MorphModel<Of extends AnyModel, Name extends MorphName<Of>> = FieldsOf<Of>[Name] extends { readonly targets: infer Targets }
  ? ModelsOf<Targets>
  : never;
/** The model at the other end of a relation. */
export type RelatedModel<Of extends AnyModel, Name extends RelationName<Of>> = FieldsOf<Of>[Name] extends { readonly target: infer Target }
  ? ModelOf<Target>
  : never;

type OwnKey<Of extends AnyModel> = [PrimaryKeys<FieldsOf<Of>> | KeyParts<Of>] extends [never] ? { readonly id: KeyOf<Of> } : unknown;
type Scalars<Fields> = { -readonly [Key in FieldKeys<Fields>]: ValueOf<Fields[Key]> };
type EmbeddedKeys<Fields> = KeysOfKind<Fields, 'embedded'>;
type EmbeddedValues<Fields> = { -readonly [Key in EmbeddedKeys<Fields>]: PartValue<Fields[Key]> };
type EmbeddedRows<Fields> = { -readonly [Key in EmbeddedKeys<Fields>]: PartRow<Fields[Key]> };
type Stamps<Options> = (Options extends { readonly timestamps: true } ? { createdAt: Date; updatedAt: Date } : unknown) &
  (Options extends { readonly softDeletes: true } ? { deletedAt: Date | null } : unknown) &
  (Options extends { readonly version: true } ? { readonly version: number } : unknown);
/** The version that was seen: it is compared, not set. */
type VersionInput<Options> = [Options] extends [{ readonly version: true }] ? { readonly version?: number | undefined } : unknown;
type ForeignKeys<Fields> = {
  -readonly [Key in KeysOfKind<Fields, 'belongsTo'> as `${Key}Id`]: Fields[Key] extends { readonly target: infer Target }
    ? KeyOf<ModelOf<Target>> | NullOf<Fields[Key]>
    : never;
};
type MorphArm<Name extends string, Target> = Target extends AnyModel ? { name: `${Name}${Capitalize<Target['name']>}Id`; key: KeyOf<Target> } : never;
type MorphArms<Fields> = {
  [Key in KeysOfKind<Fields, 'morphTo'>]: Fields[Key] extends { readonly targets: infer Targets } ? MorphArm<Key, ModelsOf<Targets>> : never;
}[KeysOfKind<Fields, 'morphTo'>];
type MorphKeys<Fields> = { [Arm in MorphArms<Fields> as Arm['name']]: Arm['key'] | null };

/** Every column of a model but those of embedded values: what may be searched, sorted and selected. */
export type InferColumns<Of extends AnyModel> = Flatten<
  OwnKey<Of> & Scalars<FieldsOf<Of>> & ForeignKeys<FieldsOf<Of>> & MorphKeys<FieldsOf<Of>> & Stamps<Of['options']>
>;

/** The names of the fields that have this flag. */
export type FlaggedName<Of extends AnyModel, Flag extends FieldFlag> = {
  [Key in keyof FieldsOf<Of>]: HasFlag<FieldsOf<Of>[Key], Flag> extends true ? Key : never;
}[keyof FieldsOf<Of>] &
  string;

type HiddenKeys<Fields> = { [Key in keyof Fields]: HasFlag<Fields[Key], 'hidden'> extends true ? Key : never }[keyof Fields];

/** A plain row, as `orm.query` returns it: key, visible fields, timestamps, and `authorId` for a relation `author`. */
export type InferRow<Of extends AnyModel> = Omit<InferColumns<Of> & EmbeddedRows<FieldsOf<Of>>, HiddenKeys<FieldsOf<Of>> | 'deletedAt'>;

/** The fields that only `withHidden` returns. */
export type InferHidden<Of extends AnyModel> = Pick<Scalars<FieldsOf<Of>>, HiddenKeys<FieldsOf<Of>> & keyof Scalars<FieldsOf<Of>>> & {
  -readonly [Key in EmbeddedName<Of>]: PartValue<FieldsOf<Of>[Key]>;
};

/** The row at the other end of a relation to one: `null` where there may be none. */
export type RelatedRow<Of extends AnyModel, Name extends ToOneName<Of>, Row> = FieldsOf<Of>[Name] extends { readonly kind: 'belongsTo' }
  ? Row | NullOf<FieldsOf<Of>[Name]>
  : Row | null;

/** The row at the other end of a relation to one of several models: its model's name is the `type`. */
export type MorphRow<Of extends AnyModel, Name extends MorphName<Of>> = TypedRow<MorphModel<Of, Name>> | NullOf<FieldsOf<Of>[Name]>;
type TypedRow<Target> = Target extends AnyModel ? Flatten<{ type: Target['name'] } & InferRow<Target>> : never;

/** The row at the other end of a relation to many, with the data of the pair if there is any. */
export type ManyRow<Of extends AnyModel, Name extends ToManyName<Of>, Row> = Row & PivotPart<FieldsOf<Of>[Name]>;

type EntityOfModel<Target> = Target extends AnyModel ? InferModel<Target> : never;
type RelationValue<Part> =
  Part extends BelongsTo<infer Target, FieldFlag>
    ? InferModel<ModelOf<Target>> | NullOf<Part>
    : Part extends HasOne<infer Target>
      ? InferModel<ModelOf<Target>> | null
      : Part extends HasMany<infer Target>
        ? EntityCollection<InferModel<ModelOf<Target>>>
        : Part extends ManyToMany<infer Target>
          ? EntityCollection<InferModel<ModelOf<Target>>>
          : never;

/** What every managed entity can do. */
export interface EntityMethods<Of extends AnyModel> {
  /** Only for the type system. */
  readonly [ENTITY_MODEL]?: Of;
  /** Changes fields and relations; values that are `undefined` change nothing, and a part of an embedded value keeps the others. Returns the entity. */
  assign(data: UpdateData<Of>): this;
  /**
   * Loads relations that are not loaded yet, also for the entities that came with this one from a list, a search or a relation:
   * one query for each relation, not for each entity. Returns the entity.
   */
  load(...relations: readonly RelationName<Of>[]): Promise<this>;
}

/**
 * A managed entity. Relations that were not loaded have only their key; collections that were not loaded say so when they
 * are read. Load them with `entity.load` or `orm.populate`, or name them in `with` of `orm.list`.
 */
export type InferModel<Of extends AnyModel> = OwnKey<Of> &
  Scalars<FieldsOf<Of>> &
  EmbeddedValues<FieldsOf<Of>> &
  Stamps<Of['options']> & {
    -readonly [Key in KeysOfKind<FieldsOf<Of>, 'belongsTo' | 'hasOne'>]: RelationValue<FieldsOf<Of>[Key]>;
  } & {
    -readonly [Key in MorphName<Of>]: EntityOfModel<MorphModel<Of, Key>> | NullOf<FieldsOf<Of>[Key]>;
  } & {
    readonly [Key in KeysOfKind<FieldsOf<Of>, 'hasMany' | 'manyToMany'>]: RelationValue<FieldsOf<Of>[Key]>;
  } & EntityMethods<Of>;

/** What may stand for an entity of a model: its key, or anything that has the key. */
export type EntityReference<Of extends AnyModel> =
  | KeyOf<Of>
  | ([KeyParts<Of>] extends [never] ? { readonly [Key in KeyNameOf<Of>]: KeyOf<Of> } : InferModel<Of>);

/** What may stand for an entity of one of several models: a managed entity, or `{ product: 1 }`. */
export type MorphReference<Target> = Target extends AnyModel ? InferModel<Target> | { readonly [Name in Target['name']]: EntityReference<Target> } : never;

type OptionalKeys<Fields> = {
  [Key in keyof Fields]: Fields[Key] extends { readonly kind: 'belongsTo' | 'embedded' | 'field' | 'morphTo' }
    ? 'default' extends FlagsOf<Fields[Key]>
      ? Key
      : 'nullable' extends FlagsOf<Fields[Key]>
        ? Key
        : never
    : never;
}[keyof Fields];
type RequiredKeys<Fields> = Exclude<KeysOfKind<Fields, 'belongsTo' | 'embedded' | 'field' | 'morphTo'>, OptionalKeys<Fields>>;
type InputOf<Part> = Part extends { readonly kind: 'embedded' | 'field' }
  ? PartInput<Part>
  : Part extends { readonly target: infer Target }
    ? EntityReference<ModelOf<Target>> | NullOf<Part>
    : Part extends { readonly targets: infer Targets }
      ? MorphReference<ModelsOf<Targets>> | NullOf<Part>
      : never;
type CollectionInputs<Fields> = {
  readonly [Key in KeysOfKind<Fields, 'manyToMany'>]?: readonly PivotReference<Fields[Key]>[] | undefined;
};
type OwnKeyInput<Of extends AnyModel> = [PrimaryKeys<FieldsOf<Of>> | KeyParts<Of>] extends [never] ? { readonly id?: KeyOf<Of> | undefined } : unknown;
type StampInputs<Options> = Options extends { readonly timestamps: true }
  ? { readonly createdAt?: Date | undefined; readonly updatedAt?: Date | undefined }
  : unknown;

/** What `orm.create` takes: what has no default and may not be `null` is required; relations are keys or entities. */
export type CreateData<Of extends AnyModel> = Flatten<
  OwnKeyInput<Of> & { readonly [Key in RequiredKeys<FieldsOf<Of>>]: InputOf<FieldsOf<Of>[Key]> } & {
    readonly [Key in OptionalKeys<FieldsOf<Of>> & string]?: InputOf<FieldsOf<Of>[Key]> | undefined;
  } & CollectionInputs<FieldsOf<Of>> &
    StampInputs<Of['options']>
>;

/** What `assign` takes: everything is optional, also in embedded values, where a part keeps the others. */
export type UpdateData<Of extends AnyModel> = Flatten<
  { readonly [Key in KeysOfKind<FieldsOf<Of>, 'belongsTo' | 'field' | 'morphTo'>]?: InputOf<FieldsOf<Of>[Key]> | undefined } & {
    readonly [Key in EmbeddedKeys<FieldsOf<Of>>]?: PartChange<FieldsOf<Of>[Key]> | undefined;
  } & CollectionInputs<FieldsOf<Of>> &
    VersionInput<Of['options']>
>;
