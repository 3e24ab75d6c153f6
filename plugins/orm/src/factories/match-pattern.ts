/**
 * Makes texts that match a regular expression, for the values of factories. It reads what rules of fields are made of: literals,
 * classes, groups, alternatives and quantifiers. Whether a text does match is for the caller to try: lookarounds, back
 * references and the like are passed over.
 */
import type { FactoryTools } from './factory-tools.ts';

/** Repetitions without a limit end after this many beyond the least. */
const MORE = 5;
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'a-z0-9_', s: ' ', D: 'a-z', W: '-', S: 'a-z' };
const ANY = 'a-z0-9';
/** What a class that excludes signs is chosen from. */
const ALL = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-_. /';

/** Returns a text that a pattern is likely to match; `undefined` when the pattern cannot be read. */
export function toMatchingText({ source }: RegExp, tools: FactoryTools): string | undefined {
  const reader = { source, index: 0 };
  try {
    const text = readAlternatives(reader, tools);
    return reader.index === source.length ? text : undefined;
  } catch {
    return undefined; // an expression that goes beyond what is read here
  }
}

interface Reader {
  readonly source: string;
  index: number;
}

function readAlternatives(reader: Reader, tools: FactoryTools): string {
  const alternatives = [readSequence(reader, tools)];
  while (reader.source[reader.index] === '|') {
    reader.index++;
    alternatives.push(readSequence(reader, tools));
  }
  return tools.pick(alternatives as [string, ...string[]]); // there is at least one
}

function readSequence(reader: Reader, tools: FactoryTools): string {
  let text = '';
  while (reader.index < reader.source.length && reader.source[reader.index] !== '|' && reader.source[reader.index] !== ')') {
    const start = reader.index;
    const first = readAtom(reader, tools);
    const end = reader.index;
    const [min, max] = readQuantifier(reader);
    const after = reader.index;
    let repeated = '';
    for (let count = tools.integer(min, max); count > 0; count--) {
      reader.index = start;
      repeated += repeated === '' ? first : readAtom(reader, tools);
    }
    reader.index = Math.max(after, end);
    text += repeated;
  }
  return text;
}

function readAtom(reader: Reader, tools: FactoryTools): string {
  const sign = reader.source[reader.index++] ?? '';
  if (sign === '^' || sign === '$') return '';
  if (sign === '.') return pickOf(expand(ANY), tools);
  if (sign === '[') return pickOf(readClass(reader), tools);
  if (sign === '\\') return readEscape(reader, tools);
  if (sign !== '(') return sign;
  const opening = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(reader.source.slice(reader.index))?.[0] ?? '';
  reader.index += opening.length;
  const text = readAlternatives(reader, tools);
  reader.index++;
  return /[=!]/.test(opening) ? '' : text;
}

function readEscape(reader: Reader, tools: FactoryTools): string {
  const sign = reader.source[reader.index++] ?? '';
  if (sign === 'b' || sign === 'B') return '';
  const named = CLASSES[sign];
  if (named !== undefined) return pickOf(expand(named), tools);
  if (/[a-z0-9]/i.test(sign)) throw new Error(`\\${sign} is not read`);
  return sign;
}

function readClass(reader: Reader): string {
  const end = /^(?:\\.|[^\]\\])*/.exec(reader.source.slice(reader.index))?.[0] ?? '';
  reader.index += end.length + 1;
  const isNegated = end.startsWith('^');
  const signs = expand((isNegated ? end.slice(1) : end).replace(/\\([dws])/g, (_, name: string) => CLASSES[name] ?? '').replace(/\\(.)/g, '$1'));
  return isNegated ? [...ALL].filter((sign) => !signs.includes(sign)).join('') : signs;
}

/** Writes ranges out: `a-c` becomes `abc`. */
function expand(ranges: string): string {
  return ranges.replace(/(.)-(.)/g, (_, from: string, to: string) => {
    let signs = '';
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) signs += String.fromCharCode(code);
    return signs;
  });
}

function readQuantifier(reader: Reader): [number, number] {
  const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(reader.source.slice(reader.index));
  if (found === null) return [1, 1];
  reader.index += found[0].length;
  const [sign = ''] = found[0];
  if (sign === '?') return [0, 1];
  if (sign === '*') return [0, MORE];
  if (sign === '+') return [1, 1 + MORE];
  const min = Number(found[1]);
  return [min, found[2] === '' ? min : found[3] === '' ? min + MORE : Number(found[3])];
}

function pickOf(signs: string, { pick }: FactoryTools): string {
  return pick([...signs] as [string, ...string[]]); // a class of no sign matches nothing, and what is undefined is tried in vain
}
