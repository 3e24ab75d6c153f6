/**
 * Changes and deletes all rows of a query with one statement. The conditions stand in that statement itself, so that a row that
 * another transaction changes meanwhile is judged as it is then: of two that take the same row, one finds nothing.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import type { QueryPlanner } from '../query/query-plan.ts';
import type { QueryState } from '../query/query-state.ts';
import { type BulkParts, toStoredMoment } from './model-rows.ts';
import { versionOf } from './upsert-rows.ts';

/** What becomes of a column. */
export interface ColumnChange {
  readonly column: ColumnLayout;
  /** `add` adds the value to what is there. */
  readonly kind: 'add' | 'set';
  /** As the database stores it. */
  readonly value: unknown;
}

/** Rows to be changed. */
export interface ChangedRows {
  readonly parts: BulkParts;
  readonly planner: QueryPlanner;
  readonly layout: ModelLayout;
  readonly state: QueryState;
}

/** Changes the rows, sets their time and counts their version; returns how many there were. */
export async function updateRows(
  { parts, planner, layout, state }: ChangedRows,
  changes: readonly ColumnChange[],
  kysely: Kysely<AnyDatabase>,
): Promise<number> {
  const sets = withStamps(parts, layout, changes).map(({ column: { column }, kind, value }) =>
    kind === 'set' ? sql`${sql.ref(column)} = ${value}` : sql`${sql.ref(column)} = ${sql.ref(`t0.${column}`)} + ${value}`,
  );
  const conditions = planner.restrict(layout, state, kysely);
  return run(sql`update ${sql.table(layout.table)} as ${sql.ref('t0')} set ${sql.join(sets)} where ${conditions}`, kysely);
}

/** Deletes the rows and returns how many there were. */
export async function deleteRows({ parts, planner, layout, state }: ChangedRows, kysely: Kysely<AnyDatabase>): Promise<number> {
  const target = parts.driver.traits.namesDeleted ? sql`${sql.ref('t0')} from` : sql`from`;
  return run(sql`delete ${target} ${sql.table(layout.table)} as ${sql.ref('t0')} where ${planner.restrict(layout, state, kysely)}`, kysely);
}

function withStamps(parts: BulkParts, layout: ModelLayout, changes: readonly ColumnChange[]): readonly ColumnChange[] {
  const stamped = [...changes];
  const isGiven = (column: ColumnLayout): boolean => changes.some((change) => change.column === column);
  const updatedAt = layout.timestamps ? layout.columns.get('updatedAt') : undefined;
  if (updatedAt !== undefined && !isGiven(updatedAt))
    stamped.push({ column: updatedAt, kind: 'set', value: toStoredMoment(parts, updatedAt, new Date(parts.clock.now())) });
  const version = versionOf(layout);
  if (version !== undefined && !isGiven(version)) stamped.push({ column: version, kind: 'add', value: 1 });
  return stamped;
}

async function run(statement: RawBuilder<unknown>, kysely: Kysely<AnyDatabase>): Promise<number> {
  const { numAffectedRows } = await statement.execute(kysely);
  return Number(numAffectedRows ?? 0);
}
