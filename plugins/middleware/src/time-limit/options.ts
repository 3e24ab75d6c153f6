/** The options of time limits. */
import * as z from 'zod';

/** The options of `timeLimit()`. */
export const TimeLimitOptions = z.strictObject({
  /** How long a result may take, from the first middleware to the last. What is streamed afterwards is not limited. */
  ms: z.int().positive().default(30_000),
});

/** The options with their defaults. */
export type TimeLimitOptions = z.output<typeof TimeLimitOptions>;
