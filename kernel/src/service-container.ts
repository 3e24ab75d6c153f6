/**
 * The container: typed services with lifetimes, on awilix (strict, PROXY). Only the kernel touches awilix.
 * Construction is synchronous: what is asynchronous happens in `setup`, before `provide`.
 *
 * Handlers receive *cradles*: one shared object of getters for the whole kernel, and, for each request that asks for
 * services, an object of one field that inherits from it and opens a container scope only when a scoped service is used.
 */
import { type AwilixContainer, createContainer, InjectionMode } from 'awilix/browser';
import { toMessage } from './oxidite-error.ts';
import { ScopeSettledError, ServiceUnavailableError } from './errors.ts';
import type { ServiceEntry } from './kernel-description.ts';
import type { PluginTask } from './resource-ledger.ts';
import { completeTasks, disposeTasks, type ScopeContext, type ScopeTask, type ServiceScopes } from './service-scopes.ts';
import type { ServiceName, Services } from './services.ts';
import { toSuggestion } from './suggestion.ts';

const SCOPE = Symbol('oxidite.scope');

/** How long an instance lives: with the application, with one request or job, or for one use. */
export type Lifetime = 'singleton' | 'scoped' | 'transient';

/** Constructs a service from the services it may use. */
export type ServiceFactory<Service> = (services: Services, scope: ScopeContext) => Service;

/** Options of `provide`. */
export interface ProvideOptions<Service> {
  /** Default: `singleton`. */
  readonly lifetime?: Lifetime;
  /** Closes an instance when its scope ends; for a singleton: when the plugin is unloaded. A transient one belongs to whoever asked for it. */
  readonly dispose?: (service: Service) => void | Promise<void>;
}

/** Who registers a service. */
interface Registrant {
  readonly plugin: string;
  /** Runs a task when the plugin is unloaded. */
  readonly onUnload: (task: ScopeTask) => void;
}

/** The awilix container of one unit of work, with what is to be done at its end. */
interface Scope extends AwilixContainer {
  readonly completions: ScopeTask[];
  readonly disposals: PluginTask[];
}

interface Cradle {
  [SCOPE]: Scope | 'settled' | undefined;
}

/** Registers, constructs and forgets services. */
export class ServiceContainer implements ServiceScopes {
  /** The services outside of any request. One object for the container's whole life; its getters follow the registrations. */
  readonly services = Object.create(null) as Services; // the getters are defined as services are registered
  readonly #root = createContainer({ strict: true, injectionMode: InjectionMode.PROXY });
  /** What is or was registered, by name. */
  readonly #known = new Map<string, ServiceEntry>();
  readonly #ScopedCradle = class implements Cradle {
    [SCOPE]: Cradle[typeof SCOPE] = undefined;
  };

  constructor() {
    Object.setPrototypeOf(this.#ScopedCradle.prototype, this.services);
  }

  /** Registers a service of `plugin`; a former registration of the same name is replaced. */
  register<Name extends ServiceName>(name: Name, factory: ServiceFactory<Services[Name]>, options: ProvideOptions<Services[Name]> & Registrant): void {
    const { plugin, lifetime = 'singleton', dispose } = options;
    this.#known.set(name, { name, plugin, lifetime });
    const construct = (container: AwilixContainer): Services[Name] => {
      const context = toContext(container, options);
      try {
        const service = factory(container.cradle as Services, context); // it holds what Services names
        if (dispose !== undefined && lifetime !== 'transient') context.onDispose(() => dispose(service));
        return service;
      } catch (error) {
        throw toUnavailable(name, error, (reason) => `plugin "${plugin}" failed to construct it: ${reason}. Correct what it hands to kernel.provide().`);
      }
    };
    this.#setResolver(name, construct, lifetime);
    this.#defineGetter(name, lifetime);
  }

  /** Forgets a service. Whoever asks for it afterwards is told which plugin provided it. */
  unregister(name: string): void {
    this.#setResolver(name, () => this.#refuse(name), 'singleton');
    delete (this.services as unknown as Record<string, unknown>)[name];
  }

  /** Tells whether a service is registered. */
  has(name: string): boolean {
    return Object.hasOwn(this.services, name);
  }

  /** Lists the registered services. */
  list(): ServiceEntry[] {
    return [...this.#known.values()].filter(({ name }) => this.has(name));
  }

  /**
   * Returns a service; a scoped one as it is outside of any request.
   * @throws {ServiceUnavailableError} when nobody provides it, or its construction fails.
   */
  resolve<Name extends ServiceName>(name: Name): Services[Name] {
    return this.#resolveIn(this.#root, name);
  }

  /** Creates the services of one unit of work. Costs one object until a scoped service is used. */
  create(): Services {
    return new this.#ScopedCradle() as unknown as Services; // it inherits the getters of all services
  }

  /** Runs the `onComplete` tasks in the order of their registration, up to the first that fails. Returns `undefined` when there are none. */
  complete(services: Services): Promise<void> | undefined {
    const scope = (services as unknown as Cradle)[SCOPE];
    return scope === undefined || scope === 'settled' || scope.completions.length === 0 ? undefined : completeTasks(scope.completions);
  }

  /** Ends the unit of work and disposes what it constructed, in reverse. Returns `undefined` when there is nothing. */
  dispose(services: Services): Promise<void> | undefined {
    const cradle = services as unknown as Cradle;
    const scope = cradle[SCOPE];
    cradle[SCOPE] = 'settled';
    return scope === undefined || scope === 'settled' || scope.disposals.length === 0 ? undefined : disposeTasks(scope.disposals);
  }

  /** Runs `work` in a scope of its own: completes it when `work` succeeds, disposes it always. The first failure is the one that counts. */
  async run<Result>(work: (services: Services) => Result | Promise<Result>): Promise<Result> {
    const services = this.create();
    try {
      const result = await work(services);
      await this.complete(services);
      return result;
    } catch (error) {
      await this.dispose(services)?.catch(() => undefined);
      throw error;
    } finally {
      await this.dispose(services); // nothing is left after a failure
    }
  }

  #setResolver(name: string, construct: (container: AwilixContainer) => unknown, lifetime: Lifetime): void {
    this.#root.register(name, { lifetime: lifetime.toUpperCase() as Uppercase<Lifetime>, resolve: construct });
    this.#root.cache.delete(name);
  }

  /** A singleton's getter gives way to its value; the other lifetimes depend on the object that is asked. */
  #defineGetter(name: ServiceName, lifetime: Lifetime): void {
    const container = this;
    Object.defineProperty(this.services, name, {
      configurable: true,
      enumerable: true,
      get(this: Cradle) {
        if (lifetime !== 'singleton') return container.#resolveIn(container.#scopeOf(this, name), name);
        const value = container.resolve(name);
        Object.defineProperty(container.services, name, { configurable: true, enumerable: true, value });
        return value;
      },
    });
  }

  /** Opens the scope of a unit of work when it is needed for the first time. */
  #scopeOf(cradle: Cradle, name: ServiceName): AwilixContainer {
    if (!(SCOPE in cradle)) return this.#root;
    if (cradle[SCOPE] === 'settled') throw new ScopeSettledError({ service: name });
    cradle[SCOPE] ??= Object.assign(this.#root.createScope(), { completions: [], disposals: [] });
    return cradle[SCOPE];
  }

  #resolveIn<Name extends ServiceName>(container: AwilixContainer, name: Name): Services[Name] {
    if (!this.has(name)) return this.#refuse(name);
    try {
      return container.resolve<Services[Name]>(name);
    } catch (error) {
      throw toUnavailable(name, error);
    }
  }

  #refuse(service: string): never {
    const plugin = this.#known.get(service)?.plugin;
    const missing = `no plugin provides it. Add one that does.${toSuggestion(service, Object.keys(this.services))}`;
    const reason = plugin === undefined ? missing : `plugin "${plugin}", which provided it, was unloaded. Load it again.`;
    throw new ServiceUnavailableError({ service, reason });
  }
}

/** What a factory may do in the container in which it constructs: a scope, or the root. */
function toContext(container: AwilixContainer, { plugin, onUnload }: Registrant): ScopeContext {
  if (!('completions' in container)) return { isRoot: true, onComplete: () => undefined, onDispose: onUnload };
  const { completions, disposals } = container as Scope;
  return { isRoot: false, onComplete: (task) => void completions.push(task), onDispose: (task) => void disposals.push([plugin, task]) };
}

/** The blame stays with the innermost service. */
function toUnavailable(service: string, error: unknown, toText = (reason: string): string => reason): ServiceUnavailableError {
  if (error instanceof ServiceUnavailableError) return error;
  const reason = toMessage(error).replace(/\.?\n\nResolution path/, '. Resolution path'); // awilix puts it on a line of its own
  return new ServiceUnavailableError({ service, reason: toText(reason) }, error);
}
