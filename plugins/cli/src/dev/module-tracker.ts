/**
 * Records which source files a process imports, so that `dev` restarts for exactly these, wherever they are: also for a
 * plugin that is linked into node_modules. A file that is missing counts, because creating it is a change.
 */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The files imported so far. */
export interface ModuleTracker {
  /** Absolute paths; nothing inside node_modules. */
  list(): readonly string[];
  /** Stops recording. */
  stop(): void;
}

/** Starts to record. */
export function trackModules(): ModuleTracker {
  const files = new Set<string>();
  const add = (url: string): void => {
    if (url.startsWith('file:') && !url.includes('/node_modules/')) files.add(fileURLToPath(url));
  };
  const hooks = registerHooks({
    resolve: (specifier, context, next) => {
      try {
        const resolved = next(specifier, context);
        add(resolved.url);
        return resolved;
      } catch (error) {
        if (context.parentURL !== undefined && /^\.{1,2}\//.test(specifier)) add(new URL(specifier, context.parentURL).href);
        throw error;
      }
    },
  });
  return { list: () => [...files], stop: () => hooks.deregister() };
}
