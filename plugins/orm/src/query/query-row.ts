/** The rows a query returns, as far as its relations make them. */
import type { EmbeddedName, EmbeddedPath, PartRow, PathRow } from '../model/infer-embedded.ts';
import type {
  AnyModel,
  Flatten,
  InferColumns,
  InferRow,
  ManyRow,
  MorphName,
  MorphRow,
  RelatedModel,
  RelatedRow,
  RelationName,
  ToManyName,
  ToOneName,
} from '../model/infer-model.ts';

/** The row a query returns. */
export type RowOf<Of> = Of extends { readonly '~row'?: infer Row } ? Row : never;

/** A row with what a relation leads to; `Row` is a row at its other end. */
export type WithRelation<Of extends AnyModel, Name extends RelationName<Of>, Row> = {
  [Key in Name]: Key extends ToManyName<Of> ? ManyRow<Of, Key, Row>[] : Key extends ToOneName<Of> ? RelatedRow<Of, Key, Row> : never;
};
/** A row with what relations lead to. */
export type WithRelations<Of extends AnyModel, Names extends RelationName<Of>> = {
  [Key in Names]: Key extends ToManyName<Of>
    ? ManyRow<Of, Key, InferRow<RelatedModel<Of, Key>>>[]
    : Key extends ToOneName<Of>
      ? RelatedRow<Of, Key, InferRow<RelatedModel<Of, Key>>>
      : Key extends MorphName<Of>
        ? MorphRow<Of, Key>
        : never;
};

/** The names of what a query can select: fields, embedded values, and what is in these. */
export type SelectableName<Of extends AnyModel> = EmbeddedName<Of> | EmbeddedPath<Of> | (keyof InferColumns<Of> & string);
/** A row of which some fields are selected; relations stay. */
export type SelectedRow<Of extends AnyModel, Name, Row> = Flatten<
  Omit<Row, EmbeddedName<Of> | keyof InferColumns<Of>> &
    Pick<InferColumns<Of>, Extract<Name, keyof InferColumns<Of>>> & {
      [Key in Extract<Name, EmbeddedName<Of>>]: PartRow<Of['fields'][Key]>;
    } & PathRow<Of['fields'], Extract<Name, EmbeddedPath<Of>>>
>;
