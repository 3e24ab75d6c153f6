/** What a client tells of a file, made harmless. */

/** A file as its client describes it. */
export interface FileInfo {
  /** The name of the field it came in. */
  readonly field: string;
  /** The last part of the name it had with the client: no path, no control characters; `unnamed` when nothing is left. */
  readonly name: string;
  /** The media type it is said to have, in lower case, without parameters. */
  readonly type: string;
}

const MAX_NAME_LENGTH = 255;

/** Control characters, and the invisible ones that turn the order of the others: a name must look like what it is. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** Reduces the file name of a client to a base name. It is for showing and for extensions; it is unique to nobody. */
export function toBaseName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? '';
  const safe = base.normalize('NFC').replaceAll(UNSAFE, '').replaceAll(':', '_').trim();
  const short = safe.length > MAX_NAME_LENGTH ? shorten(safe) : safe;
  return short === '' || short === '.' || short === '..' ? 'unnamed' : short;
}

/** Keeps the extension. */
function shorten(name: string): string {
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 16 ? name.slice(dot) : '';
  return (name.slice(0, MAX_NAME_LENGTH - extension.length) + extension).toWellFormed();
}
