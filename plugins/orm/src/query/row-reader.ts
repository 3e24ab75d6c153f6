/** Turns rows, read as arrays, into objects: converts values, nests what was joined, and keeps aside what is not returned. */
import type { RawRows } from '../drivers/driver.ts';

/** What one column of a row becomes. */
export interface RowColumn {
  /** Where the value goes: `['title']`, or `['author', 'name']`. */
  readonly path: readonly string[];
  /** Called with values other than `null`. */
  readonly convert: ((stored: never) => unknown) | undefined;
  /** Whether a nested object does not exist when this is `null`. */
  readonly isKey: boolean;
  /** Whether the nested object exists whatever is `null`. */
  readonly isAlways?: boolean;
}

/** Objects, and beside them the values that are not returned. */
export interface ReadRows {
  readonly items: Record<string, unknown>[];
  /** By the name of the extra column: its value of each row. */
  readonly extras: ReadonlyMap<string, readonly unknown[]>;
}

/** Turns rows into objects. */
export type RowReader = (rows: RawRows) => ReadRows;

type Convert = ((stored: unknown) => unknown) | undefined;

interface Part {
  readonly names: readonly string[];
  readonly converts: readonly Convert[];
  /** The place of its first column. */
  readonly start: number;
}

interface NestedPart extends Part {
  readonly name: string;
  /** The place of its key. */
  readonly key: number;
}

/** A place where no row has `null`. */
const NO_KEY = -1;
const NO_EXTRAS: ReadonlyMap<string, readonly unknown[]> = new Map();

/** Creates the reader of one statement; `extras` are the names of its last columns. */
export function createRowReader(columns: readonly RowColumn[], extras: readonly string[]): RowReader {
  const parts = toParts(columns);
  const nested = parts.filter((part) => 'name' in part);
  const flat = parts.filter((part) => !('name' in part));
  return (rows) => {
    const items: Record<string, unknown>[] = [];
    for (const row of rows) {
      const item: Record<string, unknown> = {};
      for (const part of flat) fill(item, part, row);
      for (const part of nested) {
        const value: Record<string, unknown> | null = row[part.key] === null ? null : {};
        if (value !== null) fill(value, part, row);
        item[part.name] = value;
      }
      items.push(item);
    }
    if (extras.length === 0) return { items, extras: NO_EXTRAS };
    const first = columns.length;
    return { items, extras: new Map(extras.map((name, index) => [name, rows.map((row) => row[first + index])])) };
  };
}

function fill(item: Record<string, unknown>, { names, converts, start }: Part, row: readonly unknown[]): void {
  for (let index = 0; index < names.length; index++) {
    const stored = row[start + index];
    const convert = converts[index];
    item[names[index] as string] = convert === undefined || stored === null ? stored : convert(stored); // the index is within the names
  }
}

/** Neighbouring columns of one object make a part. */
function toParts(columns: readonly RowColumn[]): (NestedPart | Part)[] {
  const parts: { owner: string | undefined; names: string[]; converts: Convert[]; start: number; key: number }[] = [];
  for (const [index, { path, convert, isKey, isAlways = false }] of columns.entries()) {
    const owner = path.length === 1 ? undefined : path[0];
    let part = parts.at(-1);
    if (part === undefined || part.owner !== owner) {
      part = { owner, names: [], converts: [], start: index, key: isAlways ? NO_KEY : index };
      parts.push(part);
    }
    part.names.push(path.at(-1) ?? '');
    part.converts.push(convert as Convert); // each converts the values of its own column
    if (isKey) part.key = index;
  }
  return parts.map(({ owner, ...part }) => (owner === undefined ? part : { ...part, name: owner }));
}
