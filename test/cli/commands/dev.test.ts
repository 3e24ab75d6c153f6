import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { main } from '../../../plugins/cli/src/main.ts';
import { configSource, createApp } from '../support/test-app.ts';
import { createTestHost, type TestHost } from '../support/test-host.ts';

const SCRIPT = resolve(import.meta.dirname, '../../../plugins/cli/bin/oxidite.js');
const CONFIG = configSource(`kernel.tap('cli:banner', (lines) => [...lines, 'Serving nothing']);`);

/** Resolves when what was printed matches. */
function untilPrinted(host: TestHost, pattern: RegExp): Promise<void> {
  return new Promise((done) => {
    const check = (): void => {
      if (pattern.test(host.printed.stdout + host.printed.stderr)) done();
    };
    host.onPrint(check);
    check();
  });
}

describe('oxidite dev', () => {
  it('runs the application, restarts it, and tells what it did', async () => {
    await using app = await createApp({ 'oxidite.config.ts': CONFIG });
    const host = createTestHost({ argv: ['dev'], directory: app.root, script: SCRIPT });
    const ended = main(host);
    await untilPrinted(host, /Oxidite 1\.2\.3 dev, ready in \d+ ms\n {2}Serving nothing\n/);
    await app.write('oxidite.config.ts', `throw new Error('half written');`);
    await untilPrinted(host, /OXI_CLI_CONFIG_FAILED: .*half written[\s\S]*The former version goes on serving; waiting for a change\.\n/);
    await app.write('oxidite.config.ts', CONFIG);
    await untilPrinted(host, /Restarted in \d+ ms \(oxidite\.config\.ts\)\n/);
    host.emitSignal('SIGINT');
    expect(await ended).toBe(0);
  });

  it('waits for a change when the first version does not boot, and counts the restarts', async () => {
    await using app = await createApp({ 'oxidite.config.ts': `throw new Error('half written');` });
    const host = createTestHost({ argv: ['dev', '--json'], directory: app.root, script: SCRIPT });
    const ended = main(host);
    await untilPrinted(host, /Nothing is served; waiting for a change\.\n/);
    host.emitSignal('SIGTERM');
    expect(await ended).toBe(0);
    expect(host.printed.stdout).toBe('{"result":{"restarts":0}}\n');
  });

  it('fails where there is no application', async () => {
    const host = createTestHost({ argv: ['dev'], directory: '/nowhere' });
    expect(await main(host)).toBe(1);
    expect(host.printed.stderr).toMatch(/^OXI_CONFIG_NOT_FOUND: /);
  });
});
