/**
 * Security headers, on every response, errors included: written at boot, except for what depends on the request, the policy
 * with a nonce, and what only responses over TLS may have or would be obeyed in: `Strict-Transport-Security` (RFC 6797,
 * section 7.2) and `Reporting-Endpoints`. A header that a response sets itself stays as it is.
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
  const create = (profile: Profile): MiddlewareParts =>
    createParts(compileHeaders(settings, { profile, isSecure: false }), compileHeaders(settings, { profile, isSecure: true }));
  const parts: Readonly<Record<Profile, MiddlewareParts>> = { api: create('api'), page: create('page') };
  return (route) => parts[settings.profile === 'auto' ? guessProfile(route) : settings.profile];
}

/** A schema tells that a route answers with data; whoever asks for a nonce answers with a page all the same. */
function guessProfile({ declaration }: Route): Profile {
  return declaration.response === undefined ? 'page' : 'api';
}

function createParts(plain: CompiledHeaders, secure: CompiledHeaders): MiddlewareParts {
  const onlySecure = Object.entries(secure.headers).filter(([name, value]) => plain.headers[name] !== value);
  return {
    headers: plain.headers,
    onResponse(request, { headers }) {
      const isSecure = onlySecure.length > 0 && request.isSecure;
      if (isSecure) for (const [name, value] of onlySecure) if (headers.get(name) === plain.headers[name]) headers.set(name, value);
      const nonce = usedNonce.get(request);
      if (nonce === undefined) return;
      const { headers: own, cspName, pageCsp } = isSecure ? secure : plain;
      if (pageCsp !== undefined && headers.get(cspName) === own[cspName]) headers.set(cspName, pageCsp.withNonce(nonce));
    },
  };
}
