/** Turns rows, read as arrays, into objects: converts values, nests what was joined or is embedded, and keeps aside what is not returned. */
import type { RawRows } from '../drivers/driver.ts';

/** What one column of a row becomes. */
export interface RowColumn {
  /** Where the value goes: `['title']`, `['author', 'name']`, or `['author', 'address', 'city']`. */
  readonly path: readonly string[];
  /** Called with values other than `null`. */
  readonly convert: ((stored: never) => unknown) | undefined;
  /** Whether a nested object does not exist when this is `null`. */
  readonly isKey: boolean;
  /** Whether the nested object exists whatever is `null`. */
  readonly isAlways?: boolean;
  /** For each embedded value at the end of the path, from the outermost: whether it is `null` when all that is read of it is. */
  readonly embedded?: readonly boolean[];
  /** Whether it only tells that an embedded value exists, and is not returned. */
  readonly isMark?: boolean;
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

/** Neighbouring columns of one object. */
interface Part {
  readonly names: string[];
  readonly converts: Convert[];
  /** The place of its first column. */
  readonly start: number;
}

/** An object and what is nested in it. */
interface Shape {
  readonly parts: Part[];
  readonly nested: NestedShape[];
}

interface NestedShape extends Shape {
  readonly name: string;
  /** It does not exist when all of these places are `null`; without any, it always does. */
  readonly marks: number[];
}

const NO_EXTRAS: ReadonlyMap<string, readonly unknown[]> = new Map();

/** Creates the reader of one statement; `extras` are the names of its last columns. */
export function createRowReader(columns: readonly RowColumn[], extras: readonly string[]): RowReader {
  const shape = toShape(columns);
  return (rows) => {
    const items: Record<string, unknown>[] = [];
    for (const row of rows) items.push(read(shape, row));
    if (extras.length === 0) return { items, extras: NO_EXTRAS };
    const first = columns.length;
    return { items, extras: new Map(extras.map((name, index) => [name, rows.map((row) => row[first + index])])) };
  };
}

function read({ parts, nested }: Shape, row: readonly unknown[]): Record<string, unknown> {
  const item: Record<string, unknown> = {};
  for (const part of parts) fill(item, part, row);
  for (const shape of nested) item[shape.name] = isMissing(shape, row) ? null : read(shape, row);
  return item;
}

function isMissing({ marks }: NestedShape, row: readonly unknown[]): boolean {
  for (const place of marks) if (row[place] !== null) return false;
  return marks.length > 0;
}

function fill(item: Record<string, unknown>, { names, converts, start }: Part, row: readonly unknown[]): void {
  for (let index = 0; index < names.length; index++) {
    const stored = row[start + index];
    const convert = converts[index];
    item[names[index] as string] = convert === undefined || stored === null ? stored : convert(stored); // the index is within the names
  }
}

function toShape(columns: readonly RowColumn[]): Shape {
  const root: Shape = { parts: [], nested: [] };
  let last: Part | undefined;
  let lastShape: Shape | undefined;
  for (const [index, column] of columns.entries()) {
    const shape = findShape(root, column, index);
    if (column.isMark === true) {
      last = undefined; // its place is between those of its neighbours
      continue;
    }
    if (last === undefined || shape !== lastShape) {
      last = { names: [], converts: [], start: index };
      shape.parts.push(last);
    }
    lastShape = shape;
    last.names.push(column.path.at(-1) ?? '');
    last.converts.push(column.convert as Convert); // each converts the values of its own column
  }
  return root;
}

/** Finds the object that a column is in, and notes what the column says of the objects on the way. */
function findShape(root: Shape, { path, isKey, isAlways = false, embedded = [] }: RowColumn, index: number): Shape {
  let shape = root;
  const outer = path.length - 1 - embedded.length; // objects behind relations
  for (const [depth, name] of path.slice(0, -1).entries()) {
    let next: NestedShape | undefined = shape.nested.find((candidate) => candidate.name === name);
    if (next === undefined) {
      next = { name, parts: [], nested: [], marks: depth < outer && !isAlways ? [index] : [] }; // until its key comes
      shape.nested.push(next);
    }
    if (depth >= outer && embedded[depth - outer] === true) next.marks.push(index);
    else if (depth < outer && isKey) next.marks.splice(0, 1, index);
    shape = next;
  }
  return shape;
}
