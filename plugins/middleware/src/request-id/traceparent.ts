/**
 * Reads and writes the headers `traceparent` and `tracestate`. What is malformed is as good as missing: a trace is never
 * continued by guessing. Source: W3C Trace Context Level 2, sections 2.2, 2.3 and 4.2.
 */

/** What a caller says of the trace that a request belongs to. */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The span of the caller: 16 hexadecimal digits. */
  readonly parentId: string;
  /** The known flags: {@link SAMPLED}, {@link RANDOM_ID}. */
  readonly flags: number;
}

/** The caller may have recorded the trace. */
export const SAMPLED = 0x01;

/** The last seven bytes of the trace's id are random. */
export const RANDOM_ID = 0x02;

const FIELDS = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const ZERO_TRACE = '0'.repeat(32);
const ZERO_PARENT = '0'.repeat(16);

/** Version 00 has these fields and nothing more; a later one may have more, and these are read of it. */
const KNOWN_VERSION = '00';
const INVALID_VERSION = 'ff';

/** Reads `traceparent`; `undefined` when it is malformed. */
export function tryParseTraceParent(header: string): TraceParent | undefined {
  if (header.length < 55 || header.length > 512) return undefined;
  const [, version = '', traceId = '', parentId = '', flags = '', more] = FIELDS.exec(header) ?? [];
  if (version === '' || version === INVALID_VERSION || (version === KNOWN_VERSION && more !== undefined)) return undefined;
  if (traceId === ZERO_TRACE || parentId === ZERO_PARENT) return undefined;
  return { traceId, parentId, flags: Number.parseInt(flags, 16) & (SAMPLED | RANDOM_ID) };
}

const MAX_MEMBERS = 32;
const MAX_STATE_LENGTH = 512;
const KEY = /^[a-z\d][a-z\d_\-*/@]{0,255}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Reads `tracestate` and returns it without spaces around and empty members; `undefined` when it is malformed, empty, or too long to pass on. */
export function tryParseTraceState(header: string): string | undefined {
  if (header.length > MAX_STATE_LENGTH * 2) return undefined;
  const keys = new Set<string>();
  const members: string[] = [];
  for (const part of header.split(',')) {
    const member = part.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
    if (member === '') continue;
    const end = member.indexOf('=');
    const key = member.slice(0, end);
    if (end === -1 || !KEY.test(key) || !VALUE.test(member.slice(end + 1)) || keys.has(key)) return undefined;
    keys.add(key);
    members.push(member);
  }
  const state = members.join(',');
  return members.length === 0 || members.length > MAX_MEMBERS || state.length > MAX_STATE_LENGTH ? undefined : state;
}

/** Writes `traceparent`. */
export function toTraceParent({ traceId, parentId, flags }: TraceParent): string {
  return `00-${traceId}-${parentId}-0${flags}`;
}
