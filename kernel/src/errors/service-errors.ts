/** What can be wrong with services. */
import { defineError, type TextFacts } from './oxidite-error.ts';

/** A plugin requires a service that no listed plugin provides. */
export class ServiceMissingError extends defineError(
  'OXI_SERVICE_MISSING',
  ({ plugin, place, service, remedy }: TextFacts<'plugin' | 'place' | 'service' | 'remedy'>) =>
    `Plugin "${plugin}", listed at ${place}, requires the service "${service}", which no listed plugin provides. ${remedy}`,
) {}

/** Two plugins provide one service and the application has not picked one. */
export class ServiceConflictError extends defineError(
  'OXI_SERVICE_CONFLICT',
  ({ service, providers }: { service: string; providers: readonly string[] }) =>
    `The service "${service}" is provided by ${providers.map((name) => `"${name}"`).join(' and ')}. ` +
    `Take one off the list, or pick one: providers: { ${service}: '${providers.slice(0, 1).join('')}' }.`,
) {}

/** A plugin used a service without declaring it. */
export class ServiceForbiddenError extends defineError(
  'OXI_SERVICE_FORBIDDEN',
  ({ plugin, service }: TextFacts<'plugin' | 'service'>) =>
    `Plugin "${plugin}" used the service "${service}" without declaring it. Add it to "requires" or "optional" of the plugin.`,
) {}

/** A plugin provided a service without declaring it, or declared one and did not provide it. */
export class ServiceUndeclaredError extends defineError(
  'OXI_SERVICE_UNDECLARED',
  ({ plugin, service, declared }: TextFacts<'plugin' | 'service'> & { readonly declared: boolean }) =>
    declared
      ? `Plugin "${plugin}" declares that it provides the service "${service}", but its set-up did not provide it. Call kernel.provide('${service}', ...) in setup.`
      : `Plugin "${plugin}" provided the service "${service}" without declaring it. Add it to "provides" of the plugin.`,
) {}

/** A service cannot be had: nobody provides it (any more), or its construction failed. */
export class ServiceUnavailableError extends defineError(
  'OXI_SERVICE_UNAVAILABLE',
  ({ service, reason }: TextFacts<'service' | 'reason'>) => `The service "${service}" is not available: ${reason}`,
) {}

/** A scoped service was used after its request or job had ended. */
export class ScopeSettledError extends defineError(
  'OXI_SERVICE_SCOPE_ENDED',
  ({ service }: TextFacts<'service'>) =>
    `The service "${service}" was used after its request or job had ended. ` +
    'Await all work before returning, or do it in a scope of its own: kernel.scopes.run((services) => ...).',
) {}
