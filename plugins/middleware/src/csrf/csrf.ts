/**
 * Protects from forged requests, which pages of other sites let browsers send in the name of their users. Only where a
 * browser authenticates by itself: which routes these are is known at boot, and the others pay nothing.
 */
import type { HttpRequest, MiddlewareDefinition, MiddlewareParts } from '@oxidite/http';
import type { z } from 'zod';
import { defineModule } from '../define-module.ts';
import { CsrfOriginError, CsrfTokenError } from '../errors.ts';
import { parseOptions } from '../parse-options.ts';
import { type CsrfMode, findCsrfMode, isSafeMethod } from './find-mode.ts';
import { CsrfOptions } from './options.ts';
import { findSource, type TrustedPages } from './source-of-request.ts';
import { isTokenValid } from './token.ts';

const TOKEN_HEADER = 'x-csrf-token';
/** What a form sends, and a server reads as one. Source: WHATWG HTML, section 4.10.22.8. */
const FORM = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data)\s*(?:;|$)/i;

/**
 * Refuses forged requests (403); `false` checks none of a route or group.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 */
export function csrf(options: z.input<typeof CsrfOptions> | false = {}): MiddlewareDefinition {
  const settings = options === false ? undefined : parseOptions('csrf', CsrfOptions, options);
  return defineModule({
    name: 'csrf',
    phase: 'policy',
    create({ services }) {
      if (settings === undefined) return () => undefined;
      return (route) => createParts(findCsrfMode(route, settings, services), settings);
    },
  });
}

function createParts(mode: CsrfMode, { token, trustedOrigins, allowSameSite }: CsrfOptions): MiddlewareParts | undefined {
  if (mode === 'never') return undefined;
  const pages: TrustedPages = { trustedOrigins: new Set(trustedOrigins), allowSameSite };
  return {
    onRequest(request) {
      if (isSafeMethod(request.method) || isExempt(request, mode)) return undefined;
      const source = findSource(request, pages);
      if (source === 'foreign') throw new CsrfOriginError(request);
      if (mode === 'with-cookie' && request.rawHeaders.cookie === undefined) return undefined; // there is nothing that a token could belong to
      if (token === 'always' || (token === 'fallback' && source === 'unknown')) assertToken(request);
      return undefined;
    },
  };
}

/**
 * Without a cookie nobody's name is misused, but a form of another site could still sign its visitor in as somebody else
 * ("login CSRF"). Whatever is no form a browser sends only after asking, and then CORS decides.
 */
function isExempt({ rawHeaders: headers }: HttpRequest, mode: CsrfMode): boolean {
  if (mode === 'with-cookie') return headers.cookie === undefined && !FORM.test(headers['content-type'] ?? '');
  return mode === 'without-authorization' && headers.authorization !== undefined;
}

function assertToken(request: HttpRequest): void {
  const token = request.rawHeaders[TOKEN_HEADER];
  if (!isTokenValid(request, typeof token === 'string' ? token : undefined)) throw new CsrfTokenError(token === undefined);
}
