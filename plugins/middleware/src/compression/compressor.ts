/**
 * Compresses bodies: small ones at once, larger ones beside the main thread, streams as they come.
 * Source: Node.js, "Zlib"; RFC 7932 (Brotli), RFC 8878 (Zstandard), RFC 1952 (gzip).
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { promisify } from 'node:util';
import * as zlib from 'node:zlib';
import type { Coding, CompressionOptions } from './options.ts';

const { constants } = zlib;

/** Up to this size, compressing takes less than handing over to another thread and coming back is worth. */
const SYNC_BYTES = 16_384;

/** A client decides how long a stream lives, so its window is kept small: Brotli takes a few times 2^18 bytes, not 2^22. */
const STREAM_WINDOW_BITS = 18;

/** One coding, ready to be used. */
export interface Compressor {
  /** Compresses a whole body; returns a promise for large ones. */
  whole(body: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** Compresses a stream. What is read so far is passed on whenever the source pauses; destroying one of both destroys the other. */
  stream(source: Readable | ReadableStream<Uint8Array>): Readable;
}

interface Engine {
  readonly now: (body: Uint8Array) => Uint8Array;
  readonly later: (body: Uint8Array) => Promise<Uint8Array>;
  readonly open: () => Transform & { flush(callback?: () => void): void };
}

/** Creates the compressor of each coding that the options name and this runtime has. */
export function createCompressors(options: CompressionOptions): ReadonlyMap<Coding, Compressor> {
  const compressors = new Map<Coding, Compressor>();
  for (const coding of options.codings) {
    const engine = createEngine(coding, options);
    if (engine !== undefined) compressors.set(coding, toCompressor(engine));
  }
  return compressors;
}

function toCompressor({ now, later, open }: Engine): Compressor {
  return {
    whole: (body) => (body.byteLength <= SYNC_BYTES ? now(body) : later(body)),
    stream: (source) => compressStream(source instanceof Readable ? source : Readable.fromWeb(source as Parameters<typeof Readable.fromWeb>[0]), open()), // Node's type of the same class
  };
}

/** Without a flush a chunk could wait in the compressor until the next one comes, however long that takes. */
function compressStream(source: Readable, compressor: ReturnType<Engine['open']>): Readable {
  let isFlushing = false;
  pipeline(source, compressor, () => undefined); // an error destroys the compressor, whose reader sees it
  source.on('data', () => {
    if (isFlushing || source.readableLength > 0) return;
    isFlushing = true;
    setImmediate(() => {
      isFlushing = false;
      if (!compressor.destroyed && !compressor.writableEnded) compressor.flush();
    });
  });
  return compressor;
}

function createEngine(coding: Coding, options: CompressionOptions): Engine | undefined {
  if (coding === 'gzip') return createGzipEngine(options);
  if (coding === 'br') return createBrotliEngine(options);
  return typeof zlib.zstdCompressSync === 'function' ? createZstdEngine(options) : undefined; // another runtime, or Node before 22.15
}

function createGzipEngine({ gzipLevel }: CompressionOptions): Engine {
  const later = promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gzip);
  const options: zlib.ZlibOptions = { level: gzipLevel };
  return { now: (body) => zlib.gzipSync(body, options), later: (body) => later(body, options), open: () => zlib.createGzip(options) };
}

function createBrotliEngine({ brotliQuality }: CompressionOptions): Engine {
  const later = promisify<Uint8Array, zlib.BrotliOptions, Uint8Array>(zlib.brotliCompress);
  const quality = { [constants.BROTLI_PARAM_QUALITY]: brotliQuality };
  const toOptions = ({ byteLength }: Uint8Array): zlib.BrotliOptions => ({ params: { ...quality, [constants.BROTLI_PARAM_SIZE_HINT]: byteLength } });
  const streamed: zlib.BrotliOptions = { params: { ...quality, [constants.BROTLI_PARAM_LGWIN]: STREAM_WINDOW_BITS } };
  return {
    now: (body) => zlib.brotliCompressSync(body, toOptions(body)),
    later: (body) => later(body, toOptions(body)),
    open: () => zlib.createBrotliCompress(streamed),
  };
}

function createZstdEngine({ zstdLevel }: CompressionOptions): Engine {
  const later = promisify<Uint8Array, zlib.ZstdOptions, Uint8Array>(zlib.zstdCompress);
  const options: zlib.ZstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: zstdLevel } };
  const streamed: zlib.ZstdOptions = { params: { ...options.params, [constants.ZSTD_c_windowLog]: STREAM_WINDOW_BITS } };
  return { now: (body) => zlib.zstdCompressSync(body, options), later: (body) => later(body, options), open: () => zlib.createZstdCompress(streamed) };
}
