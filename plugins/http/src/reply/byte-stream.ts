/** Streams as results: web streams as they are, and whatever is iterated asynchronously, Node's streams and generators among them. */
import { Readable } from 'node:stream';

/** Returns the stream of a result, or `undefined` when it is none. Text in async iterables is sent as UTF-8. */
export function toByteStream(result: unknown): ReadableStream<Uint8Array> | undefined {
  if (result instanceof ReadableStream) return result;
  return isAsyncIterable(result) ? ReadableStream.from(encode(result)) : undefined;
}

/** Converts a Node stream; one of objects may hold text. Cancelling destroys it. */
export function toWebStream(stream: Readable): ReadableStream<Uint8Array> {
  if (!stream.readableObjectMode) return Readable.toWeb(stream) as ReadableStream<Uint8Array>; // Node's type of the same class
  const chunks = encode(stream);
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: () => void stream.destroy(),
  });
}

async function* encode(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield chunk instanceof Uint8Array ? chunk : encoder.encode(String(chunk));
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
