/** Sends a web stream as the body of a Node response, at the pace of the client. */
import type { ServerResponse } from 'node:http';

/**
 * Sends `stream` and ends `response`. Settles when all is handed over, or the client is gone and the stream cancelled.
 * @throws Whatever the stream fails with; the connection is broken off then.
 */
export async function pipeStream(stream: ReadableStream<Uint8Array>, response: ServerResponse, isHead: boolean): Promise<void> {
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
    response.destroy();
    throw error;
  } finally {
    response.removeListener('close', onClose);
  }
}

/** Settles when the response takes more, or was closed. */
function drained(response: ServerResponse): Promise<void> {
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
