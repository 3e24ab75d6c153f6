/** The options of the request log. */
import * as z from 'zod';

/** Receives lines, each with its line feed. */
export interface LineWriter {
  write(line: string): unknown;
}

const Writer = z.custom<LineWriter>(
  (value) => typeof value === 'object' && value !== null && 'write' in value && typeof value.write === 'function',
  "must be 'stdout', 'stderr', the path of a file, or an object with write(line)",
);

/** The options of `requestLog()`. */
export const RequestLogOptions = z.strictObject({
  /**
   * Where pino writes the lines: `stdout`, `stderr`, a file (relative to the application's directory), or an object with
   * `write(line)`. Default: the logger of the application, as everything else it logs.
   */
  destination: z.union([z.string().min(1), Writer]).optional(),
  /** How many bytes are gathered before they are written, to `stdout`, `stderr` or a file; they wait a second at most. 0: none. */
  bufferBytes: z.int().nonnegative().default(4_096),
  /** The share of the requests that are logged, from 0 to 1. Those that failed (5xx) or were slow are logged whatever it is. */
  sample: z.number().min(0).max(1).default(1),
  /** From how many milliseconds on a request is slow. */
  slowMs: z.number().positive().default(1_000),
  /** The patterns of routes that are not logged: `/metrics`. */
  ignore: z.array(z.string().startsWith('/', 'must be the pattern of a route, like "/metrics"')).default([]),
  /** Logs the requests of the health endpoints, too. */
  health: z.boolean().default(false),
  /** Names of fields whose values are never written, besides the built-in ones; in any place and spelling, `apiKey` for `api_key` too. */
  redact: z.array(z.string().min(1)).default([]),
  /** The greatest number of fields that `request.logFields` may have, and each object or list in it. The rest is counted and left out. */
  maxFields: z.int().positive().default(32),
  /** The greatest length of a text, in UTF-16 code units. */
  maxTextLength: z.int().positive().default(1_024),
  /** Logs the address of the client. */
  ip: z.boolean().default(true),
  /** Logs the header `user-agent`. */
  userAgent: z.boolean().default(false),
});

/** The options with their defaults. */
export type RequestLogOptions = z.output<typeof RequestLogOptions>;
