/** Lets a stream be read by someone else, and tells when that has ended. */

/** A stream that is passed on. */
export interface TrackedStream {
  /** What the reader gets. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Settles when the stream has ended or its reader has cancelled it. Rejects when the stream fails. */
  readonly ended: Promise<void>;
}

/** Tracks a stream; it is read at the pace of its reader. */
export function trackStream(source: ReadableStream<Uint8Array>): TrackedStream {
  const reader = source.getReader();
  const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const chunk = await reader.read();
        if (!chunk.done) {
          controller.enqueue(chunk.value);
          return;
        }
        controller.close();
        resolve();
      } catch (error) {
        controller.error(error);
        reject(error);
      }
    },
    async cancel(reason) {
      await reader.cancel(reason).catch(() => undefined);
      resolve();
    },
  });
  return { readable, ended };
}
