/** One plugin in one kernel: its state, and the scope it is handed. */
import { type Clock, sleepOn, type Timer } from './clock.ts';
import { PluginClosedError, PluginTimeoutError, ServiceForbiddenError, ServiceUndeclaredError } from './errors.ts';
import type { HookTable } from './hook-table.ts';
import type { PluginState } from './kernel-description.ts';
import type { PluginScope } from './plugin-scope.ts';
import type { ConfiguredPlugin } from './plugin.ts';
import type { ProvideOptions, ServiceContainer, ServiceFactory } from './service-container.ts';
import { type ResourceLedger, runEach } from './resource-ledger.ts';
import { KERNEL_SERVICES, type ServiceName, type Services } from './services.ts';
import type { TapFn } from './tap-guard.ts';

/** The name under which the application's own set-up and taps run. It may use and provide every service. */
export const APPLICATION = 'application';

const DEFAULT_SETUP_TIMEOUT_MS = 10_000;

/** What the plugins of a kernel use of it. */
export interface PluginHost extends Pick<Services, 'clock' | 'logger'> {
  /** What every plugin is handed as it is. */
  readonly shared: Pick<PluginScope, 'root' | 'random' | 'env' | 'services' | 'scopes' | 'describe'>;
  readonly hooks: HookTable;
  readonly container: ServiceContainer;
  readonly ledger: ResourceLedger;
  /** The hooks of the kernel that a plugin which joins now has missed. */
  missedHooks(): readonly string[];
  /** Tells whether this plugin is the one that provides a service. */
  isProvider(service: string, plugin: string): boolean;
}

/** A plugin that is being set up, runs, or has failed. */
export class PluginInstance {
  /** The plugin; in its early phase another object of it than afterwards, when its options are final. */
  resolved: ConfiguredPlugin;
  state: PluginState = 'waiting';
  error: Error | undefined;
  setupMs = 0;
  readonly name: string;
  readonly #host: PluginHost;
  readonly #abort = new AbortController();
  readonly #steps = new Set<string>();
  /** How each service is registered: done at once, or when this plugin becomes its provider. */
  readonly #provided = new Map<string, () => void>();

  constructor(resolved: ConfiguredPlugin, host: PluginHost) {
    this.resolved = resolved;
    this.name = resolved.definition.name;
    this.#host = host;
  }

  /**
   * Runs the early phase, under the same time limit as the set-up.
   * @throws {PluginTimeoutError} after `setupTimeoutMs`.
   */
  prepare(): Promise<void> {
    return this.#runLimited((scope) => this.resolved.definition.prepare?.(scope));
  }

  /**
   * Runs `setup` under its time limit.
   * @throws {PluginTimeoutError} after `setupTimeoutMs`.
   * @throws {ServiceUndeclaredError} when it did not provide what it declares.
   */
  async setUp(): Promise<void> {
    await this.#runLimited((scope) => this.resolved.definition.setup(scope));
    for (const service of this.resolved.definition.provides ?? []) {
      if (!this.#provided.has(service)) throw new ServiceUndeclaredError({ plugin: this.name, service, declared: true });
    }
  }

  /** Takes everything back that needs no waiting: taps, and the right to do more. Resources are closed by the ledger. */
  close(): void {
    this.#abort.abort(new PluginClosedError({ plugin: this.name, action: 'its work' }));
    this.#host.hooks.removePlugin(this.name);
    if (this.state === 'running') this.state = 'waiting';
  }

  /** Registers the services of which this plugin has become the provider. */
  registerServices(): void {
    for (const [service, register] of this.#provided) {
      if (this.#host.isProvider(service, this.name) && !this.#host.container.has(service)) register();
    }
  }

  /** Forgets the services; called when the resources are closed. */
  unregisterServices(): void {
    for (const service of this.#provided.keys()) {
      if (this.#host.isProvider(service, this.name)) this.#host.container.unregister(service);
    }
    this.#provided.clear();
  }

  async #runLimited(run: (scope: never) => void | Promise<void>): Promise<void> {
    const { clock } = this.#host;
    const startMs = clock.monotonicMs();
    const resourcesBefore = process.getActiveResourcesInfo();
    try {
      const work = run(this.#createScope() as never); // its types are known to the definition only
      if (work !== undefined) await this.#limit(work, resourcesBefore);
    } finally {
      this.setupMs += clock.monotonicMs() - startMs;
    }
  }

  async #limit(work: Promise<void>, resourcesBefore: readonly string[]): Promise<void> {
    const { definition, place } = this.resolved;
    const { setupTimeoutMs: timeoutMs = DEFAULT_SETUP_TIMEOUT_MS } = definition;
    const ended = new AbortController();
    const expiry = this.#host.clock.sleep(timeoutMs, ended.signal).then(() => {
      throw new PluginTimeoutError({ plugin: this.name, place, timeoutMs, awaiting: this.#describeWait(resourcesBefore) });
    });
    await Promise.race([work, expiry]).finally(() => ended.abort());
  }

  #createScope(): PluginScope {
    const { shared, hooks, logger } = this.#host;
    const { name } = this;
    return {
      ...shared,
      name,
      config: this.resolved.config,
      logger: logger.child({ plugin: name }),
      clock: this.#createClock(),
      signal: this.#abort.signal,
      use: (service) => this.#use(service) as never, // its type is known to the caller only
      provide: (service, factory, options = {}) => this.#provide(service, factory, options),
      declareHook: (hookName, hook) => {
        this.#assertOpen('kernel.declareHook()');
        hooks.declare(hookName, hook, name);
        return hook;
      },
      tap: (hookName, fn, options) => {
        this.#assertOpen('kernel.tap()');
        hooks.tap(hookName, fn as TapFn, name, options?.band);
      },
      onDispose: (dispose) => void this.#onDispose(dispose),
      step: (label, work) => {
        this.#steps.add(label);
        return work.finally(() => this.#steps.delete(label));
      },
    };
  }

  #use(service: ServiceName): unknown {
    const { requires = [], optional = [], provides = [] } = this.resolved.definition;
    const { container } = this.#host;
    if (this.name !== APPLICATION && ![...requires, ...optional, ...provides, ...KERNEL_SERVICES].includes(service)) {
      throw new ServiceForbiddenError({ plugin: this.name, service });
    }
    return !container.has(service) && optional.includes(service) ? undefined : container.resolve(service);
  }

  #provide<Name extends ServiceName>(service: Name, factory: ServiceFactory<Services[Name]>, options: ProvideOptions<Services[Name]>): void {
    const { container, ledger } = this.#host;
    const plugin = this.name;
    this.#assertOpen('kernel.provide()');
    if (this.name !== APPLICATION && this.resolved.definition.provides?.includes(service) !== true) {
      throw new ServiceUndeclaredError({ plugin, service, declared: false });
    }
    const register = (): void => container.register(service, factory, { ...options, plugin, onUnload: (dispose) => void ledger.add(plugin, dispose) });
    this.#provided.set(service, register);
    if (this.#host.isProvider(service, plugin)) register();
  }

  #assertOpen(action: string): void {
    if (this.#abort.signal.aborted) throw new PluginClosedError({ plugin: this.name, action });
  }

  /** What a late set-up opens after its time-out is closed at once. */
  async #onDispose(dispose: () => unknown): Promise<void> {
    const { ledger, logger } = this.#host;
    if (!this.#abort.signal.aborted) return void ledger.add(this.name, dispose);
    const [failure] = await runEach([[this.name, dispose]]);
    if (failure !== undefined) logger.error({ ...failure }, 'a resource that was opened too late could not be closed');
  }

  /** Timers belong to the plugin: they are cancelled when it is unloaded. */
  #createClock(): Clock {
    const { clock, ledger } = this.#host;
    const start = (kind: 'setTimeout' | 'setInterval', task: () => void, ms: number): Timer => {
      this.#assertOpen(`kernel.clock.${kind}()`);
      const run = kind === 'setInterval' ? task : () => (release(), task());
      const timer = clock[kind](run, ms);
      const release = ledger.add(this.name, () => timer.cancel());
      return { cancel: () => (release(), timer.cancel()) };
    };
    const owned: Clock = {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      setTimeout: (task, delayMs) => start('setTimeout', task, delayMs),
      setInterval: (task, intervalMs) => start('setInterval', task, intervalMs),
      sleep: (delayMs, signal) => sleepOn(owned, delayMs, signal),
    };
    return owned;
  }

  /** Says what set-up waits for: the steps it named, or else what it opened. */
  #describeWait(resourcesBefore: readonly string[]): string {
    if (this.#steps.size > 0) return Array.from(this.#steps, (step) => `"${step}"`).join(' and ');
    const opened = process.getActiveResourcesInfo();
    for (const resource of resourcesBefore) if (opened.includes(resource)) opened.splice(opened.indexOf(resource), 1);
    const resources = opened.length > 0 ? `open resources (${[...new Set(opened)].join(', ')})` : 'a promise';
    return `${resources}; name the wait with kernel.step("...", promise) to see more`;
  }
}
