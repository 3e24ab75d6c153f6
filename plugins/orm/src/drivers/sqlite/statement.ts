/** Reads the statements by which SQLite remembers its tables: their parts, and their names in standard quotes. */
import { quote } from '../quote.ts';
import { splitItems } from '../statement-items.ts';

/** The parts of a `create table` statement: definitions of columns, and constraints of the table. */
export interface TableStatement {
  /** By the column's name: its definition, with the name. */
  readonly columns: ReadonlyMap<string, string>;
  readonly constraints: readonly string[];
}

const CONSTRAINT = /^(?:constraint|primary\s+key|unique|check|foreign\s+key)\b/i;
const NAME = /^"((?:[^"]|"")+)"|^(\w+)/;

/** Turns names in backticks or brackets into names in double quotes; texts in single quotes stay as they are. */
export function toStandardQuotes(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`((?:[^`]|``)*)`|\[([^\]]*)\]/g, (whole: string, tick: string | undefined, bracket: string | undefined) => {
    const name = tick?.replaceAll('``', '`') ?? bracket;
    return name === undefined ? whole : `"${name.replaceAll('"', '""')}"`;
  });
}

/** Reads a `create table` statement. */
export function parseTableStatement(sql: string): TableStatement {
  const standard = toStandardQuotes(sql);
  const columns = new Map<string, string>();
  const constraints: string[] = [];
  for (const item of splitItems(standard.slice(standard.indexOf('(') + 1, standard.lastIndexOf(')')))) {
    if (CONSTRAINT.test(item)) constraints.push(item);
    else {
      const [, quoted, plain] = NAME.exec(item) ?? [];
      columns.set(quoted?.replaceAll('""', '"') ?? plain ?? item, item);
    }
  }
  return { columns, constraints };
}

/** Writes a `create table` statement, one part a line. */
export function formatTableStatement(table: string, { columns, constraints }: TableStatement): string {
  const items = [...columns.values(), ...constraints].map((item) => `  ${item}`).join(',\n');
  return `create table ${quote(table)} (\n${items}\n)`;
}

/** Finds the conditions of `check (…)` in a part of a statement. */
export function findChecks(item: string): string[] {
  const checks: string[] = [];
  for (const { index } of item.matchAll(/\bcheck\s*\(/gi)) checks.push(readParentheses(item, item.indexOf('(', index)));
  return checks;
}

function readParentheses(text: string, open: number): string {
  let depth = 0;
  for (const { 0: token, index } of text.slice(open).matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[()]/g)) {
    if (token === '(') depth++;
    else if (token === ')' && --depth === 0) return text.slice(open, open + index + 1);
  }
  return text.slice(open);
}
