/** Puts the headers of a response together: what the result implies, below what was staged, below what a reply names. */
import type { FlatHeaders } from '../exchange/exchange.ts';
import type { ReplyHeaders } from './reply.ts';

/** Headers that stand above those a result implies. */
export interface HeaderSources {
  /** From `request.responseHeaders`, then from the h3 event. */
  readonly staged: readonly Headers[];
  readonly reply: ReplyHeaders | undefined;
}

/** The headers that describe the bytes themselves; only the sender knows them. */
const FRAMING = new Set(['content-length', 'transfer-encoding', 'connection']);

/** Returns all headers, later sources replacing earlier ones; `set-cookie` adds up. */
export function mergeHeaders(base: FlatHeaders, sources: HeaderSources | undefined): FlatHeaders {
  if (sources === undefined) return base;
  const merged = new Headers();
  for (let index = 0; index < base.length; index += 2) merged.append(base[index] ?? '', base[index + 1] ?? '');
  for (const staged of sources.staged) {
    for (const [name, value] of staged) put(merged, name, value);
  }
  for (const [name, value] of Object.entries(sources.reply ?? {})) {
    if (typeof value === 'string') put(merged, name, value);
    else putAll(merged, name, value);
  }
  const flat: FlatHeaders = [];
  for (const [name, value] of merged) flat.push(name, value);
  return flat;
}

function put(merged: Headers, name: string, value: string): void {
  if (name.toLowerCase() === 'set-cookie') merged.append(name, value);
  else if (!FRAMING.has(name.toLowerCase())) merged.set(name, value);
}

function putAll(merged: Headers, name: string, values: readonly string[]): void {
  if (FRAMING.has(name.toLowerCase())) return;
  if (name.toLowerCase() !== 'set-cookie') merged.delete(name);
  for (const value of values) merged.append(name, value);
}
