/** Sums, averages and extremes of a field: which fields have them, and what they are as values. */
import { QueryInvalidError } from '../errors.ts';
import type { FieldType } from '../model/field.ts';
import type { EmbeddedPath, PartAt, PartValue } from '../model/infer-embedded.ts';
import type { AnyModel, InferColumns } from '../model/infer-model.ts';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import { columnOf } from './find-names.ts';

/** What is made of the values of a field. */
export type AggregateKind = 'avg' | 'max' | 'min' | 'sum';

/** What is asked of the rows of a query instead of the rows. */
export interface Aggregate {
  readonly kind: AggregateKind;
  readonly column: ColumnLayout;
}

type NameOf<Of extends AnyModel, Value> =
  | ({ [Key in keyof InferColumns<Of>]: NonNullable<InferColumns<Of>[Key]> extends Value ? Key : never }[keyof InferColumns<Of>] & string)
  | { [Path in EmbeddedPath<Of>]: NonNullable<PartValue<PartAt<Of['fields'], Path>>> extends Value ? Path : never }[EmbeddedPath<Of>];

/** The names of fields that have a sum: numbers, and decimals, which are texts. */
export type SummableName<Of extends AnyModel> = NameOf<Of, bigint | number | string>;
/** The names of fields that have a least and a greatest value. */
export type SortableName<Of extends AnyModel> = NameOf<Of, Date | bigint | number | string>;
/** The value of a field that is there. */
export type ValueOfName<Of extends AnyModel, Name extends string> = Name extends keyof InferColumns<Of>
  ? NonNullable<InferColumns<Of>[Name]>
  : NonNullable<PartValue<PartAt<Of['fields'], Name>>>;
/** A sum: of the type of its field. */
export type SumOf<Value> = Value extends number ? number : Value extends bigint ? bigint : string;
/** An average: a text for a decimal. */
export type AverageOf<Value> = Value extends bigint | number ? number : string;

const NUMBERS: ReadonlySet<FieldType> = new Set(['bigint', 'decimal', 'integer']);
const UNSORTED: ReadonlySet<FieldType> = new Set(['boolean', 'json', 'uuid']); // not every database has a least one of these

/**
 * Returns what is asked for.
 * @throws {QueryInvalidError} when there is no such field, or its values cannot be taken together.
 */
export function toAggregate(layout: ModelLayout, kind: AggregateKind, name: string): Aggregate {
  const column = columnOf(layout, name);
  const { type, encrypted } = column.spec;
  if (encrypted === true) throw new QueryInvalidError(layout.name, `"${name}" is encrypted, so it has no ${kind}`);
  const isPossible = kind === 'sum' || kind === 'avg' ? NUMBERS.has(type) : !UNSORTED.has(type);
  if (!isPossible) throw new QueryInvalidError(layout.name, `"${name}" is of the type ${type}, which has no ${kind}`);
  return { kind, column };
}

/** Turns what a database answers into a value; the sum of no rows is 0, everything else of none is `null`. */
export function toAggregateValue({ kind, column: { spec } }: Aggregate, stored: unknown, toValue: ((stored: never) => unknown) | undefined): unknown {
  if (stored === null || stored === undefined) return kind === 'sum' ? toSum(spec, 0) : null;
  if (kind === 'sum') return toSum(spec, stored);
  if (kind === 'avg') return spec.type === 'decimal' ? toText(stored) : Number(stored);
  return toValue === undefined ? stored : toValue(stored as never); // it is a value of the column
}

/** Databases give numbers as texts, numbers or `bigint`. */
function toText(stored: unknown): string {
  return typeof stored === 'string' ? stored : (stored as bigint | number).toString();
}

function toSum({ type, scale = 2 }: ColumnLayout['spec'], stored: unknown): unknown {
  if (type === 'bigint') return BigInt(toText(stored));
  if (type === 'integer') return Number(stored);
  return typeof stored === 'string' ? stored : Number(stored).toFixed(scale); // only SQLite has numbers for decimals
}
