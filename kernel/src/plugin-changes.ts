/** Changes to the plugins of a running kernel. Each either happens wholly or leaves the set as it was. */
import type { PluginEntry } from './config.ts';
import { DisposeError, PluginRestartError } from './errors.ts';
import type { PluginInstance } from './plugin-instance.ts';
import type { PluginSet } from './plugin-set.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import { runEach } from './resource-ledger.ts';

/** Adds a plugin; when its set-up fails, whatever its policy, the set is as it was. */
export async function loadPluginInto(set: PluginSet, entry: PluginEntry): Promise<void> {
  const plugin = await set.loadEntry(entry, 'load()');
  const added = await set.resolveOptions([plugin]);
  const before = set.instances.map(({ resolved }) => resolved);
  set.order([...before, ...added]);
  try {
    await set.setUp(plugin.definition.name, true); // what somebody asked for must not be left out quietly
  } catch (error) {
    set.order(before);
    throw error;
  }
}

/** Removes a plugin with its dependents; plugins that use it optionally are set up again without it. */
export async function unloadPluginFrom(set: PluginSet, name: string): Promise<void> {
  const removed = findDependents(set, set.get(name), 'requires');
  const affected = findDependents(set, set.get(name), 'optional');
  const kept = affected.filter((instance) => !removed.includes(instance)).map(({ resolved }) => resolved);
  const failures = await set.leave(affected);
  const [refused] = await runEach(renew(set, kept, removed).map((plugin) => [plugin, () => set.setUp(plugin)]));
  if (refused !== undefined) throw refused.error;
  if (failures.length > 0) throw new DisposeError({ failures });
}

/** Sets a plugin and its dependents up again with other options; when that fails, whatever their policy, with the former ones. */
export async function reconfigurePluginIn(set: PluginSet, name: string, options: unknown): Promise<void> {
  const changed = await set.resolveOptions([{ ...set.get(name).resolved, options }]); // refused before anything is closed
  const affected = findDependents(set, set.get(name), 'optional');
  const former = affected.map(({ resolved }) => resolved);
  const running = affected.filter(({ error }) => error === undefined).map((instance) => instance.name);
  const failures = await set.leave(affected);
  try {
    await restart(set, [...former, ...changed], [...running, name]);
  } catch (error) {
    await set.leave(affected.map((instance) => set.get(instance.name)));
    await restart(set, former, running).catch((second: unknown) => {
      throw new PluginRestartError({ plugin: name, errors: [error, second] }, error);
    });
    throw error;
  }
  if (failures.length > 0) throw new DisposeError({ failures });
}

/** Sets plugins up again; those of `required` must run afterwards. */
async function restart(set: PluginSet, plugins: readonly ConfiguredPlugin[], required: readonly string[]): Promise<void> {
  for (const name of renew(set, plugins)) await set.setUp(name, required.includes(name));
}

/** Orders the set anew, with fresh instances of these plugins (it knows them by their being other objects), and returns their names. */
function renew(set: PluginSet, plugins: readonly ConfiguredPlugin[], removed: readonly PluginInstance[] = []): string[] {
  const fresh = new Map(plugins.map((plugin) => [plugin.definition.name, { ...plugin }]));
  const left = set.instances.filter((instance) => !removed.includes(instance));
  set.order(left.map(({ name, resolved }) => fresh.get(name) ?? resolved));
  return [...fresh.keys()];
}

/** A plugin and all that need it, in the order of set-up; `optional` includes those that only use it when present. */
function findDependents(set: PluginSet, first: PluginInstance, kind: 'requires' | 'optional'): PluginInstance[] {
  const services = new Set<string>();
  return set.instances.filter((instance) => {
    const { requires = [], optional = [], provides = [] } = instance.resolved.definition;
    const needs = kind === 'requires' ? requires : [...requires, ...optional];
    const isAffected = instance === first || needs.some((service) => services.has(service));
    if (isAffected) for (const service of provides) if (set.providerOf(service) === instance.name) services.add(service);
    return isAffected;
  });
}
