/** Frees what a result holds that came too late: nobody will read its stream. */
import { Readable } from 'node:stream';

/** Closes the stream of a result, or of the body of a reply or a `Response`, if there is one. */
export function discardResult(result: unknown): void {
  if (typeof result !== 'object' || result === null) return;
  if (!closeStream(result) && 'body' in result) closeStream(result.body);
}

function closeStream(value: unknown): boolean {
  if (value instanceof Readable) {
    value.on('error', () => undefined); // nobody else listens any more
    value.destroy();
    return true;
  }
  if (!(value instanceof ReadableStream)) return false;
  if (!value.locked) void value.cancel().catch(() => undefined);
  return true;
}
