/** Finds the line of the application that is being run, for messages: the first that is neither of this package nor of another. */
import { pathToFileURL } from 'node:url';

const OWN_ROOT = pathToFileURL(`${import.meta.dirname}/`).href;
const FRAME = /^\s*at (?:.*?\()?(.+?:\d+):\d+\)?$/;
/** Deeper callers say nothing of the query. */
const MAX_FRAMES = 40;

/** The callers at some moment; their text is made only when it is asked for. */
export interface Callers {
  readonly stack?: string;
}

/** Remembers the callers. It takes microseconds: the engine only notes their addresses. */
export function captureCallers(): Callers {
  const callers: Callers = {};
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MAX_FRAMES;
  Error.captureStackTrace(callers, captureCallers);
  Error.stackTraceLimit = stackTraceLimit;
  return callers;
}

/** Returns where the application called, like `file:///app/routes/articles.ts:12`; `undefined` when it is not among the callers. */
export function findApplicationLine({ stack = '' }: Callers = captureCallers()): string | undefined {
  for (const frame of stack.split('\n')) {
    const place = FRAME.exec(frame)?.[1]?.replace(/^async /, '');
    if (place === undefined || place.startsWith('node:') || place.includes('/node_modules/')) continue;
    const url = place.startsWith('/') ? pathToFileURL(place).href : place;
    if (!url.startsWith(OWN_ROOT) && url.startsWith('file:')) return url;
  }
  return undefined;
}
