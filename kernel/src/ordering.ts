/**
 * The order of set-up: a stable topological sort over `requires`/`provides` (services) and `after`/`before` (plugin
 * names). Of the plugins that are ready, the first one in the configuration goes first, so that adding a plugin never
 * moves unrelated ones. Source: Kahn, "Topological sorting of large networks" (1962).
 */
import type { KernelConfig } from './config.ts';
import { PluginCycleError, ServiceConflictError, ServiceMissingError } from './errors.ts';
import { KERNEL } from './hook-table.ts';
import type { OrderReason } from './kernel-description.ts';
import type { ResolvedPlugin } from './plugin.ts';
import { KERNEL_SERVICES } from './services.ts';
import { toSuggestion } from './suggestion.ts';

/** What the application decides about the order. */
export interface OrderOptions extends Pick<KernelConfig, 'providers'> {
  /** Services that exist without any plugin, besides the kernel's own. */
  readonly present?: readonly string[];
  /** Packages that are known to provide a service, for the remedy in an error: service name -> package name. */
  readonly knownProviders?: Readonly<Record<string, string>> | undefined;
  /** A plugin that comes after all others. */
  readonly last?: string;
}

/** An order and the reasons for it. */
export interface PluginOrder<Listed = ResolvedPlugin> {
  readonly plugins: readonly Listed[];
  readonly reasons: readonly OrderReason[];
  /** What provides each service: a plugin, or the kernel. */
  readonly providers: ReadonlyMap<string, string>;
}

/**
 * Puts plugins in the order of their set-up.
 * @throws {ServiceMissingError} when a required service has no provider.
 * @throws {ServiceConflictError} when a service has several providers and none is picked.
 * @throws {PluginCycleError} when plugins wait for each other.
 */
export function orderPlugins<Listed extends ResolvedPlugin>(plugins: readonly Listed[], options: OrderOptions = {}): PluginOrder<Listed> {
  const providers = findProviders(plugins, options);
  const reasons = findReasons(plugins, providers, options);
  const nodes = plugins.map((plugin, position) => ({ plugin, position, waitsFor: new Set<string>() }));
  const byName = new Map(nodes.map((node) => [node.plugin.definition.name, node]));
  const followers = Map.groupBy(reasons, ({ before }) => before);
  for (const { before, after } of reasons) byName.get(after)?.waitsFor.add(before);
  const ready = nodes.filter(({ waitsFor }) => waitsFor.size === 0);
  const ordered: Listed[] = [];
  for (let node = ready.shift(); node !== undefined; node = ready.shift()) {
    const { name } = node.plugin.definition;
    ordered.push(node.plugin);
    for (const { after } of followers.get(name) ?? []) {
      const follower = byName.get(after);
      if (follower?.waitsFor.delete(name) === true && follower.waitsFor.size === 0) ready.push(follower);
    }
    ready.sort((left, right) => left.position - right.position);
  }
  const stuck = nodes.filter(({ waitsFor }) => waitsFor.size > 0).map(({ plugin }) => plugin.definition.name);
  if (stuck.length > 0) throw toCycleError(reasons.filter(({ before, after }) => stuck.includes(before) && stuck.includes(after)));
  return { plugins: ordered, reasons, providers };
}

function findProviders(plugins: readonly ResolvedPlugin[], options: OrderOptions): Map<string, string> {
  const offered = plugins.flatMap(({ definition }) => (definition.provides ?? []).map((service: string) => ({ service, name: definition.name })));
  const own = KERNEL_SERVICES.map((service: string) => ({ service, name: KERNEL }));
  const providers = new Map<string, string>();
  for (const [service, candidates] of Map.groupBy([...own, ...offered], (offer) => offer.service)) {
    const names = candidates.map(({ name }) => name);
    const [provider] = names.length > 1 ? names.filter((name) => name === options.providers?.[service]) : names;
    if (provider === undefined) throw new ServiceConflictError({ service, providers: names });
    providers.set(service, provider);
  }
  return providers;
}

function findReasons(plugins: readonly ResolvedPlugin[], providers: ReadonlyMap<string, string>, options: OrderOptions): OrderReason[] {
  const names = new Set(plugins.map(({ definition }) => definition.name));
  const present = new Set(options.present);
  const reasons: OrderReason[] = [];
  const add = (before: string | undefined, after: string, because: string): void => {
    if (before !== undefined && before !== after && names.has(before) && names.has(after)) reasons.push({ before, after, because });
  };
  for (const { definition, place } of plugins) {
    const { name, requires = [], optional = [], after = [], before = [] } = definition;
    for (const service of requires) {
      if (!providers.has(service) && !present.has(service)) {
        throw new ServiceMissingError({ plugin: name, place, service, remedy: toRemedy(service, [...providers.keys()], options.knownProviders) });
      }
      add(providers.get(service), name, `service "${service}"`);
    }
    for (const service of optional) add(providers.get(service), name, `optional service "${service}"`);
    for (const other of after) add(other, name, `after: "${other}"`);
    for (const other of before) add(name, other, `before: "${other}"`);
    if (options.last !== undefined) add(name, options.last, 'the application comes last');
  }
  return reasons;
}

function toRemedy(service: string, provided: readonly string[], knownProviders: Readonly<Record<string, string>> = {}): string {
  const known = Object.hasOwn(knownProviders, service) ? knownProviders[service] : undefined;
  return known === undefined ? `Add a plugin that provides it.${toSuggestion(service, provided)}` : `Add ${known} to the plugins (npm install ${known}).`;
}

/** Walks back along the reasons between the plugins that are left until one comes up twice: that is the circle. */
function toCycleError(open: readonly OrderReason[]): PluginCycleError {
  const blockers = new Map(open.toReversed().map((reason) => [reason.after, reason]));
  const walked: OrderReason[] = [];
  let reason = open[0] as OrderReason; // each plugin that is left waits for another one that is left
  while (!walked.includes(reason)) {
    walked.push(reason);
    reason = blockers.get(reason.before) as OrderReason; // as above
  }
  const circle = walked.slice(walked.indexOf(reason)).toReversed();
  const path = circle.map(({ before }) => before);
  const steps = circle.map(({ before, after, because }) => `"${after}" comes after "${before}": ${because}`);
  return new PluginCycleError({ path: [...path, ...path.slice(0, 1)], steps });
}
