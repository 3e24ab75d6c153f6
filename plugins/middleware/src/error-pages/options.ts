/** The options of error pages. */
import type { HttpRequest, Problem } from '@oxidite/http';
import * as z from 'zod';

/** Makes the HTML page of a problem; `undefined` leaves it to the built-in one. What it puts into the page it must escape. */
export type ErrorPageRenderer = (problem: Problem, request: HttpRequest) => string | undefined;

/** The options of `errorPages()`. */
export const ErrorPagesOptions = z.strictObject({
  /** The application's own page. Internal errors in development keep the built-in one. */
  html: z.custom<ErrorPageRenderer>((value) => typeof value === 'function', 'must be a function').optional(),
});

/** The options with their defaults. */
export type ErrorPagesOptions = z.output<typeof ErrorPagesOptions>;
