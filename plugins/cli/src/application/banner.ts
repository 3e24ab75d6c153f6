/** The lines `start` and `dev` print once the application runs. */
import type { Application } from './application.ts';

/** Collects what plugins have to say, and names the plugins that do not run. */
export function collectBanner({ collectBanner: collect, kernel }: Pick<Application, 'collectBanner' | 'kernel'>): readonly string[] {
  const disabled = kernel.describe().plugins.filter(({ state }) => state !== 'running');
  return [...collect(), ...disabled.map(({ name, state, error }) => `Without ${name} (${state}): ${error?.message ?? 'it gave no reason'}`)];
}
