/**
 * Finds the file that a path names below a directory. What leads out of it does not exist: dot segments, encoded
 * separators, links that point elsewhere, names with a leading dot.
 */
import { realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** A file that may be sent. */
export interface FoundFile {
  readonly kind: 'file';
  /** The real path, without links. */
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/** What was found: a file, a directory, or nothing. */
export type Found = FoundFile | { readonly kind: 'directory' } | undefined;

/** The names with a leading dot that are meant for everyone. Source: RFC 8615. */
const PUBLIC_DOT_NAMES = new Set(['.well-known']);

/** Finds what `name`, decoded, with `/` between its segments, names below `root`. */
export async function findFile(root: string, name: string): Promise<Found> {
  const segments = name.split('/').filter((segment) => segment !== '');
  if (!segments.every(isSafeSegment)) return undefined;
  try {
    const [realRoot, path] = await Promise.all([realpath(root), realpath(join(root, ...segments))]);
    if (path !== realRoot && !path.startsWith(realRoot.endsWith(sep) ? realRoot : realRoot + sep)) return undefined;
    const entry = await stat(path);
    if (entry.isDirectory()) return { kind: 'directory' };
    return entry.isFile() ? { kind: 'file', path, size: entry.size, modifiedMs: entry.mtimeMs } : undefined;
  } catch {
    return undefined; // it does not exist, or may not be read: the same to a client
  }
}

/** On Windows, a colon names a stream or a drive, and names end before dots and spaces. */
function isSafeSegment(segment: string): boolean {
  if (segment.startsWith('.') && !PUBLIC_DOT_NAMES.has(segment)) return false;
  if (/[/\\\0]/.test(segment)) return false;
  return sep === '/' || !/[:*?"<>|]|[. ]$/.test(segment);
}
