/**
 * The regular expressions of path parameters, as data: sets of characters, sequences, choices and repetitions. Whatever is
 * not regular in the strict sense (look-around, back-references) is refused, so that each one can be turned into an automaton
 * that reads a value once, whatever the value.
 */

/** Character codes from the first to the second, both included. */
export type CodeRange = readonly [first: number, last: number];

/** A regular expression. */
export type Expression =
  | { readonly kind: 'set'; readonly ranges: readonly CodeRange[] }
  | { readonly kind: 'sequence'; readonly items: readonly Expression[] }
  | { readonly kind: 'choice'; readonly items: readonly Expression[] }
  | { readonly kind: 'repeat'; readonly item: Expression; readonly min: number; readonly max: number };

/** The last code of a UTF-16 unit. */
export const LAST_CODE = 0xff_ff;

/** Any text of at least one character. */
export const ANY_TEXT: Expression = { kind: 'repeat', item: { kind: 'set', ranges: [[0, LAST_CODE]] }, min: 1, max: Infinity };

/** Makes the expression of one text. */
export function textExpression(text: string): Expression {
  return { kind: 'sequence', items: text.split('').map((unit) => ({ kind: 'set', ranges: [[unit.charCodeAt(0), unit.charCodeAt(0)]] })) };
}

const DIGIT: readonly CodeRange[] = [[48, 57]];
const WORD: readonly CodeRange[] = [[48, 57], [65, 90], [95, 95], [97, 122]]; // prettier-ignore
const SPACE: readonly CodeRange[] = [[9, 13], [32, 32], [160, 160], [0x16_80, 0x16_80], [0x20_00, 0x20_0a], [0x20_28, 0x20_29], [0x20_2f, 0x20_2f], [0x20_5f, 0x20_5f], [0x30_00, 0x30_00], [0xfe_ff, 0xfe_ff]]; // prettier-ignore
const LINE_END: readonly CodeRange[] = [[10, 10], [13, 13], [0x20_28, 0x20_29]]; // prettier-ignore
const CLASSES: Readonly<Record<string, readonly CodeRange[]>> = { d: DIGIT, w: WORD, s: SPACE, D: invert(DIGIT), W: invert(WORD), S: invert(SPACE) };
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const GREATEST_COUNT = 1_000;

/** A reason why a pattern cannot be used; the caller says which pattern it is. */
export class ExpressionSyntaxError extends SyntaxError {}

/**
 * Reads the source of a `RegExp` without flags. It holds for the whole value, with or without `^` and `$`.
 * @throws {ExpressionSyntaxError} when it uses what is not regular, or what this reader does not know.
 */
export function parseExpression(source: string): Expression {
  const reader = new Reader(source.replace(/^\^/, '').replace(/(?<!\\)\$$/, ''));
  const expression = readChoice(reader);
  if (!reader.isAtEnd) throw new ExpressionSyntaxError(`it has a ")" too many`);
  return expression;
}

class Reader {
  readonly source: string;
  index = 0;

  constructor(source: string) {
    this.source = source;
  }

  get isAtEnd(): boolean {
    return this.index >= this.source.length;
  }

  get next(): string {
    return this.source.charAt(this.index);
  }

  take(): string {
    if (this.isAtEnd) throw new ExpressionSyntaxError('it ends too early');
    return this.source.charAt(this.index++);
  }

  /** Takes `text` when it stands here. */
  skip(text: string): boolean {
    if (!this.source.startsWith(text, this.index)) return false;
    this.index += text.length;
    return true;
  }

  /** Takes what a sticky pattern finds here. */
  match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.index;
    const found = pattern.exec(this.source);
    if (found !== null) this.index = pattern.lastIndex;
    return found;
  }
}

function readChoice(reader: Reader): Expression {
  const items = [readSequence(reader)];
  while (reader.skip('|')) items.push(readSequence(reader));
  const [only] = items;
  return items.length === 1 && only !== undefined ? only : { kind: 'choice', items };
}

function readSequence(reader: Reader): Expression {
  const items: Expression[] = [];
  while (!reader.isAtEnd && reader.next !== '|' && reader.next !== ')') items.push(readRepeated(reader));
  return { kind: 'sequence', items };
}

function readRepeated(reader: Reader): Expression {
  const item = readAtom(reader);
  const bounds = readBounds(reader);
  if (bounds === undefined) return item;
  const [min, max] = bounds;
  if (min > max) throw new ExpressionSyntaxError(`it repeats at least ${min} and at most ${max} times`);
  if (min > GREATEST_COUNT || (max !== Infinity && max > GREATEST_COUNT)) throw new ExpressionSyntaxError(`it counts beyond ${GREATEST_COUNT}`);
  if (/[?+*{]/.test(reader.next)) throw new ExpressionSyntaxError(`"${reader.next}" cannot follow a repetition`);
  return { kind: 'repeat', item, min, max };
}

function readBounds(reader: Reader): readonly [number, number] | undefined {
  if (reader.skip('*')) return [0, Infinity];
  if (reader.skip('+')) return [1, Infinity];
  if (reader.skip('?')) return [0, 1];
  const counted = reader.match(/\{(\d+)(,?)(\d*)\}/y);
  if (counted === null) return undefined;
  const [, min = '', comma = '', max = ''] = counted;
  return [Number(min), comma === '' ? Number(min) : max === '' ? Infinity : Number(max)];
}

function readAtom(reader: Reader): Expression {
  const char = reader.take();
  switch (char) {
    case '(':
      return readGroup(reader);
    case '[':
      return readSet(reader);
    case '.':
      return { kind: 'set', ranges: invert(LINE_END) };
    case '\\':
      return { kind: 'set', ranges: readEscape(reader) };
    case '^':
    case '$':
      throw new ExpressionSyntaxError(`"${char}" may only stand at its ends; a constraint always holds for the whole value`);
    case '*':
    case '+':
    case '?':
    case '{':
    case '}':
    case ']':
      throw new ExpressionSyntaxError(`"${char}" has nothing to belong to; write "\\${char}" for the character`);
    default:
      return textExpression(char);
  }
}

function readGroup(reader: Reader): Expression {
  if (!reader.skip('?:') && reader.next === '?') throw new ExpressionSyntaxError('look-around and named groups cannot be read in one pass; use ( ) or (?: )');
  const inner = readChoice(reader);
  if (!reader.skip(')')) throw new ExpressionSyntaxError('a ")" is missing');
  return inner;
}

function readSet(reader: Reader): Expression {
  const isInverted = reader.skip('^');
  const ranges: CodeRange[] = [];
  while (!reader.skip(']')) {
    const first = readMember(reader);
    const [start] = first;
    if (reader.next !== '-' || reader.source.charAt(reader.index + 1) === ']' || first.length !== 1 || start === undefined || start[0] !== start[1]) {
      ranges.push(...first);
      continue;
    }
    reader.take();
    const [end] = readMember(reader);
    if (end === undefined || end[0] !== end[1] || end[0] < start[0])
      throw new ExpressionSyntaxError('a range in [ ] does not go from a lower to a higher character');
    ranges.push([start[0], end[0]]);
  }
  return { kind: 'set', ranges: isInverted ? invert(ranges) : ranges };
}

function readMember(reader: Reader): readonly CodeRange[] {
  const char = reader.take();
  if (char === '\\') return readEscape(reader);
  const code = char.charCodeAt(0);
  if (code >= 0xd8_00 && code <= 0xdf_ff) throw new ExpressionSyntaxError('[ ] cannot hold characters beyond U+FFFF');
  return [[code, code]];
}

function readEscape(reader: Reader): readonly CodeRange[] {
  const hex = reader.match(/x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})/y);
  if (hex !== null) return one(Number.parseInt(hex[1] ?? hex[2] ?? '', 16));
  const char = reader.take();
  const known = CLASSES[char];
  if (known !== undefined) return known;
  const control = CONTROLS[char];
  if (control !== undefined) return one(control);
  if (/[A-Za-z0-9]/.test(char)) throw new ExpressionSyntaxError(`"\\${char}" is not known here`);
  return one(char.charCodeAt(0));
}

function one(code: number): readonly CodeRange[] {
  return [[code, code]];
}

function invert(ranges: readonly CodeRange[]): readonly CodeRange[] {
  const inverted: CodeRange[] = [];
  let start = 0;
  for (const [first, last] of ranges.toSorted((left, right) => left[0] - right[0])) {
    if (first > start) inverted.push([start, first - 1]);
    start = Math.max(start, last + 1);
  }
  if (start <= LAST_CODE) inverted.push([start, LAST_CODE]);
  return inverted;
}
