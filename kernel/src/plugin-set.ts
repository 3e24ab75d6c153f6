/** The plugins of one kernel: loads, orders, sets up and closes them. */
import { AsyncSeriesWaterfallHook } from 'tapable';
import { parseConfig, type PluginEntry } from './config.ts';
import { toMessage } from './oxidite-error.ts';
import { PluginDisabledError, PluginDuplicateError, PluginSetupError, PluginTimeoutError, PluginUnknownError } from './errors.ts';
import { KERNEL } from './hook-table.ts';
import type { KernelDescription } from './kernel-description.ts';
import type { KernelOptions } from './kernel.ts';
import { loadPlugin } from './loading.ts';
import { orderPlugins, type PluginOrder } from './ordering.ts';
import { APPLICATION, type PluginHost, PluginInstance } from './plugin-instance.ts';
import { validateOptions } from './plugin-options.ts';
import type { ConfiguredPlugin, OptionsContext, ResolvedPlugin } from './plugin.ts';
import { type PluginFailure, runEach } from './resource-ledger.ts';
import { toSuggestion } from './suggestion.ts';

/** The plugins of one kernel, in the order of their set-up. */
export class PluginSet {
  #instances: ReadonlyMap<string, PluginInstance> = new Map();
  #order: PluginOrder<ConfiguredPlugin> = { plugins: [], reasons: [], providers: new Map() };
  readonly #options: KernelOptions;
  readonly #host: PluginHost;
  readonly #configHook = new AsyncSeriesWaterfallHook<[unknown, OptionsContext]>(['options', 'context'], 'kernel:config');
  readonly #resolveHook = new AsyncSeriesWaterfallHook<[readonly ResolvedPlugin[]]>(['plugins'], 'kernel:resolve');

  constructor(options: KernelOptions, host: Omit<PluginHost, 'isProvider'>) {
    const overrides = options.overrides ?? {};
    const isProvider = (service: string, plugin: string): boolean =>
      !Object.hasOwn(overrides, service) && (this.#order.providers.get(service) ?? plugin) === plugin;
    this.#options = options;
    this.#host = { ...host, isProvider };
    host.hooks.declare('kernel:config', this.#configHook, KERNEL);
    host.hooks.declare('kernel:resolve', this.#resolveHook, KERNEL);
  }

  /** The plugins in their order. */
  get instances(): readonly PluginInstance[] {
    return [...this.#instances.values()];
  }

  /** Sets up all plugins of the configuration. */
  async setUpAll(): Promise<void> {
    const file = this.#options.file ?? 'the configuration';
    const config = parseConfig(this.#options.config, file);
    const listed: ResolvedPlugin[] = [];
    for (const [index, entry] of config.plugins.entries()) listed.push(await this.loadEntry(entry, `plugins[${index}] of ${file}`));
    if (config.setup !== undefined) {
      listed.push({ definition: { name: APPLICATION, version: '0.0.0', setup: config.setup }, options: undefined, place: `setup of ${file}` });
    }
    assertUnique(listed);
    await this.#prepare(listed);
    const prepared = this.#instances;
    const plugins = await this.resolveOptions(await this.#resolveHook.promise(listed));
    for (const plugin of plugins) {
      const instance = prepared.get(plugin.definition.name);
      if (instance !== undefined) instance.resolved = plugin;
    }
    this.order(plugins);
    await this.close([...prepared.values()].filter(({ name }) => !this.#instances.has(name)));
    for (const { name } of this.instances) await this.setUp(name);
  }

  /** Loads one entry of the configuration, or one that is added later. */
  loadEntry(entry: PluginEntry, place: string): Promise<ResolvedPlugin> {
    return loadPlugin(entry, place, { root: this.#host.shared.root, ignoreCompatibility: this.#options.config.ignoreCompatibility });
  }

  /** Overlays and validates options. */
  async resolveOptions(plugins: readonly ResolvedPlugin[]): Promise<ConfiguredPlugin[]> {
    const overlaid: ResolvedPlugin[] = [];
    for (const plugin of plugins) {
      overlaid.push({ ...plugin, options: await this.#configHook.promise(plugin.options, { plugin: plugin.definition.name }) });
    }
    return validateOptions(overlaid);
  }

  /** Puts plugins in order, keeping the instances of those that were there before. Nothing changes when they cannot be ordered. */
  order(plugins: readonly ConfiguredPlugin[]): void {
    assertUnique(plugins);
    const { config, knownProviders, overrides = {} } = this.#options;
    this.#order = orderPlugins(plugins, { last: APPLICATION, present: Object.keys(overrides), providers: config.providers, knownProviders });
    this.#setInstances(this.#order.plugins);
    for (const instance of this.instances) instance.registerServices();
    this.#host.hooks.setRanks(new Map(this.instances.map(({ name }, rank) => [name, rank])));
  }

  /**
   * Sets a plugin up; what happens when it fails is decided by its policy.
   * @param isRequired `true` ends in its failure, whatever the policy.
   * @throws {PluginSetupError | PluginTimeoutError | PluginDisabledError} when its failure ends the boot.
   */
  async setUp(name: string, isRequired = false): Promise<void> {
    const { hooks, logger } = this.#host;
    const instance = this.get(name);
    try {
      this.#assertProvidersRun(instance);
      await instance.setUp();
      const missed = this.#host.missedHooks().flatMap((hook) => hooks.tasksOf(hook, new Set([name])));
      for (const [, run] of missed) await run();
      instance.state = 'running';
    } catch (cause) {
      const error = toSetupError(instance.resolved, cause);
      await this.abandon([instance], 'its set-up');
      instance.state = error instanceof PluginDisabledError ? 'disabled' : 'failed';
      instance.error = error;
      if (isRequired || this.#policyOf(instance) === 'abort') throw error;
      logger.warn({ plugin: name, error: toMessage(error) }, 'the application goes on without this plugin');
    }
  }

  /** Lets plugins leave a running kernel: what they do at its shutdown, then what closes them. */
  async leave(instances: readonly PluginInstance[]): Promise<PluginFailure[]> {
    const farewells = this.#host.hooks.tasksOf('kernel:shutdown', new Set(instances.map(({ name }) => name)));
    return [...(await runEach(farewells)), ...(await this.close(instances))];
  }

  /** Closes plugins after something has failed. That error is the one that counts, so further ones are only logged. */
  async abandon(instances: readonly PluginInstance[], failed: string): Promise<void> {
    for (const failure of await this.close(instances)) this.#host.logger.error({ ...failure }, `could not be closed after ${failed} had failed`);
  }

  /** Closes plugins in the reverse order of opening, and forgets what they registered. */
  async close(instances: readonly PluginInstance[]): Promise<PluginFailure[]> {
    for (const instance of instances.toReversed()) instance.close();
    const failures = await this.#host.ledger.dispose(new Set(instances.map(({ name }) => name)));
    for (const instance of instances) instance.unregisterServices();
    return failures;
  }

  /**
   * Returns a plugin by its name.
   * @throws {PluginUnknownError}
   */
  get(name: string): PluginInstance {
    const instance = this.#instances.get(name);
    if (instance === undefined) throw new PluginUnknownError({ plugin: name, suggestion: toSuggestion(name, this.#instances.keys()) });
    return instance;
  }

  /** Returns the name of the plugin that provides a service. */
  providerOf(service: string): string | undefined {
    return this.#order.providers.get(service);
  }

  /** Describes the plugins and their order. */
  describe(): Pick<KernelDescription, 'plugins' | 'order'> {
    const plugins = this.instances.map(({ resolved, state, setupMs, error }, rank) => {
      const { name, version, requires = [], optional = [], provides = [] } = resolved.definition;
      return { name, version, place: resolved.place, state, rank, requires, optional, provides, setupMs, error };
    });
    return { plugins, order: this.#order.reasons };
  }

  /** Runs the early phase of the plugins that have one, with their own options. */
  async #prepare(listed: readonly ResolvedPlugin[]): Promise<void> {
    const early = await validateOptions(listed.filter(({ definition }) => definition.prepare !== undefined));
    const configs = new Map(early.map(({ definition, config }) => [definition.name, config]));
    this.#setInstances(listed.map((plugin) => ({ ...plugin, config: configs.get(plugin.definition.name) })));
    for (const name of configs.keys()) {
      const instance = this.get(name);
      await instance.prepare().catch((cause: unknown) => {
        throw toSetupError(instance.resolved, cause);
      });
    }
  }

  #assertProvidersRun({ name, resolved: { definition, place } }: PluginInstance): void {
    for (const service of definition.requires ?? []) {
      const provider = this.#instances.get(this.#order.providers.get(service) ?? '');
      if (provider?.error !== undefined) throw new PluginDisabledError({ plugin: name, place, service, because: provider.name });
    }
  }

  /** A plugin that only lacks a disabled one is disabled with it, unless it guards the application. */
  #policyOf(instance: PluginInstance): 'abort' | 'disable' {
    const { name, critical, security } = instance.resolved.definition;
    if (security === true) return 'abort';
    if (instance.state === 'disabled') return 'disable';
    const { failurePolicy = {} } = this.#options.config;
    const decided = Object.hasOwn(failurePolicy, name) ? failurePolicy[name] : undefined;
    return decided ?? (critical === false ? 'disable' : 'abort');
  }

  /** A plugin that is another object than before gets a fresh instance. */
  #setInstances(plugins: readonly ConfiguredPlugin[]): void {
    const known = new Map(this.instances.map((instance) => [instance.resolved, instance]));
    this.#instances = new Map(plugins.map((plugin) => [plugin.definition.name, known.get(plugin) ?? new PluginInstance(plugin, this.#host)]));
  }
}

function assertUnique(plugins: readonly ResolvedPlugin[]): void {
  for (const [plugin, [first, second]] of Map.groupBy(plugins, ({ definition }) => definition.name)) {
    if (first !== undefined && second !== undefined) throw new PluginDuplicateError({ plugin, first: first.place, second: second.place });
  }
}

function toSetupError({ definition, place }: ResolvedPlugin, cause: unknown): Error {
  if (cause instanceof PluginTimeoutError || cause instanceof PluginDisabledError) return cause;
  return new PluginSetupError({ plugin: definition.name, place }, cause);
}
