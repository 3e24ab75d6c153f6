/**
 * A call: a promise of its response, with shortcuts to what is in it. It is sent in any case, also when nobody asks for
 * anything, and its response is read, so that its connection is free again.
 */
import type { AnySchema, BodyReader } from '../response/body-reader.ts';
import type { HttpClientResponse } from '../response/http-client-response.ts';

/** A call that is under way. Awaited, it gives the whole response; a status that is no success rejects it. */
export interface HttpClientCall extends Promise<HttpClientResponse>, BodyReader {
  /** Gives the body as it comes. To be asked for at once: `await httpClient.get(url).stream()`. */
  stream(): Promise<ReadableStream<Uint8Array>>;
}

/** How a call is run. */
export interface CallRunners {
  readonly whole: () => Promise<HttpClientResponse>;
  readonly stream: () => Promise<ReadableStream<Uint8Array>>;
}

/** Creates a call; it starts as soon as the caller has said whether it wants a stream. */
export function createCall({ whole, stream }: CallRunners): HttpClientCall {
  let mode: 'undecided' | 'whole' | 'stream' = 'undecided';
  let streamed: Promise<ReadableStream<Uint8Array>> | undefined;
  const response = new Promise<HttpClientResponse>((resolve, reject) => {
    queueMicrotask(() => {
      if (mode === 'stream') {
        reject(new TypeError('The response of this call is read as a stream: await what stream() returns.'));
        return;
      }
      mode = 'whole';
      whole().then(resolve, reject);
    });
  });
  return Object.assign(response, {
    json: async (schema?: AnySchema): Promise<never> => (await response).json(schema as AnySchema) as Promise<never>, // its type is known to the caller
    text: async () => (await response).text(),
    bytes: async () => (await response).bytes(),
    stream: async () => {
      if (mode === 'whole') return toStreamOf(await (await response).bytes());
      mode = 'stream';
      response.catch(() => undefined); // nobody awaits it
      streamed ??= stream();
      return streamed;
    },
  });
}

function toStreamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });
}
