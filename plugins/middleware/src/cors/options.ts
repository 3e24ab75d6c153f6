/** The options of CORS. `*` together with credentials cannot be written: browsers refuse it, and what people write instead is worse. */
import type { HttpRequest } from '@oxidite/http';
import * as z from 'zod';

/** Decides about an origin, now or later: `(origin) => tenants.has(origin)`. It is not asked about `null`, which is nobody's. */
export type OriginTest = (origin: string, request: HttpRequest) => boolean | Promise<boolean>;

/** An origin, `https://shop.example`, or a pattern that a whole one must fit: `/https:\/\/[\w-]+\.shop\.example/`. */
export type OriginPattern = `${string}://${string}` | RegExp;

interface CommonOptions {
  /** Default: GET, HEAD, POST, PUT, PATCH, DELETE. */
  readonly methods?: readonly string[] | undefined;
  /** Headers that requests may have. Default: `*`, those that a request asks for. */
  readonly headers?: '*' | readonly string[] | undefined;
  /** Headers of responses that scripts may read, besides the few they always may. Default: none. */
  readonly exposedHeaders?: readonly string[] | undefined;
  /** How long browsers remember what they may. Default: 600. */
  readonly maxAgeSeconds?: number | undefined;
  /** Lets public pages reach this server in a private network. Default: `false`. */
  readonly privateNetwork?: boolean | undefined;
}

/** Any origin, but never with cookies. */
export interface AnyOriginOptions extends CommonOptions {
  readonly origins: '*';
  readonly credentials?: false | undefined;
}

/** Chosen origins. */
export interface ChosenOriginOptions extends CommonOptions {
  readonly origins: OriginPattern | readonly OriginPattern[] | OriginTest;
  /** Lets requests carry cookies. Default: `false`. */
  readonly credentials?: boolean | undefined;
}

/** The options of `cors()`. */
export type CorsInput = AnyOriginOptions | ChosenOriginOptions;

/** The options with their defaults. */
export interface CorsOptions {
  readonly origins: CorsInput['origins'];
  readonly methods: readonly string[];
  readonly headers: '*' | readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
  readonly privateNetwork: boolean;
}

const Token = z.string().regex(/^[!#$%&'*+.^`|~\w-]+$/, 'must be the name of a header or a method');
const Names = z.array(Token.refine((name) => name !== '*', 'must be a name; for any, write "*" without brackets'));
const ORIGINS = "must be '*', an origin like 'https://shop.example', a RegExp, a list of these two, or a function";
const Pattern = z.union([z.string().superRefine(refineOrigin), z.instanceof(RegExp)]);

/** The schema of the options. */
export const CorsOptions = z
  .strictObject({
    origins: z.custom<CorsInput['origins']>().superRefine((origins, context) => {
      if (origins === '*' || typeof origins === 'function') return;
      const parsed = (Array.isArray(origins) ? z.array(Pattern).min(1) : Pattern).safeParse(origins);
      for (const issue of parsed.error?.issues ?? [])
        context.addIssue({ code: 'custom', message: issue.code === 'custom' ? issue.message : ORIGINS, path: [...issue.path] });
    }),
    methods: z.array(Token.toUpperCase()).min(1).default(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    headers: z.union([z.literal('*'), Names]).default('*'),
    exposedHeaders: Names.default([]),
    credentials: z.boolean().default(false),
    maxAgeSeconds: z.int().nonnegative().default(600),
    privateNetwork: z.boolean().default(false),
  })
  .refine(({ origins, credentials }) => origins !== '*' || !credentials, {
    path: ['credentials'],
    message: "cannot be true while origins is '*': any site could then act as the user. List the origins",
  }) as unknown as z.ZodType<CorsOptions, CorsInput>; // the refinement above is what the type of the input says

/** `null` is the origin of every sandboxed frame and local file, so it cannot be allowed. */
function refineOrigin(text: string, context: z.RefinementCtx): void {
  const origin = URL.canParse(text) ? toOrigin(new URL(text)) : undefined;
  if (origin === text) return;
  const hint = origin === undefined || text === '*' || text === 'null' ? ORIGINS : `must be an origin as browsers send it: ${JSON.stringify(origin)}`;
  context.addIssue({ code: 'custom', message: hint });
}

/** Schemes of applications (`capacitor://localhost`) have no origin for `URL`, but browsers send one. */
function toOrigin(url: URL): string | undefined {
  return url.origin === 'null' ? (url.host === '' ? undefined : `${url.protocol}//${url.host}`) : url.origin;
}
