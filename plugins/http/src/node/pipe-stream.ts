/** Sends a stream as the body of a Node response, at the pace of the client. */
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Sends `stream` and ends `response`. Settles when all is handed over, or the client is gone and the stream cancelled.
 * @throws Whatever the stream fails with; the connection is broken off then.
 */
export async function pipeStream(stream: ReadableStream<Uint8Array>, response: Writable, isHead: boolean): Promise<void> {
  if (isHead) {
    response.end();
    await stream.cancel().catch(() => undefined);
    return;
  }
  const reader = stream.getReader();
  const onClose = (): void => void reader.cancel().catch(() => undefined);
  response.once('close', onClose);
  try {
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      if (!response.write(chunk.value)) await drained(response);
    }
    response.end();
  } catch (error) {
    breakOff(response);
    throw error;
  } finally {
    response.removeListener('close', onClose);
  }
}

/**
 * Sends a Node stream and ends `response`. Settles when all is handed over, or the client is gone and the stream destroyed.
 * @throws Whatever the stream fails with; the connection is broken off then.
 */
export async function pipeReadable(stream: Readable, response: Writable, isHead: boolean): Promise<void> {
  if (isHead) {
    response.end();
    stream.destroy();
    return;
  }
  if ('strictContentLength' in response) response.strictContentLength = true; // a body that is not as long as was said breaks the connection, not the next response
  try {
    await pipeline(stream, response);
  } catch (error) {
    if (response.destroyed && stream.errored === null) return; // the client left
    if (isPremature(error)) return;
    breakOff(response);
    throw error;
  }
}

function isPremature(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Breaks a response off so that the client sees it is incomplete: a stream of HTTP/2 that is closed without an error, even with an error code, looks complete. */
export function breakOff(response: Writable): void {
  response.destroy('rstCode' in response ? new Error('The response was broken off.') : undefined);
}

/** Settles when the response takes more, or was closed. */
function drained(response: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) {
      resolve();
      return;
    }
    const settle = (): void => {
      response.removeListener('drain', settle);
      response.removeListener('close', settle);
      resolve();
    };
    response.once('drain', settle);
    response.once('close', settle);
  });
}
