/**
 * Makes what handlers put on the log line fit for it: secrets are replaced, and one line stays one line, however much
 * was put there. A log that grows with what users send is a way to take a service down, and to make it expensive.
 */
import { REDACTED, type SecretTest } from './redaction.ts';

const MAX_DEPTH = 4;

/** The limits of a line. */
export interface CleanOptions {
  readonly isSecret: SecretTest;
  /** The greatest number of fields in the line, and in each object or list. */
  readonly maxFields: number;
  /** The greatest length of a text. */
  readonly maxTextLength: number;
}

/** The name of the field that counts what was left out. */
const OMITTED = 'omitted';

/** Copies fields to `line`. What the line has keeps its name; a field of the same name gets a `_` behind it. */
export function addCleanFields(line: Record<string, unknown>, fields: Readonly<Record<string, unknown>>, options: CleanOptions): void {
  let count = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue;
    if (++count > options.maxFields) continue;
    const wanted = shorten(name, options.maxTextLength);
    line[wanted in line ? `${wanted}_` : wanted] = options.isSecret(name) ? REDACTED : cleanSafely(value, options);
  }
  if (count > options.maxFields) line[OMITTED] = count - options.maxFields;
}

/** A getter of a value may throw; the line is written all the same. */
function cleanSafely(value: unknown, options: CleanOptions): unknown {
  try {
    return clean(value, options, 1);
  } catch {
    return '[unreadable]';
  }
}

function clean(value: unknown, options: CleanOptions, depth: number): unknown {
  switch (typeof value) {
    case 'string':
      return shorten(value, options.maxTextLength);
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : cleanObject(value, options, depth);
    case 'function':
    case 'symbol':
      return undefined;
    default:
      return value;
  }
}

function cleanObject(value: object, options: CleanOptions, depth: number): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Error) return { name: value.name, message: shorten(value.message, options.maxTextLength) };
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map || value instanceof Set) return `[${value.size} entries]`;
  if (depth >= MAX_DEPTH) return Array.isArray(value) ? `[${value.length} items]` : '[object]';
  if (Array.isArray(value)) {
    const items = value.slice(0, options.maxFields).map((item: unknown) => clean(item, options, depth + 1));
    return value.length > options.maxFields ? [...items, `… ${value.length - options.maxFields} more`] : items;
  }
  const entries: readonly [string, unknown][] = Object.entries(value);
  const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>; // a field may be named __proto__
  for (const [name, entry] of entries.slice(0, options.maxFields)) {
    copy[shorten(name, options.maxTextLength)] = options.isSecret(name) ? REDACTED : clean(entry, options, depth + 1);
  }
  if (entries.length > options.maxFields) copy[OMITTED] = entries.length - options.maxFields;
  return copy;
}

/** Cuts a text that is too long, and shows it. */
export function shorten(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}…`;
}
