/**
 * Sends events as they happen, at the pace of the client: the source is asked for the next event when the last one has
 * left. Heartbeats keep proxies from closing the connection; when the server drains, the stream ends, and the client comes
 * back to another process after the time it was told.
 */
import { Readable } from 'node:stream';
import type { Clock } from '@oxidite/plugin-sdk';
import { type EventFields, formatComment, formatEvent } from './format-event.ts';

/** What a stream of events needs. */
export interface EventStreamOptions {
  readonly clock: Clock;
  /** How often a comment is sent when nothing else is. */
  readonly heartbeatMs: number;
  /** How long clients wait before they come back after a lost connection. */
  readonly retryMs: number;
  /** Tells when the server is about to end; returns what takes the listener away. */
  readonly onDrain: (listener: () => void) => () => void;
}

/** Gives events until it has no more, or its signal aborts: the client is gone, or the server ends. */
export type EventSource = (signal: AbortSignal) => AsyncIterable<EventFields>;

/** Creates the body of a response from a source of events. The source is started with the first read. */
export function createEventStream(source: EventSource, options: EventStreamOptions): Readable {
  const { clock, heartbeatMs, retryMs } = options;
  const controller = new AbortController();
  const events = source(controller.signal)[Symbol.asyncIterator]();
  let isOver = false;
  let isPulling = false;

  const end = (): void => {
    if (isOver) return;
    isOver = true;
    stream.push(null);
  };
  const endSource = async (): Promise<void> => {
    try {
      await events.return?.();
    } catch {
      // the response is over: there is nobody left to tell
    }
  };
  const pull = async (): Promise<void> => {
    if (isPulling || isOver) return;
    isPulling = true;
    try {
      const next = await events.next();
      isPulling = false;
      if (next.done === true) end();
      else if (!isOver) stream.push(formatEvent(next.value));
    } catch (error) {
      if (!isOver) stream.destroy(error instanceof Error ? error : new Error('The source of events failed.', { cause: error }));
    }
  };
  const stream: Readable = new Readable({
    read: () => void pull(),
    destroy(error, done) {
      isOver = true;
      heartbeat.cancel();
      stopListening();
      controller.abort(new DOMException('Nobody listens to these events any more.', 'AbortError'));
      void endSource();
      done(error);
    },
  });
  const heartbeat = clock.setInterval(() => {
    if (!isOver && stream.readableLength === 0) stream.push(formatComment('heartbeat'));
  }, heartbeatMs);
  const stopListening = options.onDrain(end);
  stream.push(formatEvent({ retryMs }));
  return stream;
}
