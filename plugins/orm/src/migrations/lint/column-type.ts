/** Compares the types of columns: what a change of one costs, and what it loses. */

/** A type in the words of its database. */
interface ColumnType {
  readonly base: string;
  /** The numbers in its parentheses. */
  readonly sizes: readonly number[];
}

const SYNONYMS: Readonly<Record<string, string>> = {
  varchar: 'character varying',
  char: 'character',
  bpchar: 'character',
  int: 'integer',
  int2: 'smallint',
  int4: 'integer',
  int8: 'bigint',
  serial: 'integer',
  bigserial: 'bigint',
  dec: 'numeric',
  decimal: 'numeric',
  float: 'double precision',
  float4: 'real',
  float8: 'double precision',
  double: 'double precision',
  bool: 'boolean',
  timestamptz: 'timestamp with time zone',
  timestamp: 'timestamp without time zone',
  timetz: 'time with time zone',
  time: 'time without time zone',
  varbit: 'bit varying',
};

/** From the narrowest to the widest. */
const LADDERS: readonly (readonly string[])[] = [
  ['tinyint', 'smallint', 'mediumint', 'integer', 'bigint', 'numeric'],
  ['integer', 'bigint', 'real', 'double precision'],
  ['tinytext', 'text', 'mediumtext', 'longtext'],
  ['tinyblob', 'blob', 'mediumblob', 'longblob'],
  ['date', 'timestamp without time zone', 'timestamp with time zone'],
  ['date', 'datetime'],
  ['json', 'jsonb'],
];
const TEXTS = new Set(['text', 'tinytext', 'mediumtext', 'longtext']);
/** MySQL holds the length of a shorter text in one byte, and that of a longer one in two; a character has up to four. */
const ONE_BYTE_LENGTH = 63;

/** Tells whether two texts name the same type. */
export function isSameType(left: string, right: string): boolean {
  const [one, other] = [readType(left), readType(right)];
  return one.base === other.base && one.sizes.join() === other.sizes.join() && readWords(left).join() === readWords(right).join();
}

/** Tells whether PostgreSQL changes a type without writing the table anew. Source: PostgreSQL, "ALTER TABLE", Notes. */
export function isChangedInPlace(from: string, to: string): boolean {
  const [old, next] = [readType(from), readType(to)];
  if (isSameType(from, to)) return true;
  const [size = Infinity] = next.sizes;
  const [oldSize = Infinity] = old.sizes;
  if (old.base === 'character varying' && next.base === 'text') return true;
  if (next.base === 'character varying' && next.sizes.length === 0) return old.base === 'text' || old.base === 'character varying';
  if (old.base === 'cidr' && next.base === 'inet') return true;
  if (old.base !== next.base) return false;
  if (old.base === 'numeric') return next.sizes.length === 0 || (old.sizes.length > 0 && size >= oldSize && (next.sizes[1] ?? 0) === (old.sizes[1] ?? 0));
  return ['character varying', 'bit varying', 'varbit'].includes(old.base) || old.base.startsWith('time') ? size >= oldSize : false;
}

/** Tells whether MySQL and MariaDB change a type without copying the table: where only a text gets longer. */
export function isChangedOnline(from: string, to: string): boolean {
  if (isSameType(from, to)) return true;
  const [old, next] = [readType(from), readType(to)];
  const [[oldSize = 0], [size = 0]] = [old.sizes, next.sizes];
  if (old.base === 'character varying' && next.base === old.base) return size >= oldSize && (size <= ONE_BYTE_LENGTH || oldSize > 255);
  return (
    old.base === 'enum' &&
    next.base === 'enum' &&
    readWords(to)
      .join()
      .startsWith(`${readWords(from).join()},`)
  );
}

/** Tells whether values that the old type holds do not fit into the new one. */
export function isNarrower(from: string, to: string): boolean {
  const [old, next] = [readType(from), readType(to)];
  if (old.base === 'enum' && next.base === 'enum') return readWords(from).some((word) => !readWords(to).includes(word));
  if (old.base === next.base) {
    if (/unsigned/.test(from) !== /unsigned/.test(to)) return true;
    if (next.sizes.length === 0 || old.base.endsWith('int') || old.base === 'integer') return false;
    if (old.base === 'numeric') return whole(next) < whole(old) || (next.sizes[1] ?? 0) < (old.sizes[1] ?? 0) || old.sizes.length === 0;
    return (next.sizes[0] ?? Infinity) < (old.sizes[0] ?? Infinity);
  }
  if (TEXTS.has(old.base) && (next.base === 'character varying' || next.base === 'character')) return true;
  if (old.base === 'character varying' && next.base === 'character') return (next.sizes[0] ?? 1) < (old.sizes[0] ?? Infinity);
  if (old.base === 'numeric' && /int/.test(next.base)) return true;
  return LADDERS.some((ladder) => ladder.includes(old.base) && ladder.includes(next.base) && ladder.indexOf(next.base) < ladder.indexOf(old.base));
}

function whole({ sizes: [precision = Infinity, scale = 0] }: ColumnType): number {
  return precision - scale;
}

function readWords(type: string): string[] {
  return [...type.matchAll(/'((?:[^']|'')*)'/g)].map(([, word = '']) => word);
}

function readType(text: string): ColumnType {
  const [, inside] = /\(([\d\s,]*)\)/.exec(text) ?? [];
  const plain = text
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\b(?:unsigned|signed|zerofill)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const base = SYNONYMS[plain] ?? plain;
  const sizes = (inside ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number);
  return { base, sizes: /int(?:eger)?$/.test(base) ? [] : sizes }; // of whole numbers the digits only say how they are printed
}
