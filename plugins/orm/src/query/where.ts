/** The conditions of a query, as an application writes them. Reading them is left to `parse-where.ts`. */
import type { EmbeddedName, PartValue } from '../model/infer-embedded.ts';
import type {
  AnyModel,
  EntityReference,
  FlaggedName,
  InferColumns,
  InferModel,
  MorphModel,
  MorphName,
  RelatedModel,
  RelationName,
  ToManyName,
  ToOneName,
} from '../model/infer-model.ts';

type Comparable = Date | bigint | boolean | number | string;

/** Comparisons of one field; all that are given have to hold. On `null` only `eq`, `ne` and `isNull` hold or fail. */
export interface Comparison<Value> {
  readonly eq?: Value | null;
  readonly ne?: Value | null;
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
  /** One of these; an empty list matches nothing. */
  readonly in?: readonly Value[];
  readonly notIn?: readonly Value[];
  readonly isNull?: boolean;
}

/** Comparisons of a text. Whether upper and lower case differ is the database's rule; on SQLite they do not for A to Z. */
export interface TextComparison<Value> extends Comparison<Value> {
  /** A pattern in which `%` stands for any text and `_` for one character. */
  readonly like?: string;
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
}

type Condition<Value> = [NonNullable<Value>] extends [Comparable]
  ? Value | ([NonNullable<Value>] extends [string] ? TextComparison<NonNullable<Value>> : Comparison<NonNullable<Value>>)
  : null | { readonly isNull: boolean };

type FlagsOf<Part> = Part extends { readonly '~flags'?: infer Flags } ? Flags : never;
type NullOf<Part> = 'nullable' extends FlagsOf<Part> ? null : never;

/** A value of the application's own type is compared by its stored form; JSON and what is encrypted only with `null`. */
type FieldCondition<Part, Value> = FlagsOf<Part> & ('encrypted' | 'json') extends never
  ? 'cast' extends FlagsOf<Part>
    ? Value | Comparison<NonNullable<Value>>
    : Condition<Value>
  : null | { readonly isNull: boolean };

/** Conditions on what is in an embedded value; all have to hold. */
type EmbeddedCondition<Parts> = { readonly [Key in keyof Parts]?: PartCondition<Parts[Key]> };
type PartCondition<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts }
  ? EmbeddedCondition<Parts> | NullOf<Part>
  : FieldCondition<Part, PartValue<Part>>;
/** A name that is no field is that of what a model has by itself. */
type PartOf<Of extends AnyModel, Key> = Key extends keyof Of['fields'] ? Of['fields'][Key] : never;

type RelationCondition<Of extends AnyModel, Name extends RelationName<Of>> = EntityReference<RelatedModel<Of, Name>> | Where<RelatedModel<Of, Name>>;

/** Conditions by the names of the models: one of those that are named has to keep its own. */
type MorphCondition<Target> = { readonly [Kind in Extract<Target, AnyModel> as Kind['name']]?: EntityReference<Kind> | Where<Kind> };
type MorphEntity<Target> = Target extends AnyModel ? InferModel<Target> : never;

/**
 * Conditions on a model. All have to hold; `or` holds when one of its conditions does, `not` when its condition does not.
 * An embedded value is compared by conditions on what is in it. A relation is compared with an entity, with its key, or by conditions of its own: for a relation to many they hold when
 * one of the many keeps them; for one to several models, keys and conditions stand behind the model's name.
 */
export type Where<Of extends AnyModel> = {
  readonly [Key in keyof InferColumns<Of>]?: FieldCondition<PartOf<Of, Key>, InferColumns<Of>[Key]>;
} & {
  readonly [Key in EmbeddedName<Of>]?: PartCondition<Of['fields'][Key]>;
} & {
  readonly [Name in ToOneName<Of>]?: RelationCondition<Of, Name> | null;
} & {
  readonly [Name in ToManyName<Of>]?: RelationCondition<Of, Name>;
} & {
  readonly [Name in MorphName<Of>]?: MorphEntity<MorphModel<Of, Name>> | MorphCondition<MorphModel<Of, Name>> | null;
} & {
  readonly and?: readonly Where<Of>[];
  readonly or?: readonly Where<Of>[];
  readonly not?: Where<Of>;
};

/** A direction of sorting. */
export type Direction = 'asc' | 'desc';

type EmbeddedOrder<Parts> = {
  readonly [Key in keyof Parts as 'encrypted' extends FlagsOf<Parts[Key]> ? never : Key]?: PartOrder<Parts[Key]>;
};
type PartOrder<Part> = Part extends { readonly kind: 'embedded'; readonly parts: infer Parts } ? EmbeddedOrder<Parts> : Direction;

/** By what a query is sorted: fields, also of embedded values, and fields of relations to one. Earlier members weigh more. */
export type OrderBy<Of extends AnyModel> = {
  readonly [Key in Exclude<keyof InferColumns<Of>, FlaggedName<Of, 'encrypted'>>]?: Direction;
} & {
  readonly [Key in EmbeddedName<Of>]?: PartOrder<Of['fields'][Key]>;
} & {
  readonly [Name in ToOneName<Of>]?: OrderBy<RelatedModel<Of, Name>>;
};
