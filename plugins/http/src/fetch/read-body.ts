/** Reads the body of a web request as a whole. Bytes are counted; only what a server has framed is read in one go. */
import { BodyTooLargeError, RequestAbortedError } from '../problem/request-errors.ts';

/**
 * Reads a stream to its end.
 * @throws {BodyTooLargeError} as soon as it is larger than `limitBytes`; what follows is not read.
 * @throws {RequestAbortedError} when it breaks off.
 */
export async function readStream(stream: ReadableStream<Uint8Array>, limitBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const chunk = await reader.read().catch((error: unknown) => {
      throw new RequestAbortedError(error);
    });
    if (chunk.done) return Buffer.concat(chunks, size);
    size += chunk.value.byteLength;
    if (size > limitBytes) {
      await reader.cancel().catch(() => undefined);
      throw new BodyTooLargeError(limitBytes);
    }
    chunks.push(chunk.value);
  }
}

/**
 * Reads a body whose length is known to be allowed.
 * @throws {RequestAbortedError} when it breaks off.
 */
export async function readFramed(request: Request): Promise<Uint8Array> {
  try {
    return new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    throw new RequestAbortedError(error);
  }
}
