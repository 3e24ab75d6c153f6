/** Reads from the description of a table what it refers to, and which values its checks allow. */
import type { TableSnapshot } from '../drivers/schema-snapshot.ts';

/** A foreign key. */
export interface ForeignKey {
  readonly columns: readonly string[];
  readonly table: string;
  /** The columns there; empty: the primary key. */
  readonly targets: readonly string[];
  /** What happens when the row there is deleted, or its key changes: `cascade`, `set null`; missing when nothing is said. */
  readonly onDelete?: string;
  readonly onUpdate?: string;
}

const FOREIGN_KEY = /^foreign key \(([^)]*)\) references "?([^\s("]+)"? ?\(([^)]*)\)/i;

/** Lists the foreign keys of a table. */
export function readForeignKeys({ constraints }: TableSnapshot): ForeignKey[] {
  return [...constraints.keys()].flatMap((definition) => {
    const [, columns, table, targets] = FOREIGN_KEY.exec(definition) ?? [];
    if (columns === undefined || table === undefined || targets === undefined) return [];
    const [onDelete, onUpdate] = ['delete', 'update'].map((event) =>
      new RegExp(` on ${event} (set \\w+|no action|\\w+)`, 'i').exec(definition)?.[1]?.toLowerCase(),
    );
    const rules = { ...(onDelete === undefined ? {} : { onDelete }), ...(onUpdate === undefined ? {} : { onUpdate }) };
    return [{ columns: toNames(columns), table, targets: toNames(targets), ...rules }];
  });
}

/** Lists the texts that a check of the column names: the words of an enum. */
export function readWords({ constraints }: TableSnapshot, column: string): string[] {
  const names = new RegExp(`(?:^|[^\\w"])"?${column}"?(?:$|[^\\w"])`, 'i');
  const check = [...constraints.keys()].find((definition) => /^check/i.test(definition) && names.test(definition) && /'/.test(definition));
  return [...(check ?? '').matchAll(/'((?:[^']|'')*)'/g)].map(([, word = '']) => word.replaceAll("''", "'"));
}

/** Orders tables so that each stands behind those that it needs; `null` may stand in a key in the meantime. */
export function orderTables(tables: ReadonlyMap<string, TableSnapshot>): TableSnapshot[] {
  const ordered = new Set<TableSnapshot>();
  const visit = (table: TableSnapshot, path: readonly string[]): void => {
    for (const { table: target, columns } of readForeignKeys(table)) {
      const other = tables.get(target);
      const isNeeded = columns.every((column) => table.columns.get(column)?.nullable === false);
      if (other !== undefined && isNeeded && !path.includes(target)) visit(other, [...path, target]);
    }
    ordered.add(table);
  };
  for (const table of tables.values()) visit(table, [table.name]);
  return [...ordered];
}

function toNames(list: string): string[] {
  return list.split(',').map((name) => name.trim().replace(/^"(.*)"$/, '$1'));
}
