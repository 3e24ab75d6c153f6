/** The conditions of a query, as an application writes them. Reading them is left to `parse-where.ts`. */
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

/** A value of the application's own type is compared by its stored form; JSON and what is encrypted only with `null`. */
type FieldCondition<Of extends AnyModel, Key, Value> = Key extends FlaggedName<Of, 'encrypted'> | FlaggedName<Of, 'json'>
  ? null | { readonly isNull: boolean }
  : Key extends FlaggedName<Of, 'cast'>
    ? Value | Comparison<NonNullable<Value>>
    : Condition<Value>;

type RelationCondition<Of extends AnyModel, Name extends RelationName<Of>> = EntityReference<RelatedModel<Of, Name>> | Where<RelatedModel<Of, Name>>;

/** Conditions by the names of the models: one of those that are named has to keep its own. */
type MorphCondition<Target> = { readonly [Kind in Extract<Target, AnyModel> as Kind['name']]?: EntityReference<Kind> | Where<Kind> };
type MorphEntity<Target> = Target extends AnyModel ? InferModel<Target> : never;

/**
 * Conditions on a model. All have to hold; `or` holds when one of its conditions does, `not` when its condition does not.
 * A relation is compared with an entity, with its key, or by conditions of its own: for a relation to many they hold when
 * one of the many keeps them; for one to several models, keys and conditions stand behind the model's name.
 */
export type Where<Of extends AnyModel> = {
  readonly [Key in keyof InferColumns<Of>]?: FieldCondition<Of, Key, InferColumns<Of>[Key]>;
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

/** By what a query is sorted: fields, and fields of relations to one. Earlier members weigh more. */
export type OrderBy<Of extends AnyModel> = {
  readonly [Key in Exclude<keyof InferColumns<Of>, FlaggedName<Of, 'encrypted'>>]?: Direction;
} & {
  readonly [Name in ToOneName<Of>]?: OrderBy<RelatedModel<Of, Name>>;
};
