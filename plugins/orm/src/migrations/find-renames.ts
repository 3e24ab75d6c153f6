/**
 * Finds out what was renamed: from what was asked for, from what the models declare, and from whoever runs the command. What
 * only looks like a rename is never taken for one; it is said how to make it one.
 */
import type { Rename } from '../drivers/rename.ts';
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from '../drivers/schema-snapshot.ts';
import { RenameInvalidError } from '../errors.ts';
import type { ModelLayout } from '../model/model-layout.ts';

/** Decides whether something was renamed: `true`, or it is dropped and made anew. */
export type ConfirmRename = (question: string) => boolean | Promise<boolean>;

/** What tells of renames. */
export interface RenameSources {
  /** `table:newTable` and `table.column:newColumn`. */
  readonly asked: readonly string[];
  readonly layouts: readonly ModelLayout[];
  /** Is asked about what only looks like a rename; without it, a note is written. */
  readonly confirm?: ConfirmRename | undefined;
}

/** What was found. */
export interface FoundRenames {
  readonly renames: readonly Rename[];
  /** Of what only looks like a rename: what can be done. */
  readonly notes: readonly string[];
}

/**
 * Finds the renames between two states.
 * @throws {RenameInvalidError} when one is asked for that cannot be made.
 */
export async function findRenames(from: SchemaSnapshot, to: SchemaSnapshot, sources: RenameSources): Promise<FoundRenames> {
  const notes: string[] = [];
  const isConfirmed = async (rename: Rename): Promise<boolean> => {
    const [old, name, flag, declaration] =
      rename.kind === 'table'
        ? [`table "${rename.from}"`, `"${rename.to}"`, `${rename.from}:${rename.to}`, `the option renamedFrom: '${rename.from}' of its model`]
        : [
            `column "${rename.table}"."${rename.from}"`,
            `"${rename.to}"`,
            `${rename.table}.${rename.from}:${rename.to}`,
            `.renamedFrom('${rename.from}') on the field`,
          ];
    if (sources.confirm !== undefined) return sources.confirm(`Was the ${old} renamed to ${name}? Otherwise it is dropped, with all that is in it.`);
    notes.push(`If the ${old} was renamed to ${name}: remove this file and run "make:migration --rename ${flag}", or declare it with ${declaration}.`);
    return false;
  };
  const tables = await findTableRenames(from, to, sources, isConfirmed);
  const columns = await findColumnRenames(from, to, { ...sources, tables, isConfirmed });
  return { renames: [...tables, ...columns], notes };
}

type TableRename = Extract<Rename, { readonly kind: 'table' }>;
type ColumnRename = Extract<Rename, { readonly kind: 'column' }>;

async function findTableRenames(
  from: SchemaSnapshot,
  to: SchemaSnapshot,
  { asked, layouts }: RenameSources,
  isConfirmed: (rename: Rename) => Promise<boolean>,
): Promise<TableRename[]> {
  const found: TableRename[] = [];
  const add = (old: string, name: string): void => void found.push({ kind: 'table', from: old, to: name });
  const isOpen = (old: string, name: string): boolean =>
    from.has(old) && !to.has(old) && !from.has(name) && to.has(name) && !found.some((rename) => rename.from === old || rename.to === name);
  for (const rename of asked) {
    const [old = '', name = '', ...rest] = rename.split(':');
    if (old.includes('.')) continue;
    if (rest.length > 0 || old === '' || name === '') throw new RenameInvalidError(rename, 'it does not consist of two names.');
    if (!isOpen(old, name)) throw new RenameInvalidError(rename, explain(old, name, { from, to, what: 'a table' }));
    add(old, name);
  }
  for (const { table, model } of layouts) {
    const old = model.options.renamedFrom;
    if (old !== undefined && isOpen(old, table)) add(old, table);
  }
  for (const old of from.values())
    for (const table of to.values())
      if (isOpen(old.name, table.name) && looksAlike(old, table) && (await isConfirmed({ kind: 'table', from: old.name, to: table.name })))
        add(old.name, table.name);
  return found;
}

async function findColumnRenames(
  from: SchemaSnapshot,
  to: SchemaSnapshot,
  {
    asked,
    layouts,
    tables,
    isConfirmed,
  }: RenameSources & { readonly tables: readonly TableRename[]; readonly isConfirmed: (rename: Rename) => Promise<boolean> },
): Promise<ColumnRename[]> {
  const found: ColumnRename[] = [];
  const columnsOf = (table: string): { old: TableSnapshot['columns']; now: TableSnapshot['columns'] } => ({
    old: from.get(tables.find((rename) => rename.to === table)?.from ?? table)?.columns ?? new Map<string, ColumnSnapshot>(),
    now: to.get(table)?.columns ?? new Map<string, ColumnSnapshot>(),
  });
  const add = (table: string, old: string, name: string): void => void found.push({ kind: 'column', table, from: old, to: name });
  const isOpen = (table: string, old: string, name: string): boolean => {
    const columns = columnsOf(table);
    return (
      columns.old.has(old) &&
      !columns.now.has(old) &&
      !columns.old.has(name) &&
      columns.now.has(name) &&
      !found.some((rename) => rename.table === table && (rename.from === old || rename.to === name))
    );
  };
  for (const rename of asked) {
    const [place = '', name = '', ...rest] = rename.split(':');
    if (!place.includes('.')) continue;
    const [given = '', old = '', ...more] = place.split('.');
    if (rest.length + more.length > 0 || given === '' || old === '' || name === '')
      throw new RenameInvalidError(rename, 'it does not consist of a table and two names.');
    const table = tables.find((candidate) => candidate.from === given)?.to ?? given;
    const columns = columnsOf(table);
    if (!isOpen(table, old, name))
      throw new RenameInvalidError(rename, explain(old, name, { from: columns.old, to: columns.now, what: `a column of "${table}"` }));
    add(table, old, name);
  }
  for (const { table, columns } of layouts)
    for (const { column, spec } of columns.values())
      if (spec.renamedFrom !== undefined && isOpen(table, spec.renamedFrom, column)) add(table, spec.renamedFrom, column);
  for (const table of to.keys()) {
    const { old, now } = columnsOf(table);
    for (const lost of old.values())
      for (const column of now.values())
        if (
          isOpen(table, lost.name, column.name) &&
          lost.type === column.type &&
          (await isConfirmed({ kind: 'column', table, from: lost.name, to: column.name }))
        )
          add(table, lost.name, column.name);
  }
  return found;
}

/** Two tables look alike when their columns have the same names and types. */
function looksAlike(left: TableSnapshot, right: TableSnapshot): boolean {
  return left.columns.size === right.columns.size && [...left.columns.values()].every(({ name, type }) => right.columns.get(name)?.type === type);
}

interface Names {
  has(name: string): boolean;
}

function explain(old: string, name: string, { from, to, what }: { readonly from: Names; readonly to: Names; readonly what: string }): string {
  if (!from.has(old)) return `what the migrations make has not ${what} "${old}".`;
  if (to.has(old)) return `the models still have ${what} "${old}".`;
  if (!to.has(name)) return `the models have not ${what} "${name}".`;
  return `the migrations make ${what} "${name}" already, or it is renamed twice.`;
}
