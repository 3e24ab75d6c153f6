/**
 * Takes a multipart body apart while it arrives, one part after the other, at the pace of whoever consumes the parts. The
 * parser skips what it does not understand; here that is an error.
 * Source: RFC 2046, section 5.1.1; RFC 7578.
 */
import { Dicer } from '@fastify/busboy';
import type { Readable } from 'node:stream';
import { BodyMalformedError, BodyTooComplexError } from '../problem/request-errors.ts';
import { type PartHeaders, type RawPartHeaders, readPartHeaders } from './part-headers.ts';

/** One part: its headers, and its content, which must be read before the next part comes. */
export interface Part extends PartHeaders {
  readonly content: AsyncIterable<Buffer>;
}

/** How a body is taken apart. */
export interface PartsOptions {
  readonly boundary: string;
  /** The greatest number of parts. */
  readonly maxParts: number;
  /** Handles one part; the next one waits for it. What it does not read is thrown away. */
  readonly onPart: (part: Part) => Promise<void>;
}

/** The greatest size of the headers of one part. */
const MAX_HEADER_BYTES = 8_192;
const MAX_HEADERS = 32;
/** The parser cuts headers off; at twice the limit that cannot hide that they were too long. */
const PARSER_OPTIONS = { maxHeaderPairs: MAX_HEADERS, maxHeaderSize: 2 * MAX_HEADER_BYTES, autoDestroy: false };

/**
 * Reads all parts. Rejects with the first error of the source, the parser or `onPart`; the source is destroyed then.
 * @throws {BodyMalformedError} 400 when the body is no multipart, or ends too early.
 * @throws {BodyTooComplexError} 400 when it has too many parts or headers.
 */
export async function readParts(source: Readable, { boundary, maxParts, onPart }: PartsOptions): Promise<void> {
  const parser = new Dicer({ boundary, ...PARSER_OPTIONS });
  const open = new Set<Dicer.PartStream>();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  let failure: { readonly error: unknown } | undefined;
  let handled = Promise.resolve();
  let begun = 0;
  let headed = 0;
  let isAtEnd = false;
  let onWritten: () => void = () => undefined;

  const fail = (error: unknown): void => {
    failure ??= { error };
    reject(failure.error);
  };
  failed.catch(() => undefined); // it is awaited below, but may come earlier

  const handle = async (stream: Dicer.PartStream, raw: RawPartHeaders): Promise<void> => {
    if (failure !== undefined) return;
    assertHeaders(raw);
    await onPart({ ...readPartHeaders(raw), content: stream.iterator({ destroyOnReturn: false }) });
    stream.resume();
    open.delete(stream);
  };
  parser.on('part', (stream: Dicer.PartStream) => {
    open.add(stream);
    stream.on('error', () => undefined); // the parser says it as well
    if (++begun > maxParts) fail(new BodyTooComplexError(`it has more than ${maxParts} parts`));
    stream.on('header', (raw) => {
      headed++;
      handled = handled.then(() => handle(stream, raw as RawPartHeaders)).catch(fail); // its type says no more than `object`
    });
  });
  parser.on('error', (error) => fail(new BodyMalformedError('it ends too early', error)));
  parser.on('finish', () => {
    isAtEnd = true;
    onWritten(); // the parser forgets to say so of the write in which it comes to its end while it is paused
  });
  const write = (chunk: Buffer): Promise<void> =>
    new Promise((resolve) => {
      onWritten = resolve;
      parser.write(chunk, () => resolve());
    });

  const pump = async (): Promise<void> => {
    for await (const chunk of source) if (!isAtEnd) await write(chunk);
    if (!isAtEnd) await new Promise<void>((resolve) => parser.end(() => resolve()));
    await handled;
    await new Promise(setImmediate); // a missing end is reported in the next turn
    if (headed < begun) fail(new BodyMalformedError('one of its parts has no headers'));
  };
  try {
    await Promise.race([failed, pump()]);
    if (failure !== undefined) throw (failure as { error: unknown }).error; // assigned by the functions above
  } catch (error) {
    failure ??= { error };
    source.destroy();
    for (const stream of open) stream.destroy(error instanceof Error ? error : undefined);
    throw error;
  }
}

function assertHeaders(raw: RawPartHeaders): void {
  let count = 0;
  let size = 0;
  for (const [name, values] of Object.entries(raw)) {
    for (const value of values) {
      count++;
      size += name.length + value.length;
    }
  }
  if (count >= MAX_HEADERS || size > MAX_HEADER_BYTES) throw new BodyTooComplexError('one of its parts has too many headers');
}
