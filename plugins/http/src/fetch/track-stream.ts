/** Lets a stream be read by someone else, tells when that has ended, and can break it off. */
import { Readable } from 'node:stream';

/** How the reading of a stream has ended: it was read, or its reader has left. */
export type StreamEnd = 'read' | 'left';

/** A stream that is passed on. */
export interface TrackedStream {
  /** What the reader gets. It is read at the pace of its reader. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Settles when the stream has ended, or its reader has cancelled it. Rejects when the stream fails. */
  readonly ended: Promise<StreamEnd>;
  /** Ends the stream before its time, so that its reader sees that something is missing. */
  breakOff(): void;
}

/** Options of {@link trackStream}. */
export interface TrackOptions {
  /** `true`: the reader is not told why a stream failed. Runtimes print what they are told. */
  readonly isSilent: boolean;
  /** Told when the next piece is awaited from the source, and when it has been handed over. */
  readonly onPull?: (state: 'awaited' | 'handed-over') => void;
}

interface Source {
  next(): Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>;
  cancel(reason: unknown): Promise<unknown>;
}

/** Tracks a stream. */
export function trackStream(body: Readable | ReadableStream<Uint8Array>, { isSilent, onPull }: TrackOptions): TrackedStream {
  const source = body instanceof Readable ? fromReadable(body) : fromWeb(body);
  const { promise: ended, resolve, reject } = Promise.withResolvers<StreamEnd>();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const leave = async (reason: unknown): Promise<void> => {
    resolve('left');
    await source.cancel(reason).catch(() => undefined);
  };
  const pull = async (): Promise<void> => {
    try {
      onPull?.('awaited');
      const { done, value } = await source.next();
      onPull?.('handed-over');
      if (done !== true) {
        controller?.enqueue(toBytes(value));
        return;
      }
      resolve('read');
      controller?.close();
    } catch (error) {
      reject(error);
      controller?.error(isSilent ? undefined : error);
    }
  };
  const start = (own: ReadableStreamDefaultController<Uint8Array>): void => void (controller = own);
  const readable = new ReadableStream<Uint8Array>({ start, pull, cancel: leave }, { highWaterMark: 0 }); // the source begins with the first read
  return {
    readable,
    ended,
    breakOff() {
      void leave(new DOMException('The response was broken off.', 'AbortError'));
      controller?.error(isSilent ? undefined : new TypeError('The response was broken off.'));
    },
  };
}

function fromWeb(stream: ReadableStream<Uint8Array>): Source {
  const reader = stream.getReader();
  return { next: () => reader.read(), cancel: (reason) => reader.cancel(reason) };
}

function fromReadable(readable: Readable): Source {
  const iterator = readable[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    async cancel() {
      readable.destroy();
      await iterator.return?.();
    },
  };
}

function toBytes(chunk: unknown): Uint8Array {
  return typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array); // whatever else a body consists of, cannot be sent
}
