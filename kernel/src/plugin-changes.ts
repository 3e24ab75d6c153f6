/** Changes to the plugins of a running kernel. Each either happens wholly or leaves the set as it was. */
import type { PluginEntry } from './config.ts';
import { DisposeError, PluginRestartError } from './errors/plugin-errors.ts';
import type { PluginInstance } from './plugin-instance.ts';
import type { PluginSet } from './plugin-set.ts';
import type { ResolvedPlugin } from './plugin.ts';

/** Adds a plugin; when its set-up fails, whatever its policy, the set is as it was. */
export async function loadPluginInto(set: PluginSet, entry: PluginEntry): Promise<void> {
  const plugin = await set.loadEntry(entry, 'load()');
  const before = set.instances.map((instance) => instance.resolved);
  const configs = await set.resolveOptions([plugin]);
  set.order([...before, plugin]);
  const added = set.get(plugin.definition.name);
  added.config = configs.get(added.name);
  try {
    await set.setUp(added);
    if (added.error !== undefined) throw added.error; // what somebody asked for must not be left out quietly
  } catch (error) {
    set.order(before);
    throw error;
  }
}

/** Removes a plugin with its dependents; plugins that use it optionally are set up again without it. */
export async function unloadPluginFrom(set: PluginSet, name: string): Promise<void> {
  const removed = new Set(findDependents(set, set.get(name), 'requires'));
  const affected = findDependents(set, set.get(name), 'optional');
  const restarted = affected.filter((instance) => !removed.has(instance));
  const failures = await set.leave(affected);
  for (const { resolved, config } of restarted) set.replace(resolved, config);
  const gone = new Set(Array.from(removed, (instance) => instance.name));
  set.order(set.instances.filter((instance) => !gone.has(instance.name)).map((instance) => instance.resolved));
  const errors: unknown[] = [];
  for (const instance of restarted) await set.setUp(set.get(instance.name)).catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
  if (failures.length > 0) throw new DisposeError({ failures });
}

/** Sets a plugin and its dependents up again with other options; when that fails, whatever their policy, with the former ones. */
export async function reconfigurePluginIn(set: PluginSet, name: string, options: unknown): Promise<void> {
  const current = set.get(name);
  const next: ResolvedPlugin = { ...current.resolved, options };
  const config = (await set.resolveOptions([next])).get(name); // refused before anything is closed
  const affected = findDependents(set, current, 'optional');
  const failures = await set.leave(affected);
  try {
    await restart(set, affected, next, config);
    const { error } = set.get(name);
    if (error !== undefined) throw error;
  } catch (error) {
    await set.leave(affected.map((instance) => set.get(instance.name)));
    await restart(set, affected, current.resolved, current.config).catch((second: unknown) => {
      throw new PluginRestartError({ plugin: name, errors: [error, second] }, error);
    });
    throw error;
  }
  if (failures.length > 0) throw new DisposeError({ failures });
}

async function restart(set: PluginSet, affected: readonly PluginInstance[], changed: ResolvedPlugin, config: unknown): Promise<void> {
  for (const { resolved, config: former } of affected) set.replace(resolved, former);
  set.replace(changed, config);
  set.order(set.instances.map((instance) => instance.resolved));
  for (const { name, error: formerError } of affected) {
    const fresh = set.get(name);
    await set.setUp(fresh);
    if (fresh.error !== undefined && formerError === undefined) throw fresh.error; // what ran before must run again
  }
}

/** A plugin and all that need it, in the order of set-up; `optional` includes those that only use it when present. */
function findDependents(set: PluginSet, first: PluginInstance, kind: 'requires' | 'optional'): PluginInstance[] {
  const services = new Set<string>();
  return set.instances.filter((instance) => {
    const { requires = [], optional = [], provides = [] } = instance.resolved.definition;
    const needs = kind === 'requires' ? requires : [...requires, ...optional];
    const affected = instance === first || needs.some((service) => services.has(service));
    if (affected) for (const service of provides) if (set.providerOf(service) === instance.name) services.add(service);
    return affected;
  });
}
