/** The body of a Node request as a stream of its own: counted, at the pace of its reader, and harmless when nobody reads it. */
import { Readable } from 'node:stream';
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';

/** How a body is opened. */
export interface OpenBodyOptions {
  readonly limitBytes: number;
  /** The length that the client claims, if any. */
  readonly claimedBytes: string | undefined;
  /** Called once, before the first bytes are asked for. */
  readonly onBegin: () => void;
  /** Tells, when the source has ended, whether it was broken off. */
  readonly isBroken: () => boolean;
}

/**
 * Opens the body that arrives in `source`. Reading fails with a `BodyTooLargeError` beyond the limit, with a
 * `RequestAbortedError` when the client goes away. What is left when the stream is destroyed is thrown away.
 */
export function openNodeBody(source: Readable, { limitBytes, claimedBytes, onBegin, isBroken }: OpenBodyOptions): Readable {
  let size = 0;
  let isBegun = false;
  let isEnded = false;
  const body = new Readable({
    read() {
      if (isBegun) source.resume();
      else begin();
    },
    destroy(error, done) {
      source.off('data', onData);
      source.resume();
      done(error);
    },
  });
  const onData = (chunk: Buffer): void => {
    size += chunk.length;
    if (size > limitBytes) body.destroy(new BodyTooLargeError(limitBytes));
    else if (!body.push(chunk)) source.pause();
  };
  const onEnd = (): void => {
    if (isBroken()) return; // its `close` follows
    isEnded = true;
    body.push(null);
  };
  const onBroken = (error?: unknown): void => {
    if (!isEnded) body.destroy(new RequestAbortedError(error));
  };
  const begin = (): void => {
    isBegun = true;
    onBegin();
    source.on('data', onData);
    source.on('end', onEnd);
  };
  body.on('error', () => undefined); // whoever reads it sees it; that nobody does must not end the process
  source.on('error', onBroken);
  source.on('close', () => onBroken());
  if (Number(claimedBytes) > limitBytes) body.destroy(new BodyTooLargeError(limitBytes));
  else if (source.destroyed) onBroken();
  return body;
}
