/** The plugins of one kernel: loads, orders, sets up and closes them. */
import { parseConfig, type PluginEntry } from './config.ts';
import { toMessage } from './errors/oxidite-error.ts';
import { PluginDuplicateError } from './errors/loading-errors.ts';
import { PluginUnknownError } from './errors/plugin-errors.ts';
import { PluginDisabledError, PluginSetupError, PluginTimeoutError } from './errors/setup-errors.ts';
import type { KernelDescription, OrderReason } from './kernel-description.ts';
import type { KernelOptions } from './kernel.ts';
import { loadPlugin } from './loading.ts';
import { orderPlugins } from './ordering.ts';
import { APPLICATION, type InstanceHost, PluginInstance } from './plugin-instance.ts';
import { validateOptions } from './plugin-options.ts';
import type { ResolvedPlugin } from './plugin.ts';
import type { DisposeFailure } from './resource-ledger.ts';
import { toSuggestion } from './suggestion.ts';

/** What a set uses of its kernel. */
export interface SetHost extends Omit<InstanceHost, 'isProvider'> {
  /** The hooks of the kernel that a plugin which joins now has missed. */
  missedHooks(): readonly string[];
  /** Runs the taps of kernel:config and kernel:resolve. */
  transformOptions(options: unknown, context: { plugin: string }): Promise<unknown>;
  transformPlugins(plugins: readonly ResolvedPlugin[]): Promise<readonly ResolvedPlugin[]>;
}

/** The plugins of one kernel, in the order of their set-up. */
export class PluginSet {
  #instances: ReadonlyMap<string, PluginInstance> = new Map();
  #reasons: readonly OrderReason[] = [];
  #providers: ReadonlyMap<string, string> = new Map();
  readonly #options: KernelOptions;
  readonly #host: SetHost & InstanceHost;

  constructor(options: KernelOptions, host: SetHost) {
    const overrides = options.overrides ?? {};
    const isProvider = (service: string, plugin: string): boolean => !Object.hasOwn(overrides, service) && (this.#providers.get(service) ?? plugin) === plugin;
    this.#options = options;
    this.#host = { ...host, isProvider };
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
    const resolved = await this.#host.transformPlugins(listed);
    const configs = await this.resolveOptions(resolved);
    const prepared = this.instances;
    this.order(resolved);
    await this.close(prepared.filter(({ name }) => !this.#instances.has(name)));
    for (const instance of this.instances) {
      instance.config = configs.get(instance.name);
      await this.setUp(instance);
    }
  }

  /** Loads one entry of the configuration, or one that is added later. */
  loadEntry(entry: PluginEntry, place: string): Promise<ResolvedPlugin> {
    return loadPlugin(entry, place, { root: this.#host.root, ignoreCompatibility: this.#options.config.ignoreCompatibility });
  }

  /** Overlays and validates options, by plugin name. */
  async resolveOptions(plugins: readonly ResolvedPlugin[]): Promise<Map<string, unknown>> {
    const overlaid: ResolvedPlugin[] = [];
    for (const plugin of plugins) {
      overlaid.push({ ...plugin, options: await this.#host.transformOptions(plugin.options, { plugin: plugin.definition.name }) });
    }
    return validateOptions(overlaid);
  }

  /** Puts plugins in order, keeping the instances that exist. Nothing changes when they cannot be ordered. */
  order(plugins: readonly ResolvedPlugin[]): void {
    assertUnique(plugins);
    const { config, knownProviders, overrides = {} } = this.#options;
    const order = orderPlugins(plugins, { last: APPLICATION, present: Object.keys(overrides), providers: config.providers, knownProviders });
    this.#setInstances(order.plugins);
    this.#reasons = order.reasons;
    this.#providers = order.providers;
    for (const instance of this.instances) instance.registerServices();
    this.#host.hooks.setRanks(new Map(order.plugins.map(({ definition }, rank) => [definition.name, rank])));
  }

  /** Puts a fresh instance in the place of the one of this name, which is closed. */
  replace(resolved: ResolvedPlugin, config: unknown): void {
    const fresh = new PluginInstance(resolved, this.#host);
    fresh.config = config;
    this.#instances = new Map(this.#instances).set(fresh.name, fresh);
  }

  /**
   * Sets a plugin up; what happens when it fails is decided by its policy.
   * @throws {PluginSetupError | PluginTimeoutError | PluginDisabledError} when its failure ends the boot.
   */
  async setUp(instance: PluginInstance): Promise<void> {
    try {
      this.#assertProvidersRun(instance);
      await instance.setUp();
      for (const hook of this.#host.missedHooks()) {
        const [failure] = await this.#host.hooks.runEach(hook, new Set([instance.name]));
        if (failure !== undefined) throw failure.error;
      }
      instance.state = 'running';
    } catch (cause) {
      const error = toSetupError(instance.resolved, cause);
      for (const failure of await this.close([instance])) this.#host.logger.error({ ...failure }, 'could not be closed after its set-up had failed');
      instance.state = error instanceof PluginDisabledError ? 'disabled' : 'failed';
      instance.error = error;
      if (this.#policyOf(instance) === 'abort') throw error;
      this.#host.logger.warn({ plugin: instance.name, error: toMessage(error) }, 'the application goes on without this plugin');
    }
  }

  /** Lets plugins leave a running kernel: what they do at its shutdown, then what closes them. */
  async leave(instances: readonly PluginInstance[]): Promise<DisposeFailure[]> {
    const failures = await this.#host.hooks.runEach('kernel:shutdown', new Set(instances.map(({ name }) => name)));
    return [...failures, ...(await this.close(instances))];
  }

  /** Closes plugins in the reverse order of opening, and forgets what they registered. */
  async close(instances: readonly PluginInstance[]): Promise<DisposeFailure[]> {
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
    return this.#providers.get(service);
  }

  /** Describes the plugins and their order. */
  describe(): Pick<KernelDescription, 'plugins' | 'order'> {
    const plugins = this.instances.map(({ resolved, state, setupMs, error }, rank) => {
      const { name, version, requires = [], optional = [], provides = [] } = resolved.definition;
      return { name, version, place: resolved.place, state, rank, requires, optional, provides, setupMs, error };
    });
    return { plugins, order: this.#reasons };
  }

  /** Runs the early phase of the plugins that have one, with their own options. */
  async #prepare(listed: readonly ResolvedPlugin[]): Promise<void> {
    const early = listed.filter(({ definition }) => definition.prepare !== undefined);
    const configs = await validateOptions(early);
    this.#setInstances(listed);
    for (const { definition } of early) {
      const instance = this.get(definition.name);
      instance.config = configs.get(definition.name);
      await instance.prepare().catch((cause: unknown) => {
        throw toSetupError(instance.resolved, cause);
      });
    }
  }

  #assertProvidersRun({ name, resolved: { definition, place } }: PluginInstance): void {
    for (const service of definition.requires ?? []) {
      const provider = this.#instances.get(this.#providers.get(service) ?? '');
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

  #setInstances(plugins: readonly ResolvedPlugin[]): void {
    const known = new Map(this.instances.map((instance) => [instance.resolved, instance]));
    this.#instances = new Map(plugins.map((plugin) => [plugin.definition.name, known.get(plugin) ?? new PluginInstance(plugin, this.#host)]));
  }
}

function assertUnique(plugins: readonly ResolvedPlugin[]): void {
  const places = new Map<string, string>();
  for (const { definition, place } of plugins) {
    const first = places.get(definition.name);
    if (first !== undefined) throw new PluginDuplicateError({ plugin: definition.name, first, second: place });
    places.set(definition.name, place);
  }
}

function toSetupError({ definition, place }: ResolvedPlugin, cause: unknown): Error {
  if (cause instanceof PluginTimeoutError || cause instanceof PluginDisabledError) return cause;
  return new PluginSetupError({ plugin: definition.name, place }, cause);
}
