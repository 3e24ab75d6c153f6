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
type ReadItems = (rows: RawRows) => Record<string, unknown>[];

/** One value of an object. */
interface Part {
  readonly name: string;
  readonly convert: Convert;
  readonly place: number;
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

/** More shapes than an application has by itself. */
const MAX_SHAPES = 2_000;
const compiled = new Map<string, (converts: readonly Convert[]) => ReadItems>();
const NO_EXTRAS: ReadonlyMap<string, readonly unknown[]> = new Map();

/** Creates the reader of one statement; `extras` are the names of its last columns. */
export function createRowReader(columns: readonly RowColumn[], extras: readonly string[]): RowReader {
  const readItems = compile(toShape(columns));
  const first = columns.length;
  return (rows) => {
    const items = readItems(rows);
    if (extras.length === 0) return { items, extras: NO_EXTRAS };
    return { items, extras: new Map(extras.map((name, index) => [name, rows.map((row) => row[first + index])])) };
  };
}

/**
 * Writes the function that reads rows of a shape: one object literal, so that all rows have one hidden class, which is three times as fast as to
 * set property after property. It consists of names of the model, written as JSON, and of places.
 */
function compile(shape: Shape): ReadItems {
  const converts: Convert[] = [];
  const source = `return (rows) => { const items = []; for (const row of rows) items.push(${toSource(shape, converts)}); return items; };`;
  let create = compiled.get(source);
  if (create === undefined) {
    // oxlint-disable-next-line typescript/no-implied-eval -- nothing in it comes from outside of the models, and MikroORM makes such functions, too
    create = new Function('converts', source) as (converts: readonly Convert[]) => ReadItems; // as it is written above
    if (compiled.size >= MAX_SHAPES) compiled.clear();
    compiled.set(source, create);
  }
  return create(converts);
}

function toSource({ parts, nested }: Shape, converts: Convert[]): string {
  const members = parts.map(({ name, convert, place }) => {
    const value = convert === undefined ? `row[${place}]` : `row[${place}] === null ? null : converts[${converts.push(convert) - 1}](row[${place}])`;
    return `${toKey(name)}: ${value}`;
  });
  const objects = nested.map((inner) => {
    const isMissing = inner.marks.map((place) => `row[${place}] === null`).join(' && ');
    const value = toSource(inner, converts);
    return `${toKey(inner.name)}: ${isMissing === '' ? value : `${isMissing} ? null : ${value}`}`;
  });
  return `{ ${[...members, ...objects].join(', ')} }`;
}

/** In a literal, the name `__proto__` would set the prototype. */
function toKey(name: string): string {
  return name === '__proto__' ? `['__proto__']` : JSON.stringify(name);
}

function toShape(columns: readonly RowColumn[]): Shape {
  const root: Shape = { parts: [], nested: [] };
  for (const [place, column] of columns.entries()) {
    const shape = findShape(root, column, place);
    if (column.isMark !== true) shape.parts.push({ name: column.path.at(-1) ?? '', convert: column.convert as Convert, place }); // each converts the values of its own column
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
