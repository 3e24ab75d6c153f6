/** Reads the stack of an error. Source: V8, "Stack trace API" (the format of `Error.stack`); source maps are applied by Node. */
import { isAbsolute, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One line of a stack. */
export interface StackFrame {
  /** The line as it is, without its indentation. */
  readonly text: string;
  /** The absolute path of the file; `undefined` for what has none. */
  readonly file: string | undefined;
  readonly line: number;
  /** `true` for a source file of the application: below its directory, and no dependency. */
  readonly isOwn: boolean;
}

/** Deeper stacks tell nothing more. */
const MAX_FRAMES = 50;
const LOCATION = /^at (?:.*?\()?((?:file:\/\/|\/|[A-Za-z]:[\\/])[^()]*?):(\d+)(?::\d+)?\)?$/;
const SOURCE_FILE = /\.[cm]?[jt]sx?$/;

/**
 * Returns the frames of an error below `root`. The message stands before them in the same text, and could itself look like
 * frames, so it is taken off first; a stack that does not begin with it has none that can be trusted.
 */
export function parseStack(error: Error, root: string): readonly StackFrame[] {
  const { stack } = error;
  if (typeof stack !== 'string') return [];
  const messageEnd = findMessageEnd(stack, error);
  if (messageEnd === -1) return [];
  return stack
    .slice(messageEnd)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES)
    .map((text) => toFrame(text, root));
}

function findMessageEnd(stack: string, { message }: Error): number {
  if (message === '') return 0;
  const start = stack.indexOf(message);
  return start === -1 ? -1 : start + message.length;
}

function toFrame(text: string, root: string): StackFrame {
  const [, location, line] = LOCATION.exec(text) ?? [];
  const file = location === undefined ? undefined : toPath(location);
  return { text, file, line: Number(line ?? 0), isOwn: file !== undefined && isOwnSource(file, root) };
}

function toPath(location: string): string | undefined {
  try {
    return location.startsWith('file:') ? fileURLToPath(location) : location;
  } catch {
    return undefined;
  }
}

function isOwnSource(file: string, root: string): boolean {
  const path = relative(root, file);
  if (path === '' || isAbsolute(path) || !SOURCE_FILE.test(path)) return false;
  const parts = path.split(sep);
  return parts[0] !== '..' && !parts.includes('node_modules');
}
