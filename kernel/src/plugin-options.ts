/** Validates the options of plugins: all of them, all issues at once. */
import { PluginOptionsError } from './errors/setup-errors.ts';
import type { ResolvedPlugin } from './plugin.ts';
import { validateSchema } from './standard-schema.ts';

/**
 * Returns the validated, frozen options by plugin name.
 * @throws {PluginOptionsError} with the issues of all plugins.
 */
export async function validateOptions(plugins: readonly ResolvedPlugin[]): Promise<Map<string, unknown>> {
  const issues: string[] = [];
  const configs = new Map<string, unknown>();
  for (const { definition, options, place } of plugins) {
    const { name, config } = definition;
    const result = config === undefined ? { valid: true as const, value: options } : await validateSchema(config, options ?? {});
    if (result.valid) configs.set(name, deepFreeze(result.value));
    else issues.push(...result.issues.map(({ path, message }) => `plugin "${name}", listed at ${place}: ${path === '' ? '' : `${path}: `}${message}`));
  }
  if (issues.length > 0) throw new PluginOptionsError({ issues });
  return configs;
}

/** Options are data of many readers; only plain objects and arrays are frozen, instances belong to their makers. */
function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value;
  for (const nested of Object.values(value)) deepFreeze(nested);
  return Object.freeze(value);
}
