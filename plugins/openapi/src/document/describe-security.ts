/** Describes what the guards of a route demand. */
import type { Guard, GuardSecurity, Route } from '@oxidite/http';
import type { Services } from '@oxidite/plugin-sdk';
import type { OpenApiSecurity } from './openapi-document.ts';

/** The security of one operation, and the schemes it mentions. */
export interface OperationSecurity {
  readonly requirements: OpenApiSecurity;
  readonly schemes: Readonly<Record<string, unknown>>;
  /** A request without credentials can be refused with 401. */
  readonly refusesStrangers: boolean;
  /** A request with credentials can be refused with 403. */
  readonly refusesKnown: boolean;
}

/** Returns what the guards of a route demand: what meets all of them. Of one guard any alternative will do. */
export function describeSecurity(route: Route, services: Services): OperationSecurity {
  const perGuard = route.guards.map(({ security }): readonly GuardSecurity[] => {
    if (security === undefined) return [];
    return typeof security === 'function' ? security(services) : [security];
  });
  const demanding = perGuard.filter((alternatives) => alternatives.length > 0);
  const all = demanding.flat();
  return {
    requirements: combine(demanding.map(toRequirements)),
    schemes: Object.fromEntries(all.map(({ scheme, definition }) => [scheme, definition])),
    refusesStrangers: all.length > 0,
    refusesKnown: route.guards.some((guard) => guard.security === undefined && !isBinding(guard)) || all.some(({ scopes = [] }) => scopes.length > 0),
  };
}

/** Tells whether a guard looks up what the path names: it refuses with 404 only. */
export function isBinding(guard: Guard): boolean {
  return 'bindingParams' in guard;
}

type Requirement = Readonly<Record<string, readonly string[]>>;

function toRequirements(alternatives: readonly GuardSecurity[]): readonly Requirement[] {
  const requirements = alternatives.map(({ scheme, scopes }) => ({ [scheme]: scopes ?? [] }));
  return alternatives.every(({ optional }) => optional === true) ? [{}, ...requirements] : requirements;
}

/** Every choice of one requirement of each guard, without repetitions and without choices that demand more than another. */
function combine(guards: readonly (readonly Requirement[])[]): readonly Requirement[] {
  let combined: readonly Requirement[] = guards.length === 0 ? [] : [{}];
  for (const requirements of guards) combined = combined.flatMap((chosen) => requirements.map((requirement) => merge(chosen, requirement)));
  const unique = [...new Map(combined.map((requirement) => [JSON.stringify(requirement), requirement])).values()];
  return unique.filter((requirement) => !unique.some((other) => other !== requirement && isWithin(other, requirement)));
}

function merge(left: Requirement, right: Requirement): Requirement {
  const merged: Record<string, readonly string[]> = { ...left };
  for (const [scheme, scopes] of Object.entries(right)) merged[scheme] = [...new Set([...(merged[scheme] ?? []), ...scopes])];
  return merged;
}

/** That nothing is needed says nothing of what else is understood. */
function isWithin(less: Requirement, more: Requirement): boolean {
  const schemes = Object.entries(less);
  return schemes.length > 0 && schemes.every(([scheme, scopes]) => scopes.every((scope) => more[scheme]?.includes(scope)) && more[scheme] !== undefined);
}
