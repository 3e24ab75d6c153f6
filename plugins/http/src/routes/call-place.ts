/** Finds where a route was declared, `file:line`, so that errors and `oxidite routes` can show it. Costs a stack, so only while declaring. */
import { fileURLToPath } from 'node:url';

const OWN_DIRECTORY = new URL('..', import.meta.url).href;

/** Returns the place of the first caller outside of this package, or `unknown`. */
export function findCallPlace(): string {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 20;
  const { stack = '' } = new Error('place');
  Error.stackTraceLimit = stackTraceLimit;
  for (const line of stack.split('\n').slice(1)) {
    const place = /\(?((?:file:|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line);
    const file = place?.[1];
    if (file === undefined || toUrl(file).startsWith(OWN_DIRECTORY)) continue;
    return `${file.startsWith('file:') ? fileURLToPath(file) : file}:${place?.[2] ?? ''}`;
  }
  return 'unknown';
}

function toUrl(file: string): string {
  return file.startsWith('file:') ? file : `file://${file}`;
}
