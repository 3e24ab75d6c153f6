/**
 * Splits SQL into words, names, texts and signs, so that a rule never takes what stands in a text or a comment for a statement.
 * It knows the quotes and comments of the four databases, and nothing of their grammar.
 */
import type { SqlDriverName } from '../../drivers/driver.ts';

/** A piece of SQL; comments and spaces are left out. */
export interface SqlToken {
  readonly kind: 'name' | 'number' | 'sign' | 'text' | 'word';
  /** A word or a sign in lower case; a name or a text without its quotes. */
  readonly value: string;
  /** Where it begins. */
  readonly start: number;
  readonly end: number;
}

/** One statement of a text that may hold several. */
export interface SqlStatement {
  readonly sql: string;
  readonly tokens: readonly SqlToken[];
  /** Where it begins in the text. */
  readonly start: number;
}

/** What is made with a body of statements. */
const ROUTINES = new Set(['event', 'function', 'procedure', 'trigger']);
/** What `end` may end besides `begin` and `case`. */
const BLOCKS = new Set(['if', 'loop', 'repeat', 'while']);

const NAME = String.raw`"(?:[^"]|"")*"|` + '`(?:[^`]|``)*`';
const REST = String.raw`[\p{L}_][\p{L}\p{N}_$]*|\d+(?:\.\d+)?|::|<=|>=|<>|!=|\|\||\s+|[\s\S]`;
const BACKSLASHED = String.raw`'(?:\\[\s\S]|''|[^'\\])*'`;
const PLAIN = String.raw`'(?:''|[^'])*'`;

const PATTERNS: Readonly<Record<SqlDriverName, RegExp>> = {
  sqlite: new RegExp(String.raw`--[^\n]*|/\*[\s\S]*?(?:\*/|$)|${PLAIN}|${NAME}|\[[^\]]*\]|${REST}`, 'gu'),
  postgresql: new RegExp(
    String.raw`--[^\n]*|/\*(?:/\*[\s\S]*?\*/|[\s\S])*?(?:\*/|$)|[eE]${BACKSLASHED}|${PLAIN}|\$(\w*)\$[\s\S]*?\$\1\$|${NAME}|${REST}`,
    'gu',
  ),
  mysql: toMysqlPattern(),
  mariadb: toMysqlPattern(),
};

/** A comment that begins with an exclamation mark is one for other databases only: the server runs it. */
function toMysqlPattern(): RegExp {
  return new RegExp(String.raw`--[^\n]*|#[^\n]*|/\*M?!\d*|\*/|/\*[\s\S]*?(?:\*/|$)|${BACKSLASHED}|${NAME}|${REST}`, 'gu');
}

/** Splits a text into its statements; empty ones are left out. */
export function splitStatements(sql: string, driver: SqlDriverName): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let tokens: SqlToken[] = [];
  const finish = (): void => {
    const [first, last] = [tokens[0], tokens.at(-1)];
    if (first !== undefined && last !== undefined) statements.push({ sql: sql.slice(first.start, last.end), tokens, start: first.start });
    tokens = [];
  };
  for (const { 0: text, index } of sql.matchAll(PATTERNS[driver])) {
    const token = toToken(text, index);
    if (token?.kind === 'sign' && token.value === ';' && !isInRoutine(tokens)) finish();
    else if (token !== undefined) tokens.push(token);
  }
  finish();
  return statements;
}

/** What a trigger or a function does stands between `begin` and `end`, and has statements of its own. */
function isInRoutine(tokens: readonly SqlToken[]): boolean {
  const words = tokens.map(({ kind, value }) => (kind === 'word' ? value : ''));
  const place = words.indexOf('begin');
  if (words[0] !== 'create' || place < 0 || !words.slice(0, place).some((word) => ROUTINES.has(word))) return false;
  let depth = 0;
  for (const [index, word] of words.entries()) {
    if (word === 'begin' || (word === 'case' && words[index - 1] !== 'end')) depth++;
    if (word === 'end' && !BLOCKS.has(words[index + 1] ?? '')) depth--;
  }
  return depth > 0;
}

function toToken(text: string, start: number): SqlToken | undefined {
  const at = { start, end: start + text.length };
  if (/^(?:\s|--|#|\/\*|\*\/)/.test(text)) return undefined;
  const quote = text.length > 1 ? text.charAt(0) : '';
  if (quote === '"' || quote === '`') return { kind: 'name', value: text.slice(1, -1).replaceAll(quote + quote, quote), ...at };
  if (quote === '[') return { kind: 'name', value: text.slice(1, -1), ...at };
  if (quote === "'") return { kind: 'text', value: text.slice(1, -1).replaceAll("''", "'"), ...at };
  if (/^[eE]'|^\$\w*\$/.test(text)) return { kind: 'text', value: text, ...at };
  if (/^[\p{L}_]/u.test(text)) return { kind: 'word', value: text.toLowerCase(), ...at };
  return { kind: /^\d/.test(text) ? 'number' : 'sign', value: text, ...at };
}
