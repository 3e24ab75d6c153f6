/** Streams as results: web streams as they are, and whatever is iterated asynchronously, Node's streams and generators among them. */

/** Returns the stream of a result, or `undefined` when it is none. Text in async iterables is sent as UTF-8. */
export function toByteStream(result: unknown): ReadableStream<Uint8Array> | undefined {
  if (result instanceof ReadableStream) return result;
  return isAsyncIterable(result) ? ReadableStream.from(encode(result)) : undefined;
}

async function* encode(chunks: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const chunk of chunks) yield chunk instanceof Uint8Array ? chunk : encoder.encode(String(chunk));
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
