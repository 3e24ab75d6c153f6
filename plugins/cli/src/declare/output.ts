/** What a command prints for humans. Under `--json` standard output belongs to the one JSON document, so this is silent. */

/** One row of a table: a value for each column. */
export type TableRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Prints for humans. */
export interface Output {
  /** `true` when `--json` was given: nothing but warnings is printed, and those to standard error. */
  readonly json: boolean;
  /** Prints one line. */
  line(text?: string): void;
  /** Prints rows in aligned columns, whose titles are the keys of the first row. */
  table(rows: readonly TableRow[]): void;
  /** Prints a warning to standard error. */
  warn(text: string): void;
}

/** Where the lines go. */
export interface OutputStreams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Creates the output of one command. */
export function createOutput({ stdout, stderr }: OutputStreams, json: boolean): Output {
  const line = (text = ''): void => {
    if (!json) stdout.write(`${text}\n`);
  };
  return {
    json,
    line,
    table: (rows) => toTable(rows).forEach((text) => line(text)),
    warn: (text) => void stderr.write(`Warning: ${text}\n`),
  };
}

/** Formats rows as lines of aligned columns, the titles first; numbers stand right. */
export function toTable(rows: readonly TableRow[]): string[] {
  const titles = Object.keys(rows[0] ?? {});
  const cells = rows.map((row) => titles.map((title) => String(row[title] ?? '')));
  const widths = titles.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const numeric = titles.map((title) => rows.every((row) => typeof row[title] === 'number'));
  const format = (row: readonly string[]): string =>
    row
      .map((cell, column) => (numeric[column] === true ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return titles.length === 0 ? [] : [titles, ...cells].map(format);
}
