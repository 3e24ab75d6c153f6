/**
 * The `kernel` a plugin is handed. Everything a plugin does goes through it, so the kernel can name the plugin in every
 * error, show what it tapped, and undo all of it when the plugin is unloaded.
 */
import type { AnyHook, HookName, HookRegistry, TapFunction, TapOptions } from './hook-registry.ts';
import type { KernelDescription } from './kernel-description.ts';
import type { ProvideOptions, ServiceFactory } from './service-container.ts';
import type { ServiceScopes } from './service-scopes.ts';
import type { KernelServiceName, ServiceName, Services } from './services.ts';

/** What `use(name)` returns: a service that is only optional may be missing. */
export type UsedService<Name extends ServiceName, Optional extends ServiceName> = Name extends Optional ? Services[Name] | undefined : Services[Name];

/**
 * The kernel as one plugin sees it, with its four services: the lines of its logger carry the plugin's name, and timers
 * started on its clock are cancelled when the plugin is unloaded.
 */
export interface PluginScope<
  Config = unknown,
  Requires extends ServiceName = ServiceName,
  Optional extends ServiceName = never,
  Provides extends ServiceName = ServiceName,
> extends Pick<Services, KernelServiceName> {
  /** The plugin's name. */
  readonly name: string;
  /** The validated options, frozen. */
  readonly config: Config;
  /** The absolute path of the application's directory. */
  readonly root: string;
  /** Aborts when the plugin is unloaded or its set-up timed out. */
  readonly signal: AbortSignal;
  /** All services of the application, to be handed to the functions its users write. One object for the kernel's whole life. */
  readonly services: Services;
  /** Creates and settles the services of one request, job or command. */
  readonly scopes: ServiceScopes;

  /**
   * Returns a service.
   * @throws {ServiceForbiddenError} when the plugin neither requires, nor names as optional, nor provides it.
   */
  use<Name extends Requires | Optional | Provides | KernelServiceName>(name: Name): UsedService<Name, Optional>;
  /**
   * Registers a service; it is constructed on its first use.
   * @throws {ServiceUndeclaredError} when `provides` does not name it.
   */
  provide<Name extends Provides>(name: Name, factory: ServiceFactory<Services[Name]>, options?: ProvideOptions<Services[Name]>): void;
  /** Declares a hook that this plugin calls, and returns it. Taps made before wait for this. */
  declareHook<Name extends HookName, Hook extends HookRegistry[Name] & AnyHook>(name: Name, hook: Hook): Hook;
  /** Taps a hook; a hook that nobody declares is never called. */
  tap<Name extends HookName>(name: Name, fn: TapFunction<HookRegistry[Name]>, options?: TapOptions): void;
  /** Runs `dispose` when the plugin is unloaded, the latest registered first. After that moment it runs at once. */
  onDispose(dispose: () => void | Promise<void>): void;
  /** Names what set-up waits for, so that a time-out can say it: `await kernel.step('connect to db', connect())`. */
  step<Value>(label: string, work: Promise<Value>): Promise<Value>;
  /** Describes the running application: its plugins, hooks, taps and services. */
  describe(): KernelDescription;
}

/** The kernel as the application's own `setup` sees it: every service may be used. */
export type ApplicationScope = PluginScope<undefined, ServiceName, never, ServiceName>;
