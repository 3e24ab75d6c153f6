/** Validates the options of plugins: all of them, all issues at once. */
import { PluginOptionsError } from './errors.ts';
import type { ConfiguredPlugin, ResolvedPlugin } from './plugin.ts';
import { validateSchema } from './standard-schema.ts';

/**
 * Returns the plugins with their validated, frozen options.
 * @throws {PluginOptionsError} with the issues of all plugins.
 */
export async function validateOptions(plugins: readonly ResolvedPlugin[]): Promise<ConfiguredPlugin[]> {
  const issues: string[] = [];
  const configured: ConfiguredPlugin[] = [];
  for (const plugin of plugins) {
    const { definition, options, place } = plugin;
    const { name, config } = definition;
    const result = config === undefined ? { valid: true as const, value: options } : await validateSchema(config, options ?? {});
    if (result.valid) configured.push({ ...plugin, config: deepFreeze(result.value) });
    else issues.push(...result.issues.map(({ path, message }) => `plugin "${name}", listed at ${place}: ${path === '' ? '' : `${path}: `}${message}`));
  }
  if (issues.length > 0) throw new PluginOptionsError({ issues });
  return configured;
}

/** Options are data of many readers; only plain objects and arrays are frozen, instances belong to their makers. */
function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value;
  for (const nested of Object.values(Object.freeze(value))) deepFreeze(nested);
  return value;
}
