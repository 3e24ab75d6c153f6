/** One plugin in one kernel: its state, and the scope it is handed. */
import { type Clock, sleepOn, type Timer } from './clock.ts';
import type { Env } from './env.ts';
import { PluginClosedError } from './errors/plugin-errors.ts';
import { ServiceForbiddenError, ServiceUndeclaredError } from './errors/service-errors.ts';
import { PluginTimeoutError } from './errors/setup-errors.ts';
import type { HookTable } from './hook-table.ts';
import type { KernelDescription, PluginState } from './kernel-description.ts';
import type { Logger } from './logger.ts';
import type { PluginScope } from './plugin-scope.ts';
import type { ResolvedPlugin } from './plugin.ts';
import type { Random } from './random.ts';
import type { Dispose, ResourceLedger } from './resource-ledger.ts';
import type { ProvideOptions, ServiceContainer, ServiceFactory } from './service-container.ts';
import { KERNEL_SERVICES, type ServiceName, type Services } from './services.ts';
import type { TapFn } from './tap-guard.ts';

/** The name under which the application's own set-up and taps run. */
export const APPLICATION = 'application';

const DEFAULT_SETUP_TIMEOUT_MS = 10_000;

/** What an instance uses of its kernel. */
export interface InstanceHost {
  readonly root: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly env: Env;
  readonly logger: Logger;
  readonly hooks: HookTable;
  readonly container: ServiceContainer;
  readonly ledger: ResourceLedger;
  /** Tells whether this plugin is the one that provides a service. */
  isProvider(service: string, plugin: string): boolean;
  describe(): KernelDescription;
}

/** A plugin that is being set up, runs, or has failed. */
export class PluginInstance {
  readonly resolved: ResolvedPlugin;
  /** The validated options. */
  config: unknown;
  state: PluginState = 'waiting';
  error: Error | undefined;
  setupMs = 0;
  readonly #host: InstanceHost;
  readonly #abort = new AbortController();
  readonly #steps = new Set<string>();
  /** How each service is registered: done at once, or when this plugin becomes its provider. */
  readonly #provided = new Map<string, () => void>();

  constructor(resolved: ResolvedPlugin, host: InstanceHost) {
    this.resolved = resolved;
    this.#host = host;
  }

  get name(): string {
    return this.resolved.definition.name;
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
    const { definition, place } = this.resolved;
    const { clock } = this.#host;
    const timeoutMs = definition.setupTimeoutMs ?? DEFAULT_SETUP_TIMEOUT_MS;
    const startMs = clock.monotonicMs();
    const resourcesBefore = process.getActiveResourcesInfo();
    let timer: Timer | undefined;
    try {
      const work = run(this.#createScope() as never); // its types are known to the definition only
      if (work === undefined) return;
      const expired = Promise.withResolvers<never>();
      const expire = (): void => {
        expired.reject(new PluginTimeoutError({ plugin: this.name, place, timeoutMs, awaiting: this.#describeWait(resourcesBefore) }));
      };
      timer = clock.setTimeout(expire, timeoutMs);
      await Promise.race([work, expired.promise]);
    } finally {
      timer?.cancel();
      this.setupMs += clock.monotonicMs() - startMs;
    }
  }

  #createScope(): PluginScope {
    const { root, random, env, logger, hooks, container } = this.#host;
    const instance = this;
    const { name } = this;
    return {
      name,
      get config() {
        return instance.config;
      },
      root,
      logger: logger.child({ plugin: name }),
      clock: this.#createClock(),
      random,
      env,
      signal: this.#abort.signal,
      services: container.services,
      scopes: container,
      describe: () => this.#host.describe(),
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
      onDispose: (dispose) => this.#onDispose(dispose),
      step: (label, work) => {
        this.#steps.add(label);
        return work.finally(() => this.#steps.delete(label));
      },
    };
  }

  #use(service: ServiceName): unknown {
    const { requires = [], optional = [], provides = [] } = this.resolved.definition;
    const { container } = this.#host;
    if (!this.#isUnrestricted && ![...requires, ...optional, ...provides, ...KERNEL_SERVICES].includes(service)) {
      throw new ServiceForbiddenError({ plugin: this.name, service });
    }
    return !container.has(service) && optional.includes(service) ? undefined : container.resolve(service);
  }

  #provide<Name extends ServiceName>(service: Name, factory: ServiceFactory<Services[Name]>, options: ProvideOptions<Services[Name]>): void {
    const { container, ledger } = this.#host;
    const plugin = this.name;
    this.#assertOpen('kernel.provide()');
    if (!this.#isUnrestricted && this.resolved.definition.provides?.includes(service) !== true) {
      throw new ServiceUndeclaredError({ plugin, service, declared: false });
    }
    const register = (): void => container.register(service, factory, { ...options, plugin, onUnload: (dispose) => void ledger.add(plugin, dispose) });
    this.#provided.set(service, register);
    if (this.#host.isProvider(service, plugin)) register();
  }

  /** The application's own set-up may use and provide every service. */
  get #isUnrestricted(): boolean {
    return this.name === APPLICATION;
  }

  #assertOpen(action: string): void {
    if (this.#abort.signal.aborted) throw new PluginClosedError({ plugin: this.name, action });
  }

  /** What a late set-up opens after its time-out is closed at once. */
  #onDispose(dispose: Dispose): void {
    if (!this.#abort.signal.aborted) {
      this.#host.ledger.add(this.name, dispose);
      return;
    }
    void Promise.resolve()
      .then(dispose)
      .catch((error: unknown) => this.#host.logger.error({ plugin: this.name, error }, 'a resource that was opened too late could not be closed'));
  }

  /** Timers belong to the plugin: they are cancelled when it is unloaded. */
  #createClock(): Clock {
    const { clock, ledger } = this.#host;
    const start = (kind: 'setTimeout' | 'setInterval', task: () => void, ms: number): Timer => {
      this.#assertOpen(`kernel.clock.${kind}()`);
      const run = (): void => {
        if (kind === 'setTimeout') release();
        task();
      };
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
