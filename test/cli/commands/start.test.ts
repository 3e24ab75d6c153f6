import { describe, expect, it } from 'vitest';
import { main } from '../../../plugins/cli/src/main.ts';
import { configSource, createApp } from '../support/test-app.ts';
import { createTestHost } from '../support/test-host.ts';

const SETUP = `
  kernel.tap('cli:banner', (lines) => [...lines, 'Listening on nothing']);
  kernel.tap('kernel:ready', () => kernel.logger.info({ at: 'ready' }, 'up'));
  kernel.tap('kernel:shutdown', () => kernel.logger.info({}, 'down'));
`;

describe('oxidite start', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('runs the application until %s and exits with 0', async (signal) => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const host = createTestHost({ argv: ['start'], directory: app.root, interactive: true });
    host.onPrint(() => {
      if (host.printed.stdout.includes('Listening')) host.emitSignal(signal);
    });
    expect(await main(host)).toBe(0);
    expect(host.printed.stdout).toMatch(/^Oxidite 1\.2\.3, ready in \d+ ms\n {2}Listening on nothing\n$/);
    expect(host.printed.stderr).toMatch(/info {2}up .*\n.* info {2}down/);
  });

  it('names the plugins that do not run, and logs JSON where nobody reads', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`throw new Error('no key');`, 'critical: false,') });
    const host = createTestHost({ argv: ['start'], directory: app.root });
    host.onPrint(() => {
      if (host.printed.stdout.includes('Without')) host.emitSignal('SIGINT');
    });
    expect(await main(host)).toBe(0);
    expect(host.printed.stdout).toMatch(/ {2}Without one \(failed\): Plugin "one", listed at .*: no key/);
    expect(JSON.parse(host.printed.stderr)).toMatchObject({ level: 'warn', plugin: 'one' });
  });

  it('stops the application on an error that nobody caught, and exits with 1', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const host = createTestHost({ argv: ['start', '--json'], directory: app.root });
    host.onPrint(() => {
      if (!host.printed.stderr.includes('down') && host.printed.stderr.includes('"up"')) setImmediate(() => host.emitCrash(new Error('from nowhere')));
    });
    expect(await main(host)).toBe(1);
    expect(host.printed.stderr).toContain('down');
    expect(JSON.parse(host.printed.stdout)).toEqual({ error: { code: 'UNEXPECTED', message: 'from nowhere' } });
  });

  it('exits with 1 when the application cannot start', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`kernel.tap('kernel:ready', () => { throw new Error('port taken'); });`) });
    const host = createTestHost({ argv: ['start'], directory: app.root });
    expect(await main(host)).toBe(1);
    expect(host.printed.stderr).toMatch(/^OXI_HOOK_TAP: Plugin "one" failed in hook "kernel:ready": port taken/);
  });
});
