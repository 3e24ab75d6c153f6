/** The body of a response: decoded, under its limits, readable once, and never left behind with its connection. */
import type { Clock } from '@oxidite/plugin-sdk';
import { type Duplex, pipeline, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { CreateDecoder } from './decode-body.ts';
import { watchIdle } from './watch-idle.ts';

/** What a body that nobody wants may still send, so that its connection can be used again. */
const DISCARD_BYTES = 64 * 1024;
const DISCARD_MS = 1_000;

/** A body that is still coming. */
export interface ResponseBody {
  /** Yields the body; once. */
  read(): AsyncGenerator<Uint8Array, void, undefined>;
  /** Nobody wants it: reads a short one, so that its connection can be used again, and breaks off a long one. Resolves then. */
  discard(): Promise<void>;
  /** Breaks it off. */
  destroy(): void;
  /** Runs a function when nothing more can come, however it ended. */
  onClose(run: () => void): void;
}

/** What a body is made of. */
export interface ResponseBodyParts {
  readonly raw: Dispatcher.ResponseData['body'];
  readonly decoders: readonly CreateDecoder[];
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly limitBytes: number;
  /** How long it says it is, as it comes; `undefined` when it does not say. */
  readonly declaredBytes: number | undefined;
  /** Runs when nothing has come for `timeoutMs`; ends the request. */
  readonly onIdle: () => void;
  /** Makes the error when the body has more than `limitBytes`. */
  readonly tooLarge: () => Error;
  /** Makes the error of the call of one that occurred. */
  readonly toError: (error: unknown) => Error;
}

/** Creates a body. */
export function createResponseBody(parts: ResponseBodyParts): ResponseBody {
  const { raw, decoders, clock, timeoutMs, limitBytes, declaredBytes = 0, onIdle, tooLarge, toError } = parts;
  raw.on('error', () => undefined); // whoever reads gets it; one that nobody reads may fail in silence

  const open = (): AsyncIterable<Uint8Array> => {
    const watched = watchIdle(raw, { clock, timeoutMs, onIdle });
    if (decoders.length === 0) return watched;
    return pipeline([Readable.from(watched, { objectMode: false }), ...decoders.map((create) => create())], () => undefined) as Duplex;
  };

  async function* read(): AsyncGenerator<Uint8Array, void, undefined> {
    let size = 0;
    try {
      if (declaredBytes > limitBytes) throw tooLarge();
      for await (const chunk of open()) {
        size += chunk.byteLength;
        if (size > limitBytes) throw tooLarge();
        yield chunk;
      }
    } catch (error) {
      throw toError(error);
    } finally {
      raw.destroy(); // does nothing after its end
    }
  }

  const discard = async (): Promise<void> => {
    if (raw.closed) return;
    const timer = clock.setTimeout(() => raw.destroy(), DISCARD_MS);
    try {
      await raw.dump({ limit: DISCARD_BYTES });
    } catch {
      // it ended all the same
    } finally {
      timer.cancel();
    }
  };
  const onClose = (run: () => void): void => {
    if (raw.closed) run();
    else raw.once('close', run);
  };
  return { read, discard, destroy: () => void raw.destroy(), onClose };
}
