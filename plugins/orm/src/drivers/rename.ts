/** Renames tables and columns in place. All databases know the same statements, and rename what refers to them, too. */
import { quote } from './quote.ts';
import type { SchemaChanges, SchemaSnapshot, TableSnapshot } from './schema-snapshot.ts';

/** A table or a column that has another name. Tables are renamed first: the table of a column is named as it is afterwards. */
export type Rename =
  | { readonly kind: 'table'; readonly from: string; readonly to: string }
  | { readonly kind: 'column'; readonly table: string; readonly from: string; readonly to: string };

/**
 * Returns the statements that rename, and those that undo it. An index that consists of several things, and names the table in
 * texts, is dropped before; the comparison that follows makes it anew.
 * @param tables the state before all renames.
 * @param dropsChecks whether checks that name a column keep it from being renamed: MySQL refuses then. They are made anew by
 *   the comparison that follows.
 */
export function renameStatements(tables: SchemaSnapshot, renames: readonly Rename[], dropsChecks: boolean): SchemaChanges {
  const up: string[] = [];
  const down: string[][] = [];
  const dropped = new Set<string>(); // a check may name several columns that are renamed
  for (const rename of renames) {
    if (rename.kind === 'table') {
      up.push(`alter table ${quote(rename.from)} rename to ${quote(rename.to)}`);
      down.unshift([`alter table ${quote(rename.to)} rename to ${quote(rename.from)}`]);
      continue;
    }
    const { table, from, to } = rename;
    const checks = [...(findTable(tables, renames, rename)?.constraints ?? [])].filter(
      ([definition, name]) => dropsChecks && definition.startsWith('CHECK') && definition.includes(quote(from)) && !dropped.has(`${table}.${name}`),
    );
    for (const [, name] of checks) dropped.add(`${table}.${name}`);
    const alter = `alter table ${quote(table)}`;
    up.push(...checks.map(([, name]) => `${alter} drop constraint ${quote(name)}`), `${alter} rename column ${quote(from)} to ${quote(to)}`);
    down.unshift([
      `${alter} rename column ${quote(to)} to ${quote(from)}`,
      ...checks.map(([definition, name]) => `${alter} add constraint ${quote(name)} ${definition}`),
    ]);
  }
  const compound = [...new Set(renames.map((rename) => findTable(tables, renames, rename)))].flatMap((table) =>
    [...(table?.indexes.values() ?? [])].flatMap(({ parts }) => parts ?? []),
  );
  return {
    up: [...compound.flatMap(({ removal }) => removal), ...up].map((sql) => ({ sql })),
    down: [...down.flat(), ...compound.flatMap(({ creation }) => creation)].map((sql) => ({ sql })),
  };
}

/** Returns a table as it was before all renames. */
function findTable(tables: SchemaSnapshot, renames: readonly Rename[], rename: Rename): TableSnapshot | undefined {
  if (rename.kind === 'table') return tables.get(rename.from);
  return tables.get(renames.find((other) => other.kind === 'table' && other.to === rename.table)?.from ?? rename.table);
}
