/** The options of the health endpoints. */
import * as z from 'zod';

const path = z.string().startsWith('/');

/** The options of the module `health`. */
export const HealthOptions = z.strictObject({
  /** Answers as long as the process does: what fails here is restarted. */
  livePath: path.default('/health/live'),
  /** Answers 503 while requests should go elsewhere: while checks fail, and as soon as the server drains. */
  readyPath: path.default('/health/ready'),
  /** Tells names, states and errors of the checks. Default: in development only. */
  details: z.boolean().optional(),
  /** How long the results of the checks are kept, so that frequent probes cost nothing. */
  cacheMs: z.int().nonnegative().default(1_000),
  /** How long a check may take that says nothing else. */
  timeoutMs: z.int().positive().default(2_000),
});

/** The options with their defaults. */
export type HealthOptions = z.output<typeof HealthOptions>;
