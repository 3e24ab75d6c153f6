/** The options of the collection of reports. */
import * as z from 'zod';

/** The options of `cspReports`. */
export const CspReportOptions = z.strictObject({
  /** Where browsers send reports. */
  path: z
    .string()
    .regex(/^\/[\w./-]*$/, 'must be a path of this application, like "/_csp-reports"')
    .default('/_csp-reports'),
  /** The greatest report in bytes. */
  maxBytes: z.int().positive().default(16_384),
  /** How many violations a minute are logged and told to the hook. The others are only counted. */
  maxPerMinute: z.int().positive().default(60),
});

/** The options with their defaults. */
export type CspReportOptions = z.output<typeof CspReportOptions>;
