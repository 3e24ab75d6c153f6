/**
 * The kernel: takes a configuration through its life.
 *
 * boot: load -> `prepare` -> kernel:config -> kernel:resolve -> order -> each `setup` -> kernel:boot;
 * start: boot -> kernel:ready -> running; stop: kernel:shutdown -> close everything in reverse.
 * Single plugins are the matter of `plugin-set.ts`, `plugin-instance.ts` and `plugin-changes.ts`.
 */
import { resolve } from 'node:path';
import { AsyncParallelHook, AsyncSeriesHook } from 'tapable';
import { createSystemClock } from './clock.ts';
import type { KernelConfig, PluginEntry } from './config.ts';
import { DisposeError, KernelStateError } from './errors.ts';
import type { HookName, HookRegistry, TapFunction, TapOptions } from './hook-registry.ts';
import { HookTable, KERNEL } from './hook-table.ts';
import type { KernelDescription } from './kernel-description.ts';
import { createSilentLogger } from './logger.ts';
import { loadPluginInto, reconfigurePluginIn, unloadPluginFrom } from './plugin-changes.ts';
import { APPLICATION } from './plugin-instance.ts';
import { PluginSet } from './plugin-set.ts';
import { createSecureRandom } from './random.ts';
import { ResourceLedger } from './resource-ledger.ts';
import { ServiceContainer } from './service-container.ts';
import type { ServiceScopes } from './service-scopes.ts';
import type { KernelServiceName, ServiceName, Services } from './services.ts';
import type { TapFn } from './tap-guard.ts';
import { assertSingleCopy } from './version.ts';

/** Where a kernel stands in its life. */
export type KernelState = 'created' | 'booting' | 'booted' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** What a plugin that joins a kernel in this state has missed. */
const MISSED_HOOKS: Partial<Record<KernelState, readonly HookName[]>> = { booted: ['kernel:boot'], running: ['kernel:boot', 'kernel:ready'] };

/** Options of {@link createKernel}; the four services of the kernel are the process's own, and a silent logger, where none are given. */
export interface KernelOptions extends Partial<Pick<Services, KernelServiceName>> {
  readonly config: KernelConfig;
  /** The application's directory. Default: the current one. */
  readonly root?: string;
  /** The configuration file, for messages. */
  readonly file?: string;
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
  /** The absolute path of the application's directory. */
  readonly root: string;
  readonly #container = new ServiceContainer();
  /** All services, outside of any request. */
  readonly services: Services = this.#container.services;
  /** Creates and settles the services of one request, job or command. */
  readonly scopes: ServiceScopes = this.#container;
  readonly #clock: Services['clock'];
  readonly #hooks: HookTable;
  readonly #plugins: PluginSet;
  #state: KernelState = 'created';
  #bootMs = 0;
  #booting: Promise<void> | undefined;
  #starting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;
  #changes: Promise<unknown> = Promise.resolve();

  constructor(options: KernelOptions) {
    const { root = '.', clock = createSystemClock(), random = createSecureRandom(), env = process.env, logger = createSilentLogger() } = options;
    this.root = resolve(root);
    this.#clock = clock;
    this.#hooks = new HookTable(() => clock.monotonicMs());
    for (const [name, value] of Object.entries({ clock, random, logger, env, ...options.overrides })) {
      this.#container.register(name as ServiceName, () => value as never, { plugin: KERNEL, onUnload: () => undefined }); // the names come from Services
    }
    this.#plugins = new PluginSet(options, {
      shared: { root: this.root, random, env, services: this.services, scopes: this.scopes, describe: () => this.describe() },
      clock,
      logger,
      hooks: this.#hooks,
      container: this.#container,
      ledger: new ResourceLedger(),
      missedHooks: () => MISSED_HOOKS[this.#state] ?? [],
    });
    this.#hooks.declare('kernel:boot', new AsyncSeriesHook<[]>([], 'kernel:boot'), KERNEL);
    this.#hooks.declare('kernel:ready', new AsyncParallelHook<[]>([], 'kernel:ready'), KERNEL);
    this.#hooks.declare('kernel:shutdown', new AsyncSeriesHook<[]>([], 'kernel:shutdown'), KERNEL, true);
  }

  /** Where the kernel stands in its life. */
  get state(): KernelState {
    return this.#state;
  }

  /** Sets all plugins up without serving anything: for commands and tests. */
  boot(): Promise<void> {
    return (this.#booting ??= this.#advance('boot()', 'created', 'booting', async () => {
      const startMs = this.#clock.monotonicMs();
      try {
        assertSingleCopy();
        await this.#plugins.setUpAll();
        for (const [, run] of this.#hooks.tasksOf('kernel:boot')) await run();
      } finally {
        this.#bootMs = this.#clock.monotonicMs() - startMs;
        this.#hooks.endTiming();
      }
    }));
  }

  /** Boots, when that has not happened yet, and runs `kernel:ready`. */
  start(): Promise<void> {
    const runTaps = (): Promise<unknown> => Promise.all(this.#hooks.tasksOf('kernel:ready').map(([, run]) => run()));
    return (this.#starting ??= this.boot().then(() => this.#advance('start()', 'booted', 'starting', runTaps)));
  }

  /** Stops and closes everything in reverse. Calling it again returns the same promise. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
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
  async #advance(operation: string, from: KernelState, through: 'booting' | 'starting', work: () => Promise<unknown>): Promise<void> {
    this.#assertState(operation, from);
    this.#state = through;
    try {
      await work();
      this.#state = through === 'booting' ? 'booted' : 'running';
    } catch (error) {
      await this.#plugins.abandon(this.#plugins.instances, 'the boot');
      this.#state = 'failed';
      throw error;
    }
  }

  async #stop(): Promise<void> {
    await Promise.allSettled([this.#booting, this.#starting, this.#changes]);
    if (this.#state === 'failed') return;
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
