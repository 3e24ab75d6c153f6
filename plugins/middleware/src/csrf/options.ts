/** The options of the protection against forged requests. */
import * as z from 'zod';

const Origin = z
  .string()
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, 'must be an origin as browsers send it, like "https://shop.example"');

/** The options of `csrf()`. */
export const CsrfOptions = z.strictObject({
  /** `auto`: by the guards of each route. `always`: every request that changes something is checked, whoever makes it. */
  protect: z.enum(['auto', 'always']).default('auto'),
  /**
   * For routes whose guards accept cookies and tokens in headers alike. `always`: every request is checked;
   * `without-authorization`: requests with a header `authorization` are not, because no other site can make them send it.
   * Such a route is an error at boot until this is said.
   */
  mixed: z.enum(['always', 'without-authorization']).optional(),
  /** Other origins whose pages may send requests: `https://accounts.example`. */
  trustedOrigins: z.array(Origin).default([]),
  /** Trusts all pages of the same site, all subdomains that is. */
  allowSameSite: z.boolean().default(false),
  /**
   * When the token of {@link csrfToken} is needed. `fallback`: where the browser does not say which page sent a request;
   * `always`: besides what the browser says; `never`: a request of which nothing is known is no browser's, and passes.
   */
  token: z.enum(['never', 'fallback', 'always']).default('never'),
});

/** The options with their defaults. */
export type CsrfOptions = z.output<typeof CsrfOptions>;
