/** A description of an application with every kind of plugin, hook and reason. */
import type { PlainDescription, PlainPlugin } from '../../../plugins/cli/src/inspect/describe-application.ts';

function plugin(name: string, rank: number, rest: Partial<PlainPlugin> = {}): PlainPlugin {
  return {
    name,
    version: '1.0.0',
    place: `plugins[${rank}] of x.ts`,
    state: 'running',
    rank,
    requires: [],
    optional: [],
    provides: [],
    setupMs: 1.26,
    ...rest,
  };
}

/** config -> orm -> auth -> admin, and http on its own; admin uses orm, too. */
export const DESCRIPTION: PlainDescription = {
  plugins: [
    plugin('config', 0),
    plugin('orm', 1, { provides: ['orm'] }),
    plugin('auth', 2, { requires: ['orm'], provides: ['auth'] }),
    plugin('admin', 3, { optional: ['orm'], requires: ['auth'], state: 'failed', error: 'no "key"' }),
    plugin('http', 4),
    plugin('application', 5),
  ],
  order: [
    { before: 'config', after: 'orm', because: 'after: "config"' },
    { before: 'orm', after: 'auth', because: 'service "orm"' },
    { before: 'auth', after: 'admin', because: 'service "auth"' },
    { before: 'orm', after: 'admin', because: 'optional service "orm"' },
    { before: 'http', after: 'application', because: 'the application comes last' },
  ],
  hooks: [
    {
      name: 'http:routes',
      declaredBy: 'http',
      taps: [
        { plugin: 'auth', stage: 1, bootMs: 2.04 },
        { plugin: 'admin', stage: 2, bootMs: 0 },
      ],
    },
    { name: 'http:rotues', declaredBy: undefined, taps: [{ plugin: 'application', stage: 1, bootMs: 0 }] },
    { name: 'mail:sent', declaredBy: 'config', taps: [] },
    { name: 'xyz:unheard', declaredBy: undefined, taps: [{ plugin: 'auth', stage: 1, bootMs: 0 }] },
  ],
  services: [
    { name: 'orm', plugin: 'orm', lifetime: 'scoped' },
    { name: 'clock', plugin: 'kernel', lifetime: 'singleton' },
  ],
  bootMs: 12.34,
};
