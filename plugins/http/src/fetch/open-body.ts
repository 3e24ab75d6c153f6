/** The body of a web request as a Node stream: counted, at the pace of its reader, and harmless when nobody reads it. */
import { Readable } from 'node:stream';
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';

/**
 * Opens the body of `request`. Reading fails with a `BodyTooLargeError` beyond the limit, with a `RequestAbortedError` when
 * the body breaks off or the signal of the request aborts.
 */
export function openWebBody({ body: source, headers, signal }: Request, limitBytes: number): Readable {
  const reader = source?.getReader();
  let size = 0;
  const cancel = (): void => void reader?.cancel().catch(() => undefined);
  const readable = new Readable({
    read() {
      if (reader === undefined) {
        readable.push(null);
        return;
      }
      reader.read().then(
        ({ done, value }) => {
          size += value?.byteLength ?? 0;
          if (done) readable.push(null);
          else if (size > limitBytes) readable.destroy(new BodyTooLargeError(limitBytes));
          else readable.push(value);
        },
        (error: unknown) => readable.destroy(new RequestAbortedError(error)),
      );
    },
    destroy(error, done) {
      signal.removeEventListener('abort', onAbort);
      cancel();
      done(error);
    },
  });
  const onAbort = (): void => void readable.destroy(new RequestAbortedError(signal.reason));
  readable.on('error', () => undefined); // whoever reads it sees it; that nobody does must not end the process
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  else if (Number(headers.get('content-length') ?? 0) > limitBytes) readable.destroy(new BodyTooLargeError(limitBytes));
  return readable;
}
