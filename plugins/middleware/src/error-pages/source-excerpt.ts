/** Reads the lines around a place in a source file of the application. */
import { readFile, realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import type { StackFrame } from './stack-frames.ts';

/** A line of source. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
  readonly isHit: boolean;
}

/** The lines around the place where an error came from. */
export interface SourceExcerpt {
  /** Relative to the directory of the application, with the line: `app/routes/articles.ts:12`. */
  readonly place: string;
  readonly lines: readonly SourceLine[];
}

const CONTEXT_LINES = 6;
const MAX_LINE_LENGTH = 400;
const MAX_BYTES = 2_000_000;

/** Returns the excerpt at the first frame that is the application's own; `undefined` when there is none, or it cannot be read. */
export async function readExcerpt(frames: readonly StackFrame[], root: string): Promise<SourceExcerpt | undefined> {
  const frame = frames.find(({ isOwn }) => isOwn);
  if (frame?.file === undefined) return undefined;
  try {
    const [file, top] = await Promise.all([realpath(frame.file), realpath(root)]);
    if (relative(top, file).startsWith('..')) return undefined; // a link that leads elsewhere
    const text = await readFile(file, 'utf8');
    if (text.length > MAX_BYTES) return undefined;
    const all = text.split(/\r?\n/);
    const first = Math.max(1, frame.line - CONTEXT_LINES);
    const lines = all.slice(first - 1, frame.line + CONTEXT_LINES).map((line, index) => ({
      number: first + index,
      text: line.slice(0, MAX_LINE_LENGTH),
      isHit: first + index === frame.line,
    }));
    return lines.length === 0 ? undefined : { place: `${relative(root, frame.file)}:${frame.line}`, lines };
  } catch {
    return undefined; // the page is there to explain an error, not to add one
  }
}
