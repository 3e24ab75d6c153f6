/** Reads how a statement declares a column or a constraint. */
import type { DeclaredColumn, DeclaredConstraint } from './operation.ts';
import type { SqlToken } from './sql-tokens.ts';
import { hasWord, isWord, TokenReader, withDepth } from './token-reader.ts';

/** What ends the type of a column. */
const AFTER_TYPE = new Set(
  'after as auto_increment autoincrement check collate comment constraint default first generated identity invisible not null on primary references unique using visible'.split(
    ' ',
  ),
);
/** What ends the expression of a default that stands in no parentheses. */
const AFTER_DEFAULT = new Set([...AFTER_TYPE].filter((word) => word !== 'null' && word !== 'using'));
const COUNTERS = new Set(['bigserial', 'serial', 'serial4', 'serial8', 'smallserial']);

/** Reads a column: its name, and all that follows. */
export function readColumn(reader: TokenReader): DeclaredColumn {
  const name = reader.name();
  return { name, ...readColumnRest(reader.rest()) };
}

/** Reads what stands behind the name of a column. */
export function readColumnRest(tokens: readonly SqlToken[]): Omit<DeclaredColumn, 'name'> {
  const length = tokens.findIndex((token, place) => isEnd(token, tokens[place + 1]));
  const typeTokens = length < 0 ? tokens : tokens.slice(0, length);
  const rest = length < 0 ? [] : tokens.slice(length);
  const type = toTypeText(typeTokens);
  const place = withDepth(rest).findIndex(({ token, depth }) => depth === 0 && isWord(token, 'default'));
  const found = place < 0 ? undefined : readDefault(rest.slice(place + 1));
  const counts = COUNTERS.has(type) || hasWord(rest, 'identity') || hasWord(rest, 'auto_increment');
  const stored = !counts && hasWord(rest, 'as') && (hasWord(rest, 'stored') || hasWord(rest, 'persistent'));
  const charset = rest.findIndex((token, index) => isWord(token, 'charset') || (isWord(token, 'character') && isWord(rest[index + 1], 'set')));
  const primary = hasWord(rest, 'primary', 'key');
  return {
    type,
    required: hasWord(rest, 'not', 'null') || primary || COUNTERS.has(type),
    primary,
    unique: hasWord(rest, 'unique'),
    check: hasWord(rest, 'check'),
    references: hasWord(rest, 'references'),
    ...(found === undefined || (found.length === 1 && isWord(found[0], 'null')) ? {} : { default: found }),
    ...(counts ? { generated: 'counter' as const } : stored ? { generated: 'stored' as const } : {}),
    ...(charset < 0 ? {} : { charset: rest[charset + (isWord(rest[charset], 'charset') ? 1 : 2)]?.value ?? '' }),
  };
}

/** Writes a type: lower case, one space between words, none in front of parentheses. */
export function toTypeText(tokens: readonly SqlToken[]): string {
  const words = tokens.map((token) => (token.kind === 'text' ? `'${token.value}'` : token.value.toLowerCase()));
  return words
    .join(' ')
    .replace(/ ?\( ?/g, '(')
    .replace(/ ?\) ?/g, ') ')
    .replace(/ ?, ?/g, ',')
    .trim();
}

function isEnd(token: SqlToken, next: SqlToken | undefined): boolean {
  return token.kind === 'word' && (AFTER_TYPE.has(token.value) || token.value === 'charset' || (token.value === 'character' && isWord(next, 'set')));
}

function readDefault(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const found = withDepth(tokens);
  const end = found.findIndex(({ token, depth }, place) => place > 0 && depth === 0 && token.kind === 'word' && AFTER_DEFAULT.has(token.value));
  const [first] = tokens;
  if (isWord(first, 'null')) return tokens.slice(0, 1);
  const stop = found.findIndex(({ token, depth }, place) => place > 0 && depth === 0 && isWord(token, 'null'));
  return tokens.slice(0, Math.min(...[end, stop].map((place) => (place < 0 ? tokens.length : place))));
}

/** Tells whether a constraint comes next, and not a column. */
export function seesConstraint(reader: TokenReader): boolean {
  return ['constraint', 'primary', 'unique', 'foreign', 'check', 'exclude'].some((word) => reader.sees(word)) && !isColumnName(reader);
}

/** Reads a constraint; `undefined` when what follows is none. */
export function readConstraint(reader: TokenReader): DeclaredConstraint | undefined {
  const named = reader.accept('constraint');
  const isNamed = named && !['primary', 'unique', 'foreign', 'check'].some((word) => reader.sees(word));
  const name = isNamed ? reader.name() : '';
  const given = name === '' ? {} : { name };
  if (reader.accept('primary', 'key')) return { kind: 'primary key', ...given, ...readKey(reader) };
  if (reader.accept('unique')) {
    if (reader.acceptOne('key', 'index') !== undefined || !reader.sees('(')) return readUniqueIndex(reader, given);
    return { kind: 'unique', ...given, ...readKey(reader) };
  }
  if (reader.accept('foreign', 'key')) {
    if (!reader.sees('(')) reader.name(); // MySQL allows a name
    return { kind: 'foreign key', ...given, ...readKey(reader) };
  }
  if (reader.accept('check')) return { kind: 'check', ...given, ...readCheck(reader) };
  return reader.accept('exclude') ? { kind: 'exclusion', ...given, ...readKey(reader) } : undefined;
}

/** Reads the constraints that are declared with a column. */
export function readColumnConstraints({ name, primary, unique, references }: DeclaredColumn, tokens: readonly SqlToken[]): DeclaredConstraint[] {
  const own = { columns: [name], unvalidated: false, usesIndex: false };
  const checks = tokens.flatMap((token, place) =>
    isWord(token, 'check') ? [{ kind: 'check' as const, ...readCheck(new TokenReader(tokens.slice(place + 1))) }] : [],
  );
  return [
    ...(primary ? [{ kind: 'primary key' as const, ...own }] : []),
    ...(unique ? [{ kind: 'unique' as const, ...own }] : []),
    ...(references ? [{ kind: 'foreign key' as const, ...own }] : []),
    ...checks,
  ];
}

function readUniqueIndex(reader: TokenReader, given: { readonly name?: string }): DeclaredConstraint {
  if (!reader.sees('(') && !reader.sees('using', 'index') && !reader.sees('nulls')) {
    const name = reader.name();
    return { kind: 'unique', ...given, ...(name === '' ? {} : { name }), ...readKey(reader) };
  }
  return { kind: 'unique', ...given, ...readKey(reader) };
}

function readKey(reader: TokenReader): Pick<DeclaredConstraint, 'columns' | 'unvalidated' | 'usesIndex'> {
  const usesIndex = reader.accept('using', 'index');
  if (reader.accept('nulls')) {
    reader.accept('not');
    reader.accept('distinct');
  }
  const columns = (reader.group() ?? []).flatMap(([first]) => (first === undefined ? [] : [first.value]));
  return { columns, unvalidated: hasWord(reader.rest(), 'not', 'valid'), usesIndex };
}

function readCheck(reader: TokenReader): Pick<DeclaredConstraint, 'columns' | 'condition' | 'notNull' | 'unvalidated' | 'usesIndex'> {
  const tokens = (reader.group() ?? []).flat();
  const plain = tokens.filter((token) => !isWord(token, '(') && !isWord(token, ')'));
  const [first, ...others] = plain;
  const isNotNull = first !== undefined && others.length === 3 && ['is', 'not', 'null'].every((word, place) => isWord(others[place], word));
  return {
    columns: tokens.filter(({ kind }) => kind === 'name' || kind === 'word').map(({ value }) => value),
    condition: toTypeText(tokens),
    ...(isNotNull ? { notNull: first.value } : {}),
    unvalidated: hasWord(reader.rest(), 'not', 'valid'),
    usesIndex: false,
  };
}

/** A column may be called like a constraint, when its name is followed by a type. */
function isColumnName(reader: TokenReader): boolean {
  return reader.next?.kind === 'name';
}
