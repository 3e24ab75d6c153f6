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
      if (token === 'always' || (token === 'fallback' && source === 'unknown')) assertToken(request);
      return undefined;
    },
  };
}

function isExempt({ rawHeaders: headers }: HttpRequest, mode: CsrfMode): boolean {
  if (mode === 'with-cookie') return headers.cookie === undefined;
  return mode === 'without-authorization' && headers.authorization !== undefined;
}

function assertToken(request: HttpRequest): void {
  const token = request.rawHeaders[TOKEN_HEADER];
  if (!isTokenValid(request, typeof token === 'string' ? token : undefined)) throw new CsrfTokenError(token === undefined);
}
