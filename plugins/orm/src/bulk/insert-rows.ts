/**
 * Writes many rows with few statements. Values are bound; a statement has as many rows as the database takes parameters, so that
 * all but the last have one text, which is prepared once. Several statements are a transaction; one needs none.
 */
import { CompiledQuery, type Kysely } from 'kysely';
import { quote } from '../drivers/quote.ts';
import type { ModelLayout } from '../model/model-layout.ts';
import type { AnyDatabase } from '../query/query-compiler.ts';
import type { BulkParts, StoredRows } from './model-rows.ts';

/** More rows in one statement gain nothing. */
const MAX_ROWS = 500;

/** What stands behind the values of an insert: what happens with rows that are there already, or what is returned. */
export interface InsertEnding {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Runs one statement. */
type Run = (sql: string, parameters: readonly unknown[]) => ReturnType<Kysely<AnyDatabase>['executeQuery']>;

/** Writes rows, whose keys are known or made by the database, and returns their keys. */
export async function insertRows(parts: BulkParts, layout: ModelLayout, stored: StoredRows, kysely: Kysely<AnyDatabase>): Promise<readonly unknown[]> {
  const place = stored.columns.indexOf(layout.key);
  const { returning } = parts.driver.traits;
  if (place !== -1 && stored.rows.every((row) => row[place] !== null)) {
    await writeRows(parts, layout, stored, undefined, kysely, () => undefined);
    if (layout.keys.length === 1) return stored.rows.map((row) => row[place]);
    const places = layout.keys.map((key) => [key.name, stored.columns.indexOf(key)] as const);
    return stored.rows.map((row) => Object.fromEntries(places.map(([name, index]) => [name, row[index]])));
  }
  if (place !== -1) return inTransaction(kysely, (transaction) => insertMixed(parts, layout, stored, transaction));
  const keys: unknown[] = [];
  if (returning) {
    const ending = { sql: `returning ${quote(layout.key.column)} as "key"`, parameters: [] };
    await writeRows(parts, layout, stored, ending, kysely, ({ rows }) => {
      for (const row of rows) keys.push((row as { readonly key: unknown }).key);
    });
    return keys;
  }
  const step = stored.rows.length === 1 ? 0 : await readStep(kysely);
  await writeRows(parts, layout, stored, undefined, kysely, ({ insertId }, count) => {
    for (let index = 0; index < count; index++) keys.push(Number(insertId) + index * step);
  });
  return keys;
}

/** Writes rows, all or none, and hands over the result of each statement. */
export async function writeRows(
  parts: BulkParts,
  layout: ModelLayout,
  stored: StoredRows,
  ending: InsertEnding | undefined,
  kysely: Kysely<AnyDatabase>,
  onResult: (result: Awaited<ReturnType<Run>>, count: number) => void,
): Promise<void> {
  const { maxParameters } = parts.driver.traits;
  const { columns, rows } = stored;
  const size = Math.max(1, Math.min(MAX_ROWS, Math.floor((maxParameters - (ending?.parameters.length ?? 0)) / Math.max(columns.length, 1))));
  if (rows.length > size && !kysely.isTransaction)
    return inTransaction(kysely, (transaction) => writeRows(parts, layout, stored, ending, transaction, onResult));
  let text = '';
  let textOf = 0;
  for (let first = 0; first < rows.length; first += size) {
    const part = rows.slice(first, first + size);
    if (textOf !== part.length) {
      text = toInsert(parts, layout, columns, part.length, ending);
      textOf = part.length;
    }
    const parameters = part.flat();
    if (ending !== undefined) parameters.push(...ending.parameters);
    onResult(await kysely.executeQuery(CompiledQuery.raw(text, parameters)), part.length);
  }
}

/**
 * Splits rows, of which some bring their key, into runs of neighbours that do, and of neighbours that do not; the latter have no column for it.
 */
export function splitByKey(layout: ModelLayout, { columns, rows }: StoredRows): StoredRows[] {
  const place = columns.indexOf(layout.key);
  const isKnown = (row: StoredRows['rows'][number] | undefined): boolean => place === -1 || row?.[place] !== null;
  const runs: StoredRows[] = [];
  for (let first = 0; first < rows.length;) {
    let end = first;
    while (end < rows.length && isKnown(rows[end]) === isKnown(rows[first])) end++;
    const run = { columns, rows: rows.slice(first, end) };
    runs.push(isKnown(rows[first]) ? run : withoutColumn(run, place));
    first = end;
  }
  return runs;
}

/** Runs what writes several times so that all of it happens, or nothing. */
export function inTransaction<Result>(kysely: Kysely<AnyDatabase>, work: (kysely: Kysely<AnyDatabase>) => Promise<Result>): Promise<Result> {
  return kysely.isTransaction ? work(kysely) : kysely.transaction().execute(work);
}

/** An insert names at least one column: of a row of which only the database knows something, the key that it makes. */
function toInsert({ driver }: BulkParts, layout: ModelLayout, columns: StoredRows['columns'], count: number, ending: InsertEnding | undefined): string {
  const { nextKey, placeholder } = driver.traits;
  let position = 0;
  const isEmpty = columns.length === 0;
  const names = (isEmpty ? [layout.key] : columns).map(({ column }) => quote(column)).join(', ');
  const toTuple = (): string => (isEmpty ? nextKey : columns.map(() => placeholder(++position)).join(', '));
  const tuples = Array.from({ length: count }, () => `(${toTuple()})`).join(', ');
  const end = ending === undefined ? '' : ` ${ending.sql}`;
  return `insert into ${quote(layout.table)} (${names}) values ${tuples}${end}`;
}

/** Some rows bring their key, others do not. */
async function insertMixed(parts: BulkParts, layout: ModelLayout, stored: StoredRows, kysely: Kysely<AnyDatabase>): Promise<unknown[]> {
  const keys: unknown[] = [];
  for (const run of splitByKey(layout, stored)) keys.push(...(await insertRows(parts, layout, run, kysely)));
  return keys;
}

function withoutColumn({ columns, rows }: StoredRows, place: number): StoredRows {
  return { columns: columns.filter((_, index) => index !== place), rows: rows.map((row) => row.filter((_, index) => index !== place)) };
}

/** The server tells the first key of an insert; the others follow in steps. */
async function readStep(kysely: Kysely<AnyDatabase>): Promise<number> {
  const { rows } = await kysely.executeQuery(CompiledQuery.raw('select @@auto_increment_increment as step'));
  return Number((rows[0] as { readonly step: unknown } | undefined)?.step ?? 1);
}
