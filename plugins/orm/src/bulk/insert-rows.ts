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
  if (place !== -1) return inTransaction(kysely, (transaction) => insertMixed(parts, layout, stored, place, transaction));
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
  const { maxParameters, placeholder } = parts.driver.traits;
  const { columns, rows } = stored;
  const size = Math.max(1, Math.min(MAX_ROWS, Math.floor((maxParameters - (ending?.parameters.length ?? 0)) / Math.max(columns.length, 1))));
  if (rows.length > size && !kysely.isTransaction)
    return inTransaction(kysely, (transaction) => writeRows(parts, layout, stored, ending, transaction, onResult));
  let text = '';
  let textOf = 0;
  for (let first = 0; first < rows.length; first += size) {
    const part = rows.slice(first, first + size);
    if (textOf !== part.length) {
      text = toInsert(layout, columns, part.length, ending, placeholder);
      textOf = part.length;
    }
    const parameters = part.flat();
    if (ending !== undefined) parameters.push(...ending.parameters);
    onResult(await kysely.executeQuery(CompiledQuery.raw(text, parameters)), part.length);
  }
}

function inTransaction<Result>(kysely: Kysely<AnyDatabase>, work: (kysely: Kysely<AnyDatabase>) => Promise<Result>): Promise<Result> {
  return kysely.isTransaction ? work(kysely) : kysely.transaction().execute(work);
}

function toInsert(
  layout: ModelLayout,
  columns: StoredRows['columns'],
  count: number,
  ending: InsertEnding | undefined,
  placeholder: (position: number) => string,
): string {
  let position = 0;
  const names = columns.map(({ column }) => quote(column)).join(', ');
  const tuples = Array.from({ length: count }, () => `(${columns.map(() => placeholder(++position)).join(', ')})`).join(', ');
  const end = ending === undefined ? '' : ` ${ending.sql}`;
  return `insert into ${quote(layout.table)} (${names}) values ${tuples}${end}`;
}

/** Some rows bring their key: neighbours that do, or do not, are written together. */
async function insertMixed(
  parts: BulkParts,
  layout: ModelLayout,
  { columns, rows }: StoredRows,
  place: number,
  kysely: Kysely<AnyDatabase>,
): Promise<unknown[]> {
  const keys: unknown[] = [];
  for (let first = 0; first < rows.length;) {
    const isKnown = rows[first]?.[place] !== null;
    let end = first;
    while (end < rows.length && (rows[end]?.[place] !== null) === isKnown) end++;
    const run = rows.slice(first, end);
    const stored = isKnown
      ? { columns, rows: run }
      : { columns: columns.filter((_, index) => index !== place), rows: run.map((row) => row.filter((_, index) => index !== place)) };
    keys.push(...(await insertRows(parts, layout, stored, kysely)));
    first = end;
  }
  return keys;
}

/** The server tells the first key of an insert; the others follow in steps. */
async function readStep(kysely: Kysely<AnyDatabase>): Promise<number> {
  const { rows } = await kysely.executeQuery(CompiledQuery.raw('select @@auto_increment_increment as step'));
  return Number((rows[0] as { readonly step: unknown } | undefined)?.step ?? 1);
}
