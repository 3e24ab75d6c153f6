/** Validates the options of a middleware that is used outside the plugin's options, where nobody else does. */
import type * as z from 'zod';
import { MiddlewareOptionsError } from './errors.ts';

/**
 * Returns the options with their defaults.
 * @throws {MiddlewareOptionsError} naming the middleware and everything that is wrong.
 */
export function parseOptions<Schema extends z.ZodType>(middleware: string, schema: Schema, options: unknown): z.output<Schema> {
  const parsed = schema.safeParse(options ?? {});
  if (parsed.success) return parsed.data;
  throw new MiddlewareOptionsError(
    middleware,
    parsed.error.issues.map(({ path, message }) => `${path.length === 0 ? '' : `${path.join('.')}: `}${message}`),
  );
}
