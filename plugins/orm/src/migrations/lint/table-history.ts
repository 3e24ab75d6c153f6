/**
 * Keeps track of what becomes of tables while migrations run: which of them, and which of their columns, were there before,
 * and under which name. Of what a migration makes itself no rule about locks and losses holds: it has no rows.
 */
import type { ColumnSnapshot, SchemaSnapshot, TableSnapshot } from '../../drivers/schema-snapshot.ts';
import type { SqlDriverName } from '../../drivers/driver.ts';
import { findByName } from './find-by-name.ts';
import type { DeclaredConstraint, Operation, OperationOf } from './operation.ts';
import { readStatement } from './read-statement.ts';
import { readConstraints } from './rebuilt-tables.ts';
import { splitStatements } from './sql-tokens.ts';

interface KnownIndex {
  readonly name: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
}

interface KnownTable {
  /** As it was before; `undefined` of a new one. */
  readonly old: TableSnapshot | undefined;
  /** The columns that were there before, by their present names. */
  readonly columns: Map<string, ColumnSnapshot>;
  /** The columns that were added, in lower case. */
  readonly added: Set<string>;
  readonly indexes: KnownIndex[];
}

/** The tables, at one moment of the run. */
export class TableHistory {
  readonly #tables = new Map<string, KnownTable>();
  readonly #names = new Set<string>();
  readonly #uniques = new Map<string, readonly string[]>();

  constructor(tables: SchemaSnapshot, driver: SqlDriverName) {
    for (const table of tables.values())
      this.#tables.set(table.name, { old: table, columns: new Map(table.columns), added: new Set(), indexes: readIndexes(table, driver) });
    for (const name of tables.keys()) this.#names.add(name.toLowerCase());
    for (const [name, { indexes }] of this.#tables)
      this.#uniques.set(
        name,
        indexes.filter(({ unique }) => unique).map(({ columns }) => toKey(columns)),
      );
  }

  /** Returns the table as it was before the run; `undefined` when it is new, or not known. */
  oldTable(name: string): TableSnapshot | undefined {
    return findByName(this.#tables, name)?.old;
  }

  /** Tells whether a table that was there before the run has this name, or had it earlier in the run. */
  wasOldName(name: string): boolean {
    return this.#names.has(name.toLowerCase());
  }

  /** Returns the column as it was before the run; `undefined` when it is new, or not known. */
  oldColumn(table: string, name: string): ColumnSnapshot | undefined {
    return findByName(findByName(this.#tables, table)?.columns, name);
  }

  /** Tells whether the run has added the column to a table that was there before. */
  isNewColumn(table: string, name: string): boolean {
    return findByName(this.#tables, table)?.added.has(name.toLowerCase()) === true;
  }

  /** Tells whether no two rows could have the same values in these columns before the run. */
  hadUnique(table: string, columns: readonly string[]): boolean {
    const old = this.oldTable(table);
    return old !== undefined && this.#uniques.get(old.name)?.includes(toKey(columns)) === true;
  }

  /** Tells whether an index begins with these columns, in any order. */
  hasIndex(table: string, columns: readonly string[]): boolean {
    const wanted = new Set(columns.map((name) => name.toLowerCase()));
    return (findByName(this.#tables, table)?.indexes ?? []).some((index) => {
      const first = new Set(index.columns.slice(0, wanted.size).map((name) => name.toLowerCase()));
      return first.size === wanted.size && [...wanted].every((name) => first.has(name));
    });
  }

  /** Takes in what an operation does. */
  apply(operation: Operation): void {
    switch (operation.kind) {
      case 'create table':
        if (findByName(this.#tables, operation.table) !== undefined) return; // "if not exists"
        this.#tables.set(operation.table, { old: undefined, columns: new Map(), added: new Set(), indexes: listIndexes(operation) });
        return;
      case 'rebuild table': {
        const known = findByName(this.#tables, operation.table);
        known?.indexes.splice(0, Infinity, ...listIndexes({ ...operation, indexes: [] }));
        return;
      }
      case 'drop table':
        this.#tables.delete(operation.table);
        return;
      case 'rename table':
        if (this.oldTable(operation.table) !== undefined) this.#names.add(operation.to.toLowerCase());
        return move(this.#tables, operation.table, operation.to);
      case 'rename column':
        return this.#renameColumn(operation);
      case 'drop column':
        findByName(this.#tables, operation.table)?.columns.delete(operation.name);
        return;
      case 'add column':
        findByName(this.#tables, operation.table)?.added.add(operation.column.name.toLowerCase());
        if (operation.column.unique || operation.column.primary) this.#addIndex(operation.table, { name: '', columns: [operation.column.name], unique: true });
        return;
      case 'add constraint':
        if (isIndexed(operation.constraint)) this.#addIndex(operation.table, toIndex(operation.constraint));
        return;
      case 'create index':
        this.#addIndex(operation.table, operation);
        return;
      case 'drop index':
      case 'drop constraint':
        for (const { indexes } of this.#tables.values()) {
          const place = indexes.findIndex(({ name }) => name === operation.name);
          if (place >= 0) indexes.splice(place, 1);
        }
        return;
      default:
        return;
    }
  }

  #addIndex(table: string, index: KnownIndex): void {
    findByName(this.#tables, table)?.indexes.push(index);
  }

  #renameColumn({ table, name, to }: OperationOf<'rename column'>): void {
    const known = findByName(this.#tables, table);
    if (known === undefined) return;
    move(known.columns, name, to);
    if (known.added.delete(name.toLowerCase())) known.added.add(to.toLowerCase());
    const renamed = known.indexes.map((index) => ({ ...index, columns: index.columns.map((column) => (column === name ? to : column)) }));
    known.indexes.splice(0, Infinity, ...renamed);
  }
}

function move<Item>(items: Map<string, Item>, from: string, to: string): void {
  const item = items.get(from);
  if (item === undefined) return;
  items.delete(from);
  items.set(to, item);
}

function readIndexes(table: TableSnapshot, driver: SqlDriverName): KnownIndex[] {
  const made = [...table.indexes.values()].flatMap(({ sql }) =>
    splitStatements(sql, driver).flatMap((statement) => readStatement(statement, driver).filter((operation) => operation.kind === 'create index')),
  );
  const keys = [...table.columns.values()].filter(({ primary }) => primary).map(({ name }) => name);
  return [...made, ...readConstraints(table).filter(isIndexed).map(toIndex), ...(keys.length === 0 ? [] : [{ name: '', columns: keys, unique: true }])];
}

function listIndexes({ constraints, indexes }: Pick<OperationOf<'create table'>, 'constraints' | 'indexes'>): KnownIndex[] {
  return [...constraints.filter(isIndexed).map(toIndex), ...indexes.map((columns) => ({ name: '', columns, unique: false }))];
}

function isIndexed({ kind }: DeclaredConstraint): boolean {
  return kind === 'primary key' || kind === 'unique';
}

function toIndex({ name = '', columns }: DeclaredConstraint): KnownIndex {
  return { name, columns, unique: true };
}

function toKey(columns: readonly string[]): string {
  return columns
    .map((name) => name.toLowerCase())
    .toSorted()
    .join();
}
