/**
 * Changes and deletes all rows of a query with one statement, which is compiled once for each shape. The conditions stand in that statement itself, so that a row that
 * another transaction changes meanwhile is judged as it is then: of two that take the same row, one finds nothing.
 */
import { CompiledQuery, type Kysely, sql } from 'kysely';
import type { ColumnLayout, ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import type { ChangeStatement, QueryPlanner } from '../query/query-plan.ts';
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
  const stamped = withStamps(parts, layout, changes);
  const shape = `update ${stamped.map(({ column, kind }) => `${kind}:${column.name}`).join()}`;
  const write: ChangeStatement['write'] = (values, conditions) => {
    const sets = stamped.map(({ column: { column }, kind }, index) =>
      kind === 'set' ? sql`${sql.ref(column)} = ${values[index]}` : sql`${sql.ref(column)} = ${sql.ref(`t0.${column}`)} + ${values[index]}`,
    );
    return sql`update ${sql.table(layout.table)} as ${sql.ref('t0')} set ${sql.join(sets)} where ${conditions}`;
  };
  return run(planner.prepareChange(layout, state, { shape, values: stamped.map(({ value }) => value), write }), kysely);
}

/** Deletes the rows and returns how many there were. */
export async function deleteRows({ parts, planner, layout, state }: ChangedRows, kysely: Kysely<AnyDatabase>): Promise<number> {
  const target = parts.driver.traits.namesDeleted ? sql`${sql.ref('t0')} from` : sql`from`;
  const write: ChangeStatement['write'] = (_values, conditions) => sql`delete ${target} ${sql.table(layout.table)} as ${sql.ref('t0')} where ${conditions}`;
  return run(planner.prepareChange(layout, state, { shape: 'delete', values: [], write }), kysely);
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

async function run(statement: { readonly sql: string; readonly parameters: readonly unknown[] }, kysely: Kysely<AnyDatabase>): Promise<number> {
  const { numAffectedRows } = await kysely.executeQuery(CompiledQuery.raw(statement.sql, [...statement.parameters]));
  return Number(numAffectedRows ?? 0);
}
