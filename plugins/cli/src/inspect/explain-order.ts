/** Explains the order of plugins: why one is there, and why one comes before another. */
import { PluginUnknownError, toSuggestion } from '@oxidite/kernel';
import type { PlainDescription, PlainPlugin } from './describe-application.ts';

/** A step of an explanation: `after` comes after `before`, because. */
export type OrderStep = PlainDescription['order'][number];

/** Why one plugin is loaded and where it stands. */
export interface PluginExplanation {
  readonly plugin: string;
  /** Where it is listed. */
  readonly place: string;
  readonly rank: number;
  /** Who uses which of its services. */
  readonly usedBy: readonly { readonly plugin: string; readonly service: string; readonly optional: boolean }[];
  /** What it waits for. */
  readonly after: readonly OrderStep[];
  /** What waits for it. */
  readonly before: readonly OrderStep[];
}

/** Why one plugin comes before another. */
export interface OrderExplanation {
  readonly first: string;
  readonly second: string;
  /** The reasons that lead from the first to the second; empty when only the list in the configuration decides. */
  readonly chain: readonly OrderStep[];
}

/**
 * Explains one plugin. Its name may be given without the scope: `orm` for `@oxidite/orm`.
 * @throws {PluginUnknownError} when no plugin of this name is loaded.
 */
export function explainPlugin({ plugins, order, services }: PlainDescription, wanted: string): PluginExplanation {
  const { name, place, rank } = getPlugin(plugins, wanted);
  const provided = services.filter(({ plugin }) => plugin === name).map((service) => service.name);
  const usedBy = provided.flatMap((service) =>
    plugins
      .filter(({ requires, optional }) => requires.includes(service) || optional.includes(service))
      .map(({ name: plugin, requires }) => ({ plugin, service, optional: !requires.includes(service) })),
  );
  return { plugin: name, place, rank, usedBy, after: order.filter(({ after }) => after === name), before: order.filter(({ before }) => before === name) };
}

/**
 * Explains why one of two plugins comes before the other, by the shortest chain of reasons.
 * @throws {PluginUnknownError} when one of them is not loaded.
 */
export function explainOrder({ plugins, order }: PlainDescription, left: string, right: string): OrderExplanation {
  const pair = [getPlugin(plugins, left), getPlugin(plugins, right)] as const;
  const [{ name: first }, { name: second }] = pair[0].rank <= pair[1].rank ? pair : [pair[1], pair[0]];
  return { first, second, chain: findChain(order, first, second) };
}

/** Breadth first, so that the first chain that arrives is a shortest one. */
function findChain(order: readonly OrderStep[], first: string, second: string): readonly OrderStep[] {
  const chains: OrderStep[][] = order.filter(({ before }) => before === first).map((step) => [step]);
  const reached = new Set([first]);
  for (const chain of chains) {
    const last = chain.at(-1)?.after;
    if (last === second) return chain;
    if (last === undefined || reached.has(last)) continue;
    reached.add(last);
    chains.push(...order.filter(({ before }) => before === last).map((step) => [...chain, step])); // the loop goes on into what is added
  }
  return [];
}

function getPlugin(plugins: readonly PlainPlugin[], wanted: string): PlainPlugin {
  const unscoped = plugins.filter(({ name }) => toUnscoped(name) === wanted);
  const found = plugins.find(({ name }) => name === wanted) ?? (unscoped.length === 1 ? unscoped[0] : undefined);
  if (found !== undefined) return found;
  const names = plugins.flatMap(({ name }) => [name, toUnscoped(name)]);
  throw new PluginUnknownError({ plugin: wanted, suggestion: toSuggestion(wanted, [...new Set(names)]) });
}

function toUnscoped(name: string): string {
  return name.replace(/^@[^/]+\//, '');
}
