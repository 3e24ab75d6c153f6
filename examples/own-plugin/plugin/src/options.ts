/** The options an application may give. They are checked when the kernel boots. */
import * as z from 'zod';

/** The schema of the options. */
export const GreeterOptions = z.object({
  /** How to greet. */
  greeting: z.string().min(1).default('Hello'),
});

/** The options, as an application writes them. */
export type GreeterOptions = z.input<typeof GreeterOptions>;
