/** The options of security headers. */
import * as z from 'zod';
import { CspDirectives } from '../csp/directives.ts';

const HeaderText = z.string().regex(/^[\x20-\x7e]+$/, 'must be visible ASCII');
const ReportAddress = z.string().regex(/^(?:\/|https:\/\/)[\x21\x23-\x2b\x2d-\x3a\x3c-\x7e]*$/, 'must be a path or an https: address');

const Csp = z.strictObject({
  /** What is allowed on pages, above the defaults: each directive replaces the default of its name. */
  directives: CspDirectives.prefault({}),
  /** Violations are reported, but nothing is blocked: for trying a policy. */
  reportOnly: z.boolean().default(false),
  /** Where browsers report violations: a path, or an address elsewhere. Default: where the plugin collects them, if it does. */
  reportTo: ReportAddress.optional(),
});

const Hsts = z.strictObject({
  maxAgeSeconds: z.int().nonnegative().default(31_536_000),
  includeSubDomains: z.boolean().default(true),
  /** Asks to be built into browsers: it is hard to take back. */
  preload: z.boolean().default(false),
  /** Sends it on requests that came by plain HTTP, too: for servers behind a proxy that they are not told to trust. */
  always: z.boolean().default(false),
});

/** The options of `securityHeaders()`. */
export const SecurityHeadersOptions = z.strictObject({
  /**
   * What the responses of a route are: `page`, or `api` for data that is never shown as a page, which gets the strictest
   * policy. `auto`: routes that declare their responses are `api`.
   */
  profile: z.enum(['auto', 'api', 'page']).default('auto'),
  /** `Content-Security-Policy`. */
  csp: z.union([z.literal(false), Csp]).prefault({}),
  /** `Strict-Transport-Security`, on requests over TLS. */
  hsts: z.union([z.literal(false), Hsts]).prefault({}),
  /** `X-Frame-Options`, for browsers that do not know `frame-ancestors`. Default: `SAMEORIGIN`, and `DENY` for `api`. */
  frameOptions: z.union([z.literal(false), z.enum(['DENY', 'SAMEORIGIN'])]).optional(),
  referrerPolicy: z
    .union([
      z.literal(false),
      z.enum([
        'no-referrer',
        'no-referrer-when-downgrade',
        'origin',
        'origin-when-cross-origin',
        'same-origin',
        'strict-origin',
        'strict-origin-when-cross-origin',
      ]),
    ])
    .default('no-referrer'),
  /** `Cross-Origin-Opener-Policy`. */
  openerPolicy: z.union([z.literal(false), z.enum(['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none'])]).default('same-origin'),
  /** `Cross-Origin-Resource-Policy`. */
  resourcePolicy: z.union([z.literal(false), z.enum(['same-origin', 'same-site', 'cross-origin'])]).default('same-origin'),
  /** `Cross-Origin-Embedder-Policy`. */
  embedderPolicy: z.union([z.literal(false), z.enum(['require-corp', 'credentialless', 'unsafe-none'])]).default(false),
  originAgentCluster: z.boolean().default(true),
  /** `Permissions-Policy`, above the defaults: `{ camera: ['self'] }`, `{ payment: false }` says nothing of it. `false` sends none. */
  permissions: z.union([z.literal(false), z.record(z.string().regex(/^[a-z-]+$/), z.union([z.literal(false), z.array(HeaderText)]))]).prefault({}),
  /** Further headers, or `false` to leave one out. */
  headers: z
    .record(
      z
        .string()
        .regex(/^[\w-]+$/)
        .toLowerCase(),
      z.union([z.literal(false), HeaderText]),
    )
    .prefault({}),
});

/** The options with their defaults. */
export type SecurityHeadersOptions = z.output<typeof SecurityHeadersOptions>;
