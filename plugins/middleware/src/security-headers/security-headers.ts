/**
 * Security headers, on every response, errors included: written at boot, except for what depends on the request, the policy
 * with a nonce and `Strict-Transport-Security`, which only responses over TLS may have (RFC 6797, section 7.2). A header
 * that a response sets itself stays as it is.
 */
import type { MiddlewareDefinition, MiddlewareParts, Route } from '@oxidite/http';
import type { z } from 'zod';
import { usedNonce } from '../csp/nonce.ts';
import { defineModule } from '../define-module.ts';
import { parseOptions } from '../parse-options.ts';
import { type CompiledHeaders, compileHeaders, type Profile } from './compile-headers.ts';
import { SecurityHeadersOptions } from './options.ts';

/**
 * Adds security headers; `false` adds none to a route or group.
 * @throws {MiddlewareOptionsError} when the options are not valid.
 * @throws {CspSourceError} when a source of the policy breaks the syntax.
 */
export function securityHeaders(options: z.input<typeof SecurityHeadersOptions> | false = {}): MiddlewareDefinition {
  const decide = options === false ? () => undefined : compileProfiles(parseOptions('securityHeaders', SecurityHeadersOptions, options));
  return defineModule({ name: 'securityHeaders', phase: 'egress', create: () => decide });
}

function compileProfiles(settings: SecurityHeadersOptions): (route: Route) => MiddlewareParts {
  const parts: Readonly<Record<Profile, MiddlewareParts>> = {
    api: createParts(compileHeaders(settings, 'api')),
    page: createParts(compileHeaders(settings, 'page')),
  };
  return (route) => parts[settings.profile === 'auto' ? guessProfile(route) : settings.profile];
}

/** A schema tells that a route answers with data; whoever asks for a nonce answers with a page all the same. */
function guessProfile({ declaration }: Route): Profile {
  return declaration.response === undefined ? 'page' : 'api';
}

const HSTS = 'strict-transport-security';

function createParts({ headers, cspName, pageCsp, hsts }: CompiledHeaders): MiddlewareParts {
  const ownCsp = headers[cspName];
  return {
    headers,
    onResponse(request, response) {
      if (hsts !== undefined && request.isSecure && !response.headers.has(HSTS)) response.headers.append(HSTS, hsts);
      const nonce = usedNonce.get(request);
      if (nonce !== undefined && pageCsp !== undefined && response.headers.get(cspName) === ownCsp) response.headers.set(cspName, pageCsp.withNonce(nonce));
    },
  };
}
