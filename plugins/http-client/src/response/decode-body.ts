/** Undoes the content codings of a response. Source: RFC 9110, 8.4; RFC 1952, 1950, 7932, 8878. */
import type { Duplex } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';

const DECODERS: Readonly<Record<string, CreateDecoder>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

/** Nobody codes a body more often than this but to make work. */
const MAX_CODINGS = 3;

/** Creates a decoder. */
export type CreateDecoder = () => Duplex;

/** Returns what undoes a `Content-Encoding`, in the order in which it is applied; nothing when one of the codings is not known. */
export function findDecoders(contentEncoding: string | null): readonly CreateDecoder[] {
  const codings = (contentEncoding ?? '')
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  if (codings.length > MAX_CODINGS || codings.some((coding) => !Object.hasOwn(DECODERS, coding))) return [];
  return codings.toReversed().flatMap((coding) => DECODERS[coding] ?? []);
}
