/** The options of compression. */
import * as z from 'zod';

/** The codings this module can write. */
export const CODINGS = ['zstd', 'br', 'gzip'] as const;

/** One of {@link CODINGS}. */
export type Coding = (typeof CODINGS)[number];

/** The options of `compression()`. */
export const CompressionOptions = z.strictObject({
  /** What is offered; where a client likes several equally, the first of these is taken. */
  codings: z
    .array(z.enum(CODINGS))
    .min(1)
    .default([...CODINGS]),
  /** Bodies below this many bytes are sent as they are. */
  thresholdBytes: z.int().nonnegative().default(1_024),
  /** Media types that are compressed besides text, JSON, XML and the like: `['application/x-ndjson']`. */
  mediaTypes: z.array(z.string().toLowerCase()).default([]),
  /** 0 to 11; from 10 on one response takes longer than most applications. */
  brotliQuality: z.int().min(0).max(11).default(4),
  /** 1 to 9. */
  gzipLevel: z.int().min(1).max(9).default(5),
  /** 1 to 19. */
  zstdLevel: z.int().min(1).max(19).default(3),
});

/** The options with their defaults. */
export type CompressionOptions = z.output<typeof CompressionOptions>;
