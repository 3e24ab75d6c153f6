/**
 * The kernel: takes a configuration through its life.
 *
 * boot: load -> `prepare` -> kernel:config -> kernel:resolve -> order -> each `setup` -> kernel:boot;
 * start: boot -> kernel:ready -> running; stop: kernel:shutdown -> close everything in reverse.
 * Single plugins are the matter of `plugin-set.ts`, `plugin-instance.ts` and `plugin-changes.ts`.
 */
import { resolve } from 'node:path';
import { AsyncParallelHook, AsyncSeriesHook, AsyncSeriesWaterfallHook } from 'tapable';
import { callTapsInParallel, callTapsInSeries } from './call-taps.ts';
import { type Clock, createSystemClock } from './clock.ts';
import type { KernelConfig, PluginEntry } from './config.ts';
import type { Env } from './env.ts';
import { KernelStateError } from './errors/kernel-errors.ts';
import { DisposeError } from './errors/plugin-errors.ts';
import type { HookName, HookRegistry, TapFunction, TapOptions } from './hook-registry.ts';
import { HookTable, KERNEL } from './hook-table.ts';
import type { KernelDescription } from './kernel-description.ts';
import { createSilentLogger, type Logger } from './logger.ts';
import { loadPluginInto, reconfigurePluginIn, unloadPluginFrom } from './plugin-changes.ts';
import { APPLICATION } from './plugin-instance.ts';
import { PluginSet } from './plugin-set.ts';
import type { OptionsContext, ResolvedPlugin } from './plugin.ts';
import { createSecureRandom, type Random } from './random.ts';
import { ResourceLedger } from './resource-ledger.ts';
import { ServiceContainer } from './service-container.ts';
import type { ServiceScopes } from './service-scopes.ts';
import type { ServiceName, Services } from './services.ts';
import type { TapFn } from './tap-guard.ts';
import { assertSingleCopy } from './version.ts';

/** Where a kernel stands in its life. */
export type KernelState = 'created' | 'booting' | 'booted' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** What a plugin that joins a kernel in this state has missed. */
const MISSED_HOOKS: Partial<Record<KernelState, readonly HookName[]>> = { booted: ['kernel:boot'], running: ['kernel:boot', 'kernel:ready'] };

/** Options of {@link createKernel}. */
export interface KernelOptions {
  readonly config: KernelConfig;
  /** The application's directory. Default: the current one. */
  readonly root?: string;
  /** The configuration file, for messages. */
  readonly file?: string;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Default: `process.env`. */
  readonly env?: Env;
  /** Default: silent. */
  readonly logger?: Logger;
  /** Services that replace what plugins provide, for tests. */
  readonly overrides?: Partial<Services>;
  /** Packages that provide a service, named in the error when it is missing: service name -> package name. */
  readonly knownProviders?: Readonly<Record<string, string>>;
}

/** Creates a kernel; nothing is loaded before `boot` or `start`. */
export function createKernel(options: KernelOptions): Kernel {
  return new Kernel(options);
}

/** An application's kernel; made by {@link createKernel}. */
export class Kernel {
  readonly root: string;
  /** All services, outside of any request. */
  readonly services: Services;
  readonly scopes: ServiceScopes;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #hooks: HookTable;
  readonly #container = new ServiceContainer();
  readonly #plugins: PluginSet;
  readonly #boot = new AsyncSeriesHook<[]>([], 'kernel:boot');
  readonly #ready = new AsyncParallelHook<[]>([], 'kernel:ready');
  #state: KernelState = 'created';
  #bootMs = 0;
  #booting: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: KernelOptions) {
    const { clock = createSystemClock(), random = createSecureRandom(), env = process.env, logger = createSilentLogger() } = options;
    this.root = resolve(options.root ?? '.');
    this.services = this.#container.services;
    this.scopes = this.#container;
    this.#clock = clock;
    this.#logger = logger;
    this.#hooks = new HookTable(() => clock.monotonicMs());
    for (const [name, value] of Object.entries({ clock, random, logger, env, ...options.overrides })) {
      this.#container.register(name as ServiceName, () => value as never, { plugin: KERNEL, onUnload: () => undefined }); // the names come from Services
    }
    const config = new AsyncSeriesWaterfallHook<[unknown, OptionsContext]>(['options', 'context'], 'kernel:config');
    const resolution = new AsyncSeriesWaterfallHook<[readonly ResolvedPlugin[]]>(['plugins'], 'kernel:resolve');
    for (const hook of [config, resolution, this.#boot, this.#ready]) this.#hooks.declare(String(hook.name), hook, KERNEL);
    this.#hooks.declare('kernel:shutdown', new AsyncSeriesHook<[]>([], 'kernel:shutdown'), KERNEL, true);
    const host = {
      root: this.root,
      clock,
      random,
      env,
      logger,
      hooks: this.#hooks,
      container: this.#container,
      ledger: new ResourceLedger(),
      describe: () => this.describe(),
      missedHooks: () => MISSED_HOOKS[this.#state] ?? [],
      transformOptions: (value: unknown, context: OptionsContext) => config.promise(value, context),
      transformPlugins: (plugins: readonly ResolvedPlugin[]) => resolution.promise(plugins),
    };
    this.#plugins = new PluginSet(options, host);
  }

  get state(): KernelState {
    return this.#state;
  }

  /** Sets all plugins up without serving anything: for commands and tests. */
  boot(): Promise<void> {
    this.#booting ??= this.#advance('boot()', 'created', 'booting', async () => {
      const startMs = this.#clock.monotonicMs();
      try {
        assertSingleCopy();
        await this.#plugins.setUpAll();
        await callTapsInSeries(this.#boot);
      } finally {
        this.#bootMs = this.#clock.monotonicMs() - startMs;
        this.#hooks.endTiming();
      }
    });
    return this.#booting;
  }

  /** Boots, when that has not happened yet, and runs `kernel:ready`. */
  start(): Promise<void> {
    this.#starting ??= this.boot().then(() => this.#advance('start()', 'booted', 'starting', () => callTapsInParallel(this.#ready)));
    return this.#starting;
  }

  /** Stops and closes everything in reverse. Calling it again returns the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** Adds a plugin to the running kernel. */
  load(entry: PluginEntry): Promise<void> {
    return this.#change('load()', () => loadPluginInto(this.#plugins, entry));
  }

  /** Removes a plugin and all that depend on it; plugins that use it optionally are set up again without it. */
  unload(plugin: string): Promise<void> {
    return this.#change('unload()', () => unloadPluginFrom(this.#plugins, plugin));
  }

  /** Sets a plugin, and all that depend on it, up again with other options; when that fails, with the former ones. */
  reconfigure(plugin: string, options: unknown): Promise<void> {
    return this.#change('reconfigure()', () => reconfigurePluginIn(this.#plugins, plugin, options));
  }

  /** Returns a service, as it is outside of any request. */
  use<Name extends ServiceName>(name: Name): Services[Name] {
    return this.#container.resolve(name);
  }

  /** Returns a hook that is declared. */
  findHook<Name extends HookName>(name: Name): HookRegistry[Name] | undefined {
    return this.#hooks.find(name) as HookRegistry[Name] | undefined; // the registry says what was declared under this name
  }

  /** Taps a hook on behalf of the application. */
  tap<Name extends HookName>(name: Name, fn: TapFunction<HookRegistry[Name]>, options: TapOptions = {}): void {
    this.#hooks.tap(name, fn as TapFn, APPLICATION, options.band);
  }

  /** Describes the application: its plugins, their order, its hooks and services. */
  describe(): KernelDescription {
    return { ...this.#plugins.describe(), hooks: this.#hooks.list(), services: this.#container.list(), bootMs: this.#bootMs };
  }

  /** Goes from one state to the next; when that fails, closes what is open. The first error is the one that counts. */
  async #advance(operation: string, from: KernelState, through: 'booting' | 'starting', work: () => Promise<void>): Promise<void> {
    this.#assertState(operation, from);
    this.#state = through;
    try {
      await work();
      this.#state = through === 'booting' ? 'booted' : 'running';
    } catch (error) {
      for (const failure of await this.#plugins.close(this.#plugins.instances)) {
        this.#logger.error({ ...failure }, 'could not be closed after the boot had failed');
      }
      this.#state = 'failed';
      throw error;
    }
  }

  async #stop(): Promise<void> {
    await Promise.allSettled([this.#booting, this.#starting, this.#changes]);
    if (this.#state === 'created') this.#state = 'stopped';
    if (this.#state === 'failed' || this.#state === 'stopped') return;
    this.#state = 'stopping';
    const failures = await this.#plugins.leave(this.#plugins.instances);
    this.#state = 'stopped';
    if (failures.length > 0) throw new DisposeError({ failures });
  }

  /** Changes happen one after the other, and only to a kernel that is up. */
  #change(operation: string, work: () => Promise<void>): Promise<void> {
    const result = this.#changes.then(() => {
      this.#assertState(operation, 'booted', 'running');
      return work();
    });
    this.#changes = result.catch(() => undefined);
    return result;
  }

  /** From the call of `stop` on, nothing new is begun, even while it still waits for what is under way. */
  #assertState(operation: string, ...expected: readonly KernelState[]): void {
    const isEnding = this.#stopping !== undefined && this.#state !== 'failed' && this.#state !== 'stopped';
    const state = isEnding ? 'stopping' : this.#state;
    if (!expected.includes(state)) throw new KernelStateError({ operation, state, expected: expected.join(' or ') });
  }
}
