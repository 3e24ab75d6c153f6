/**
 * One run of a statement, in terms of the contract that `pg` has for queries of others, which its cursors and streams follow, too: it writes to the
 * connection, and is told what comes back. The queries of `pg` itself let the server describe the columns of every result. A statement that has
 * a name keeps its columns, or fails, so here they are described once on each connection: less for the server to write, and less to read.
 * Not so one that runs another: the rows of a cursor, or of what the application itself has prepared.
 * Source: PostgreSQL, section 54.2.3; node-postgres, `Submittable`.
 */
import type { PgPoolOptions, PgResult } from './pg.ts';
import { TEXT } from './values.ts';

/** What has the columns of another statement. */
const RUNS_ANOTHER = /\b(?:execute|fetch)\b/i;
/** The tags of what throws away all prepared statements of a connection. */
const DISCARDS = new Set(['DEALLOCATE ALL', 'DISCARD ALL']);

/** A connection, as `pg` gives it to a query. */
export interface PgWire {
  readonly stream: { cork(): void; uncork(): void };
  /** The texts of the statements that the server has prepared, by their names. */
  readonly parsedStatements: Record<string, string | undefined>;
  parse(message: { readonly text: string; readonly name: string }): void;
  bind(message: { readonly statement: string; readonly values: readonly WireValue[] }): void;
  describe(message: { readonly type: 'P'; readonly name: string }): void;
  execute(message: object): void;
  sync(): void;
  sendCopyFail(reason: string): void;
}

/** A value as it is sent: a text, or bytes. */
export type WireValue = Buffer | string | null;

/** The columns of a result, and how their texts are read. */
export interface PgColumns {
  readonly names: readonly string[];
  /** By the place of the column; `undefined`: the value is its text. */
  readonly parsers: readonly (((text: string) => unknown) | undefined)[];
  /** A row as an object, with nothing in it. */
  readonly blank: Readonly<Record<string, unknown>>;
}

/** The columns of a connection's prepared statements, by their names. */
export type KnownColumns = WeakMap<PgWire, Map<string, PgColumns>>;

/** What is run. */
export interface StatementParts {
  readonly text: string;
  /** Its name; an empty text: none, so it is prepared for this run only. */
  readonly name: string;
  readonly values: readonly WireValue[];
  /** Whether rows are arrays, in the order of the columns; else they are objects. */
  readonly asArrays: boolean;
  readonly types: PgPoolOptions['types'];
  readonly known: KnownColumns;
}

type Row = (string | null)[];
type Callback = (error: unknown, result?: PgResult) => void;

const NO_COLUMNS: PgColumns = { names: [], parsers: [], blank: {} };

/** One run. `pg` calls its methods; `callback` is called when the connection is free again, or with the error. */
export class StatementRun {
  readonly text: string;
  readonly name: string;
  /** `pg` puts another one in its place when the option `query_timeout` is set. */
  callback: Callback;
  readonly #parts: StatementParts;
  readonly #rows: unknown[] = [];
  #columns: PgColumns | undefined;
  #tag = '';
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: StatementParts, callback: Callback) {
    this.text = parts.text;
    this.name = parts.name;
    this.callback = callback;
    this.#parts = parts;
  }

  submit(wire: PgWire): null {
    const { text, name, values, known } = this.#parts;
    this.#columns = name === '' ? undefined : known.get(wire)?.get(name);
    wire.stream.cork();
    try {
      if (name === '' || wire.parsedStatements[name] !== text) wire.parse({ text, name });
      wire.bind({ statement: name, values });
      if (this.#columns === undefined) wire.describe({ type: 'P', name: '' });
      wire.execute({});
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[] }): void {
    const { types } = this.#parts;
    const asText = types.getTypeParser(TEXT);
    const parsers = fields.map(({ dataTypeID }) => types.getTypeParser(dataTypeID, 'text')).map((parse) => (parse === asText ? undefined : parse));
    const names = fields.map(({ name }) => name);
    this.#columns = { names, parsers, blank: Object.fromEntries(names.map((name) => [name, null])) };
  }

  handleDataRow({ fields }: { readonly fields: Row }): void {
    if (this.#failure !== undefined) return;
    try {
      const columns = this.#columns ?? NO_COLUMNS;
      this.#rows.push(this.#parts.asArrays ? parseInPlace(fields, columns) : toObject(fields, columns));
    } catch (error) {
      this.#failure = { error }; // the connection still has to be read to its end
    }
  }

  handleCommandComplete({ text }: { readonly text: string }, wire: PgWire): void {
    this.#tag = text;
    if (DISCARDS.has(text)) this.#forgetAll(wire);
    else this.#remember(wire);
  }

  handleEmptyQuery(): void {
    // a statement of comments only; its end is told as that of any other
  }

  handlePortalSuspended(): void {
    // only where a number of rows was asked for
  }

  handleCopyInResponse(wire: PgWire): void {
    wire.sendCopyFail('COPY FROM STDIN needs the driver itself');
    wire.sync(); // the one that was sent with the statement is not heard while the server waits for data
  }

  handleCopyData(): void {
    // COPY TO STDOUT has no rows
  }

  handleReadyForQuery(): void {
    if (this.#failure !== undefined) this.callback(this.#failure.error);
    else this.callback(null, { ...parseTag(this.#tag), rows: this.#rows });
  }

  handleError(error: unknown): void {
    this.callback(error);
  }

  #remember(wire: PgWire): void {
    const { name, known } = this.#parts;
    let columns = known.get(wire);
    if (name === '' || columns?.has(name) === true || RUNS_ANOTHER.test(this.text)) return;
    if (columns === undefined) known.set(wire, (columns = new Map()));
    columns.set(name, this.#columns ?? NO_COLUMNS);
  }

  /** What is not known to be prepared is prepared again. */
  #forgetAll(wire: PgWire): void {
    for (const name of Object.keys(wire.parsedStatements)) wire.parsedStatements[name] = undefined;
    this.#parts.known.delete(wire);
  }
}

/** The texts of a row are its own, so the array can hold their values. */
function parseInPlace(row: Row, { parsers }: PgColumns): unknown[] {
  const values: unknown[] = row;
  for (let index = 0; index < row.length; index++) {
    const parse = parsers[index];
    const text = row[index];
    if (parse !== undefined && typeof text === 'string') values[index] = parse(text);
  }
  return values;
}

function toObject(row: Row, columns: PgColumns): Record<string, unknown> {
  const values = parseInPlace(row, columns);
  const object = { ...columns.blank };
  for (let index = 0; index < values.length; index++) object[columns.names[index] ?? ''] = values[index];
  return object;
}

/** Reads what the server says at the end: `INSERT 0 1`, `SELECT 20`, `BEGIN`. */
function parseTag(tag: string): Pick<PgResult, 'command' | 'rowCount'> {
  const [command = '', ...numbers] = tag.split(' ');
  const last = numbers.at(-1);
  return { command, rowCount: last === undefined || !/^\d+$/.test(last) ? null : Number(last) };
}
