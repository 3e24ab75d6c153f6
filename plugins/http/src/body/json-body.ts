/**
 * Reads a JSON body from its bytes: one `JSON.parse`, and a walk only when the text could hold a key that poisons
 * prototypes. `__proto__` and `constructor.prototype` are refused, also when they are written with unicode escapes.
 * Source: RFC 8259 (UTF-8 only, and a byte order mark may be ignored, section 8.1).
 */
import { isUtf8 } from 'node:buffer';
import type { Exchange } from '../exchange/exchange.ts';
import { BodyMalformedError } from '../problem/request-errors.ts';
import type { BodyContext, ParsedBodyCallback } from './body-format.ts';
import { assertText } from './content-type.ts';
import { assertJsonShape, type JsonShapeLimits } from './json-shape.ts';

/** What {@link readJsonBody} takes. */
export const JSON_TYPES: readonly string[] = ['application/json'];

/** Reads and parses a JSON body, and calls back once. A body of no bytes gives `undefined`. */
export function readJsonBody(exchange: Exchange, { limitBytes, limits }: BodyContext, done: ParsedBodyCallback): void {
  if (!exchange.hasBody) {
    done(undefined, undefined);
    return;
  }
  try {
    assertJson(exchange);
  } catch (error) {
    done(error, undefined);
    return;
  }
  exchange.readBody(limitBytes, (error, bytes) => {
    if (error !== undefined || bytes === undefined || bytes.byteLength === 0) {
      done(error, undefined);
      return;
    }
    let body: unknown;
    try {
      body = parseJsonBody(bytes, limits);
    } catch (parseError) {
      done(parseError, undefined);
      return;
    }
    done(undefined, body);
  });
}

/**
 * Parses a body.
 * @throws {BodyTooComplexError} 400 when it is nested too deep or has too many keys.
 * @throws {BodyMalformedError} 400 when it is not JSON in UTF-8, or holds a key that poisons prototypes.
 */
export function parseJsonBody(bytes: Uint8Array, limits: JsonShapeLimits): unknown {
  assertJsonShape(bytes, limits);
  const text = decodeText(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new BodyMalformedError('it is not JSON', error);
  }
  if (mayPoison(text) && isPoisoned(value)) throw new BodyMalformedError('it holds the key "__proto__" or "constructor.prototype"');
  return value;
}

/**
 * Decodes UTF-8, without its byte order mark.
 * @throws {BodyMalformedError} 400 when the bytes are not UTF-8.
 */
export function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new BodyMalformedError('it is not UTF-8');
  const text = toBuffer(bytes).toString('utf8');
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
}

function assertJson(exchange: Exchange): void {
  const { headers } = exchange;
  if (headers['content-type'] !== 'application/json' || headers['content-encoding'] !== undefined) assertText(exchange, JSON_TYPES);
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
