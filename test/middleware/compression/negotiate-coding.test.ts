import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCodingNegotiation } from '../../../plugins/middleware/src/compression/negotiate-coding.ts';
import { isCompressible } from '../../../plugins/middleware/src/compression/compressible.ts';
import { CODINGS } from '../../../plugins/middleware/src/compression/options.ts';

describe('createCodingNegotiation', () => {
  it('survives whatever is sent, and says the same again', () => {
    const negotiate = createCodingNegotiation(CODINGS);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.constantFrom('gzip', 'br', '*', ';q=', '0', '1', ',', 'identity', ' ')).map((parts) => parts.join('')),
        ),
        (header) => {
          const coding = negotiate(header);
          expect([...CODINGS, undefined]).toContain(coding);
          expect(negotiate(header)).toBe(coding);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never takes what a client refuses, and takes the best of what it likes', () => {
    const quality = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(fc.record({ zstd: quality, br: quality, gzip: quality, identity: quality }), (qualities) => {
        const header = Object.entries(qualities)
          .map(([coding, q]) => `${coding};q=${q}`)
          .join(', ');
        const coding = createCodingNegotiation(CODINGS)(header);
        const best = Math.max(...Object.values(qualities));
        const wanted = best === 0 ? undefined : CODINGS.find((candidate) => qualities[candidate] === best);
        expect(coding).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });
});

describe('isCompressible', () => {
  it('knows text and what is made of it', () => {
    for (const type of [
      'text/html; charset=utf-8',
      'application/json',
      'application/problem+json',
      'image/svg+xml',
      'TEXT/CSS',
      'application/wasm',
      'application/x-ndjson',
    ])
      expect(isCompressible(type), type).toBe(true);
    for (const type of [
      'text/event-stream',
      'text/event-stream; charset=utf-8',
      'image/png',
      'video/mp4',
      'application/zip',
      'font/woff2',
      'application/octet-stream',
      'text/',
      '',
    ])
      expect(isCompressible(type), type).toBe(false);
  });
});
