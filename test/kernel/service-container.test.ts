import { beforeEach, describe, expect, it } from 'vitest';
import { type Lifetime, ScopeSettledError, type ServiceFactory, ServiceUnavailableError } from '@oxidite/kernel';
import { ServiceContainer } from '../../kernel/src/service-container.ts';
import type { Tree } from './support/services.ts';
import { thrownBy } from './support/plugins.ts';

type Name = 'amber' | 'birch' | 'cedar' | 'dahlia';

let container: ServiceContainer;
/** What would run when the providing plugins are unloaded. */
let unloads: (() => void | Promise<void>)[];
let log: string[];

beforeEach(() => {
  container = new ServiceContainer();
  unloads = [];
  log = [];
});

function register(name: Name, factory: ServiceFactory<Tree>, lifetime?: Lifetime): void {
  container.register(name, factory, {
    plugin: `plugin of ${name}`,
    onUnload: (task) => unloads.push(task),
    dispose: (tree) => void log.push(`dispose ${tree.kind}`),
    ...(lifetime === undefined ? {} : { lifetime }),
  });
}

/** A factory that makes a new tree each time and logs it. */
function grow(kind: string): ServiceFactory<Tree> {
  return () => {
    log.push(`construct ${kind}`);
    return { kind };
  };
}

describe('a singleton', () => {
  it('is constructed on its first use, once, and is the same everywhere', () => {
    register('amber', grow('amber'));
    expect(log).toEqual([]);
    const { amber } = container.services;
    expect(container.services.amber).toBe(amber);
    expect(container.create().amber).toBe(amber);
    expect(container.resolve('amber')).toBe(amber);
    expect(log).toEqual(['construct amber']);
  });

  it('is disposed when its plugin is unloaded', async () => {
    register('amber', grow('amber'));
    void container.create().amber;
    expect(unloads).toHaveLength(1);
    await unloads[0]?.();
    expect(log).toEqual(['construct amber', 'dispose amber']);
  });

  it('belongs to the root, even when a request is the first to use it', () => {
    register('amber', (_services, scope) => {
      scope.onComplete(() => void log.push('never'));
      scope.onDispose(() => void log.push('unloaded'));
      return { kind: scope.isRoot ? 'root' : 'request' };
    });
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }), 'scoped');
    const services = container.create();
    expect(services.birch.roots?.[0]).toEqual({ kind: 'root' });
    expect(container.complete(services)).toBeUndefined();
    expect(unloads).toHaveLength(2);
  });

  it('may hold undefined', () => {
    register('amber', () => undefined as never); // JavaScript may return anything
    expect(container.services.amber).toBeUndefined();
  });
});

describe('a scoped service', () => {
  it('is one per unit of work, and another outside of any', () => {
    register('amber', (_services, scope) => ({ kind: scope.isRoot ? 'root' : 'request' }), 'scoped');
    const first = container.create();
    const second = container.create();
    expect(first.amber).toBe(first.amber);
    expect(first.amber).not.toBe(second.amber);
    expect(first.amber.kind).toBe('request');
    expect(container.services.amber).toBe(container.resolve('amber'));
    expect(container.services.amber.kind).toBe('root');
  });

  it('is disposed at the end of its unit of work, in the exact reverse order of construction', async () => {
    register('amber', grow('amber'), 'scoped');
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }), 'scoped');
    register('cedar', grow('cedar'), 'scoped');
    const services = container.create();
    void services.cedar;
    void services.birch;
    await container.dispose(services);
    expect(log).toEqual(['construct cedar', 'construct amber', 'dispose birch', 'dispose amber', 'dispose cedar']);
  });

  it('disposes everything and then throws the first failure', async () => {
    for (const [name, fails] of [
      ['amber', false],
      ['birch', true],
      ['cedar', false],
    ] as const) {
      register(
        name,
        (_services, scope) => {
          scope.onDispose(() => {
            log.push(name);
            if (fails) throw new Error(`${name} failed`);
          });
          return { kind: name };
        },
        'scoped',
      );
    }
    const services = container.create();
    void [services.amber, services.birch, services.cedar];
    await expect(container.dispose(services)).rejects.toThrow('birch failed');
    expect(log).toEqual(['dispose cedar', 'cedar', 'dispose birch', 'birch', 'dispose amber', 'amber']);
  });

  it('cannot be used after the end, used or not before', async () => {
    register('amber', grow('amber'), 'scoped');
    register('birch', grow('birch'), 'scoped');
    const services = container.create();
    void services.amber;
    const ended = container.dispose(services);
    const error = await thrownBy(() => services.amber);
    expect(error).toBeInstanceOf(ScopeSettledError);
    expect(error).toMatchObject({ service: 'amber' });
    expect(() => services.birch).toThrow(ScopeSettledError);
    await ended;
    expect(container.dispose(services)).toBeUndefined();
    expect(container.complete(services)).toBeUndefined();
    expect(log).toEqual(['construct amber', 'dispose amber']);
  });

  it('costs a promise only when there is something to do', () => {
    register('amber', grow('amber'));
    container.register('birch', () => ({ kind: 'birch' }), { plugin: 'x', lifetime: 'scoped', onUnload: () => undefined });
    const unused = container.create();
    expect(container.complete(unused)).toBeUndefined();
    expect(container.dispose(unused)).toBeUndefined();
    const used = container.create();
    void [used.amber, used.birch];
    expect(container.complete(used)).toBeUndefined();
    expect(container.dispose(used)).toBeUndefined();
  });

  it('cannot be captured by a singleton', async () => {
    register('amber', grow('amber'), 'scoped');
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }));
    const error = await thrownBy(() => container.services.birch);
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect(error.message).toContain("'amber' has a shorter lifetime than its ancestor: 'birch'. Resolution path: birch -> amber");
  });
});

describe('a transient service', () => {
  it('is new for each use, and belongs to whoever asked for it', () => {
    register('amber', grow('amber'), 'transient');
    const services = container.create();
    expect(services.amber).not.toBe(services.amber);
    expect(container.services.amber).not.toBe(container.services.amber);
    expect(container.dispose(services)).toBeUndefined();
    expect(unloads).toEqual([]);
  });

  it('knows its unit of work', async () => {
    register(
      'amber',
      (_services, scope) => {
        scope.onDispose(() => void log.push('ended'));
        return { kind: String(scope.isRoot) };
      },
      'transient',
    );
    const services = container.create();
    expect(services.amber.kind).toBe('false');
    await container.dispose(services);
    expect(log).toEqual(['ended']);
    expect(container.services.amber.kind).toBe('true');
  });
});

describe('a unit of work', () => {
  /** Registers a service whose tasks are given. */
  function task(name: Name, onComplete: () => void | Promise<void>): void {
    register(
      name,
      (_services, scope) => {
        scope.onComplete(onComplete);
        return { kind: name };
      },
      'scoped',
    );
  }

  it('runs its completions in the order of their registration', async () => {
    task('amber', async () => {
      await Promise.resolve();
      log.push('amber');
    });
    task('birch', () => void log.push('birch'));
    const services = container.create();
    void [services.amber, services.birch];
    await container.complete(services);
    expect(log).toEqual(['amber', 'birch']);
    expect(container.complete(services)).toBeUndefined();
  });

  it('runs completions that are added while it completes', async () => {
    task('birch', () => void log.push('birch'));
    const services = container.create();
    task('amber', () => void services.birch);
    void services.amber;
    await container.complete(services);
    expect(log).toEqual(['birch']);
  });

  it('stops at the first completion that fails', async () => {
    task('amber', () => Promise.reject(new Error('conflict')));
    task('birch', () => void log.push('birch'));
    const services = container.create();
    void [services.amber, services.birch];
    await expect(container.complete(services)).rejects.toThrow('conflict');
    expect(log).toEqual([]);
  });

  it('is completed and disposed by run, which returns what the work returned', async () => {
    task('amber', () => void log.push('complete'));
    await expect(container.run(({ amber }) => amber.kind)).resolves.toBe('amber');
    expect(log).toEqual(['complete', 'dispose amber']);
  });

  it('is not completed, but disposed, when the work fails', async () => {
    task('amber', () => void log.push('complete'));
    const work = container.run(({ amber }) => {
      throw new Error(`${amber.kind} failed`);
    });
    await expect(work).rejects.toThrow('amber failed');
    expect(log).toEqual(['dispose amber']);
  });

  it('throws the failure of the work rather than the one of the end', async () => {
    register(
      'birch',
      (_services, scope) => {
        scope.onDispose(() => Promise.reject(new Error('end failed')));
        return { kind: 'birch' };
      },
      'scoped',
    );
    await expect(container.run(({ birch }) => Promise.reject(new Error(`${birch.kind} failed`)))).rejects.toThrow('birch failed');
    await expect(container.run(({ birch }) => birch.kind)).rejects.toThrow('end failed');
    await expect(container.run(() => Promise.reject(new Error('nothing used')))).rejects.toThrow('nothing used');
  });

  it('is disposed when a completion fails', async () => {
    task('amber', () => Promise.reject(new Error('conflict')));
    await expect(container.run(({ amber }) => amber.kind)).rejects.toThrow('conflict');
    expect(log).toEqual(['dispose amber']);
  });
});

describe('a service that cannot be had', () => {
  it('is named when nobody provides it', async () => {
    register('amber', grow('amber'));
    const error = await thrownBy(() => container.resolve('ambre' as 'amber')); // a name with a typing error
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect(error.message).toBe('The service "ambre" is not available: no plugin provides it. Add one that does. Did you mean "amber"?');
  });

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty', 'then'])('is not found among the properties of every object: %s', (name) => {
    expect(() => container.resolve(name as 'amber')).toThrow(ServiceUnavailableError); // such names come from JavaScript
    expect(container.has(name)).toBe(false);
    expect((container.services as unknown as Record<string, unknown>)[name]).toBeUndefined();
  });

  it('shows the path of a circle', async () => {
    register('amber', ({ birch }) => ({ kind: 'amber', roots: [birch] }));
    register('birch', ({ cedar }) => ({ kind: 'birch', roots: [cedar] }));
    register('cedar', ({ amber }) => ({ kind: 'cedar', roots: [amber] }));
    const error = await thrownBy(() => container.services.amber);
    expect(error).toBeInstanceOf(ServiceUnavailableError);
    expect(error.message).toContain('Cyclic dependencies detected. Resolution path: amber -> birch -> cedar -> amber');
  });

  it('shows the path of a circle through the services of the kernel', async () => {
    register('amber', () => ({ kind: 'amber', roots: [container.services.birch] }));
    register('birch', () => ({ kind: 'birch', roots: [container.services.amber] }));
    await expect(thrownBy(() => container.services.amber)).resolves.toMatchObject({ message: expect.stringContaining('amber -> birch -> amber') });
  });

  it('blames the innermost service and its plugin when a construction fails', async () => {
    const cause = new Error('no licence');
    register('amber', () => {
      throw cause;
    });
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }));
    for (const use of [() => container.services.birch, () => container.resolve('birch'), () => container.create().birch]) {
      const error = await thrownBy(use);
      expect(error).toBeInstanceOf(ServiceUnavailableError);
      expect(error).toMatchObject({ service: 'amber', cause });
      expect(error.message).toBe(
        'The service "amber" is not available: plugin "plugin of amber" failed to construct it: no licence. Correct what it hands to kernel.provide().',
      );
    }
  });

  it('can be had once its construction succeeds', () => {
    let attempts = 0;
    register('amber', () => {
      if (++attempts === 1) throw new Error('not yet');
      return { kind: 'amber' };
    });
    expect(() => container.services.amber).toThrow('not yet');
    expect(container.services.amber.kind).toBe('amber');
  });

  it('names the service that a factory misses', async () => {
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }));
    await expect(thrownBy(() => container.services.birch)).resolves.toMatchObject({
      service: 'birch',
      message: expect.stringContaining("Could not resolve 'amber'. Resolution path: birch -> amber"),
    });
  });

  it.each<Lifetime>(['singleton', 'scoped', 'transient'])('names the plugin that was unloaded with its %s service', async (lifetime) => {
    register('amber', grow('amber'), lifetime);
    register('birch', ({ amber }) => ({ kind: 'birch', roots: [amber] }), lifetime);
    const services = container.create();
    void [container.services.amber, services.amber];
    container.unregister('amber');
    expect(container.has('amber')).toBe(false);
    expect(container.list().map(({ name }) => name)).toEqual(['birch']);
    expect(container.services.amber).toBeUndefined();
    for (const use of [() => container.resolve('amber'), () => container.services.birch, () => container.create().birch]) {
      await expect(thrownBy(use)).resolves.toMatchObject({
        message: 'The service "amber" is not available: plugin "plugin of amber", which provided it, was unloaded. Load it again.',
      });
    }
  });
});

describe('a service that is registered again', () => {
  it.each([
    ['singleton', 'singleton'],
    ['singleton', 'scoped'],
    ['scoped', 'singleton'],
    ['scoped', 'transient'],
    ['transient', 'scoped'],
  ] as const)('replaces the former one: %s, then %s', (before, after) => {
    register('amber', grow('old'), before);
    void [container.services.amber, container.create().amber];
    register('amber', grow('new'), after);
    expect(container.services.amber.kind).toBe('new');
    expect(container.create().amber.kind).toBe('new');
    expect(container.resolve('amber').kind).toBe('new');
    expect(container.list()).toEqual([{ name: 'amber', plugin: 'plugin of amber', lifetime: after }]);
  });

  it('can be had again after it was unloaded, through the same object of services', () => {
    const { services } = container;
    register('amber', grow('old'));
    void services.amber;
    container.unregister('amber');
    register('amber', grow('new'));
    expect(services.amber.kind).toBe('new');
  });
});

describe('the services', () => {
  it('list what is registered, in a unit of work as well', () => {
    register('amber', grow('amber'));
    register('birch', grow('birch'), 'scoped');
    expect(Object.keys(container.services)).toEqual(['amber', 'birch']);
    const names: string[] = [];
    for (const name in container.create()) names.push(name);
    expect(names.toSorted()).toEqual(['amber', 'birch']);
  });

  it('cannot be replaced by who uses them', () => {
    register('amber', grow('amber'));
    void container.services.amber;
    const services = container.services as { amber: Tree };
    expect(() => {
      services.amber = { kind: 'forged' };
    }).toThrow(TypeError);
  });
});
