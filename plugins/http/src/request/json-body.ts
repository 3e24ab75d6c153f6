/**
 * Reads a JSON body from its bytes: one `JSON.parse`, and a walk only when the text could hold a key that poisons
 * prototypes. `__proto__` and `constructor.prototype` are refused, also when they are written with unicode escapes.
 * Source: RFC 8259 (UTF-8 only, section 8.1).
 */
import { isUtf8 } from 'node:buffer';
import { BodyMalformedError, MediaTypeError } from '../problem/request-errors.ts';

/**
 * Checks that a body claims to be JSON: `application/json`, or a type that ends in `+json`.
 * @throws {MediaTypeError} 415 otherwise.
 */
export function assertJsonType(contentType: string | undefined): void {
  if (contentType === 'application/json') return;
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json' && !(type?.startsWith('application/') && type.endsWith('+json'))) throw new MediaTypeError(type);
}

/**
 * Parses a body.
 * @throws {BodyMalformedError} 400 when it is not JSON in UTF-8, or holds a key that poisons prototypes.
 */
export function parseJsonBody(bytes: Uint8Array): unknown {
  if (!isUtf8(bytes)) throw new BodyMalformedError('it is not UTF-8');
  const text = toBuffer(bytes).toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BodyMalformedError('it is not JSON', error);
  }
  if (mayPoison(text) && isPoisoned(value)) throw new BodyMalformedError('it holds the key "__proto__" or "constructor.prototype"');
  return value;
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** An escape may hide any letter of the keys, so it is a reason to look as well. */
function mayPoison(text: string): boolean {
  return text.includes('__proto__') || text.includes('\\u') || text.includes('constructor');
}

/** Walks without recursion: a body may be nested deeper than the stack. */
function isPoisoned(root: unknown): boolean {
  const pending: unknown[] = [root];
  for (let value = pending.pop(); pending.length > 0 || value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) return true;
    const constructor: unknown = Object.hasOwn(value, 'constructor') ? value.constructor : undefined;
    if (typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype')) return true;
    for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) pending.push(inner);
  }
  return false;
}
