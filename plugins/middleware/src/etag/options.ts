/** The options of entity tags. */
import * as z from 'zod';

/** The options of `etag()`. */
export const EtagOptions = z.strictObject({
  /** `true` makes tags that promise the same meaning, not the same bytes. */
  weak: z.boolean().default(false),
  /** Larger bodies get no tag: hashing them would hold everything else up. */
  maxBytes: z.int().positive().default(1_048_576),
});

/** The options with their defaults. */
export type EtagOptions = z.output<typeof EtagOptions>;
