/** Finds the line of the application that is being run, for messages: the first that is neither of this package nor of another. */
import { pathToFileURL } from 'node:url';

const OWN_ROOT = pathToFileURL(`${import.meta.dirname}/`).href;
const FRAME = /^\s*at (?:.*?\()?(.+?:\d+):\d+\)?$/;
/** Deeper callers say nothing of the query. */
const MAX_FRAMES = 40;

/** Returns where the application called, like `file:///app/routes/articles.ts:12`; `undefined` when it is not among the callers. */
export function findApplicationLine(): string | undefined {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = MAX_FRAMES;
  const { stack = '' } = new Error('where am I');
  Error.stackTraceLimit = stackTraceLimit;
  for (const frame of stack.split('\n')) {
    const place = FRAME.exec(frame)?.[1]?.replace(/^async /, '');
    if (place === undefined || place.startsWith('node:') || place.includes('/node_modules/')) continue;
    const url = place.startsWith('/') ? pathToFileURL(place).href : place;
    if (!url.startsWith(OWN_ROOT) && url.startsWith('file:')) return url;
  }
  return undefined;
}
