/** The directives of a Content-Security-Policy, and those that hold where an application says nothing. Source: W3C CSP Level 3. */
import * as z from 'zod';

/** The directives and their names on the wire. */
export const DIRECTIVES = {
  defaultSrc: 'default-src',
  baseUri: 'base-uri',
  childSrc: 'child-src',
  connectSrc: 'connect-src',
  fontSrc: 'font-src',
  formAction: 'form-action',
  frameAncestors: 'frame-ancestors',
  frameSrc: 'frame-src',
  imgSrc: 'img-src',
  manifestSrc: 'manifest-src',
  mediaSrc: 'media-src',
  objectSrc: 'object-src',
  scriptSrc: 'script-src',
  scriptSrcAttr: 'script-src-attr',
  scriptSrcElem: 'script-src-elem',
  styleSrc: 'style-src',
  styleSrcAttr: 'style-src-attr',
  styleSrcElem: 'style-src-elem',
  workerSrc: 'worker-src',
  requireTrustedTypesFor: 'require-trusted-types-for',
  trustedTypes: 'trusted-types',
  sandbox: 'sandbox',
  upgradeInsecureRequests: 'upgrade-insecure-requests',
} as const;

/** The name of a directive in options. */
export type CspDirective = keyof typeof DIRECTIVES;

/**
 * The sources of directives: keywords (`self`, `none`, `strict-dynamic`), hashes, schemes (`data:`) and hosts. Quotes are
 * put where the syntax wants them. `true` is a directive without sources, `false` takes one of the defaults away.
 */
export type CspDirectives = { readonly [Directive in CspDirective]?: readonly string[] | boolean };

/** Only keys of {@link DIRECTIVES} come through. */
export const CspDirectives: z.ZodType<CspDirectives, CspDirectives> = z.strictObject(
  Object.fromEntries(Object.keys(DIRECTIVES).map((name) => [name, z.union([z.boolean(), z.array(z.string())]).optional()])),
);

/** For pages: everything from this origin, nothing inline, no plugins, no foreign frames around. */
export const PAGE_DIRECTIVES: CspDirectives = {
  defaultSrc: ['self'],
  baseUri: ['self'],
  fontSrc: ['self', 'data:'],
  formAction: ['self'],
  frameAncestors: ['self'],
  imgSrc: ['self', 'data:'],
  objectSrc: ['none'],
  scriptSrc: ['self'],
  scriptSrcAttr: ['none'],
  styleSrc: ['self'],
};

/** For data: were it ever taken for a page, that page could do nothing. */
export const API_DIRECTIVES: CspDirectives = { defaultSrc: ['none'], frameAncestors: ['none'] };
