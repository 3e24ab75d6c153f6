/** Conditions as the compiler reads them: names are resolved, and values are numbered slots of the query's parameters. */
import type { ColumnLayout, ModelLayout, RelationLayout } from '../model/model-layout.ts';

/** How two values are compared. */
export type CompareOperator = '!=' | '<' | '<=' | '=' | '>' | '>=';

/** A condition. */
export type Condition =
  | { readonly kind: 'all' | 'any'; readonly items: readonly Condition[] }
  | { readonly kind: 'not'; readonly item: Condition }
  | { readonly kind: 'compare'; readonly column: ColumnLayout; readonly operator: CompareOperator; readonly slot: number }
  | { readonly kind: 'null'; readonly column: ColumnLayout; readonly negated: boolean }
  | { readonly kind: 'in'; readonly column: ColumnLayout; readonly slots: readonly number[]; readonly negated: boolean }
  | { readonly kind: 'like'; readonly column: ColumnLayout; readonly slot: number }
  /** The row behind relations to one, which are joined, keeps the condition. */
  | { readonly kind: 'joined'; readonly path: readonly RelationLayout[]; readonly item: Condition }
  /** One of the entities at the other end keeps the condition. */
  | { readonly kind: 'related'; readonly relation: RelationLayout; readonly target: ModelLayout; readonly item: Condition };

/** Collects the values of a query and describes its shape: queries of one shape share one compiled statement. */
export class ShapeWriter {
  /** The shape: everything but the values. */
  shape = '';
  readonly values: unknown[] = [];

  /** Adds a value and returns its slot. */
  slot(value: unknown): number {
    return this.values.push(value) - 1;
  }
}
