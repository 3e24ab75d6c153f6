/**
 * Measures how deep a JSON text is nested and how many keys it has, before it is parsed: what comes after (validators,
 * serializers, the code of applications) may well recurse. The text need not be valid; what is not fails to parse afterwards.
 * Source: RFC 8259, section 9 (limits of parsers).
 */
import { BodyTooComplexError } from '../problem/request-errors.ts';

/** How much of a body is taken. */
export interface JsonShapeLimits {
  /** How deep objects and arrays are nested. */
  readonly bodyDepth: number;
  /** How many keys all objects have together. */
  readonly bodyKeys: number;
}

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** `{` and `[` differ in this bit only, and so do `}` and `]`. */
const CASE = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** The least bytes of a key in valid JSON: `"":0,`. */
const KEY_BYTES = 5;

/**
 * Checks the shape of a JSON text. A text too short to exceed the limits is not looked at, and one with few brackets only once.
 * @throws {BodyTooComplexError} 400 when it exceeds a limit.
 */
export function assertJsonShape(bytes: Uint8Array, limits: JsonShapeLimits): void {
  const mayHaveKeys = bytes.length > limits.bodyKeys * KEY_BYTES;
  if (bytes.length <= 2 * limits.bodyDepth && !mayHaveKeys) return;
  if (!mayHaveKeys && !hasMoreBrackets(bytes, limits.bodyDepth)) return;
  walk(bytes, limits);
}

/** Counts opening brackets, those in strings too: when even they are few enough, nothing can be nested too deep. */
function hasMoreBrackets(bytes: Uint8Array, limit: number): boolean {
  let count = 0;
  for (let index = 0; index < bytes.length; index++) if (((bytes[index] ?? 0) | CASE) === OPEN && ++count > limit) return true;
  return false;
}

function walk(bytes: Uint8Array, { bodyDepth, bodyKeys }: JsonShapeLimits): void {
  let depth = 0;
  let keys = 0;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === QUOTE) index = findStringEnd(bytes, index + 1);
    else if (byte === COLON) {
      if (++keys > bodyKeys) throw new BodyTooComplexError(`it has more than ${bodyKeys} keys`);
    } else if ((byte | CASE) === OPEN) {
      if (++depth > bodyDepth) throw new BodyTooComplexError(`it is nested more than ${bodyDepth} levels deep`);
    } else if ((byte | CASE) === CLOSE) depth--;
  }
}

function findStringEnd(bytes: Uint8Array, start: number): number {
  let index = start;
  for (; index < bytes.length && bytes[index] !== QUOTE; index++) if (bytes[index] === BACKSLASH) index++;
  return index;
}
