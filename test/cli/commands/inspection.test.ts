import { describe, expect, it } from 'vitest';
import { main } from '../../../plugins/cli/src/main.ts';
import { createApp, type TestApp } from '../support/test-app.ts';
import { createTestHost } from '../support/test-host.ts';

const CONFIG = `
import { defineConfig, definePlugin } from 'oxidite';
const store = definePlugin({ name: 'store', version: '2.0.0', provides: ['store'], setup(kernel) {
  kernel.provide('store', () => 1);
  kernel.tap('cli:doctor', (checks) => checks.add({ name: 'disk', run: () => ({ status: process.env.TEST_DISK ?? 'ok', message: 'half full', remedy: 'Empty it.' }) }));
} });
const shop = definePlugin({ name: 'shop', version: '1.0.0', requires: ['store'], setup(kernel) { kernel.tap('kernel:raedy', () => undefined); } });
const mail = definePlugin({ name: 'mail', version: '1.0.0', critical: false, optional: ['store'], setup() { throw new Error('no server'); } });
export default defineConfig({ plugins: [shop(), mail(), store()] });
`;

async function run(app: TestApp, ...argv: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const host = createTestHost({ argv, directory: app.root });
  const exitCode = await main(host);
  return { exitCode, ...host.printed };
}

describe('oxidite plugins:list', () => {
  it('lists the plugins in boot order', async () => {
    await using app = await createApp({ 'oxidite.config.ts': CONFIG });
    const { exitCode, stdout, stderr } = await run(app, 'plugins:list');
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/ +/g, ' ')).toMatch(
      /^plugin version state provides requires set-up ms\nstore 2\.0\.0 running store [\d.]+\nshop 1\.0\.0 running store [\d.]+\nmail 1\.0\.0 failed [\d.]+\n$/,
    );
    expect(stderr).toContain('Warning: mail: Plugin "mail"');
    const { result } = JSON.parse((await run(app, 'plugins:list', '--json')).stdout);
    expect(result).toMatchObject([
      { name: 'store', rank: 0 },
      { name: 'shop', rank: 1 },
      { name: 'mail', error: expect.stringContaining('no server') },
    ]);
  });
});

describe('oxidite plugins:graph', () => {
  it('shows the graph as text, as a document and as a flowchart', async () => {
    await using app = await createApp({ 'oxidite.config.ts': CONFIG });
    expect((await run(app, 'plugins:graph')).stdout).toMatch(
      /^Boot order \(.* ms\)\n {2}store[\s\S]*after store: service "store"[\s\S]*kernel:raedy \(nobody declares it/,
    );
    expect((await run(app, 'plugins', 'graph', '--mermaid')).stdout).toMatch(/^flowchart LR\n {2}p0\["store/);
    expect(JSON.parse((await run(app, 'plugins:graph', '--json')).stdout).result.order).toContainEqual({
      before: 'store',
      after: 'shop',
      because: 'service "store"',
    });
  });
});

describe('oxidite plugins:why', () => {
  it('explains a plugin, and an order', async () => {
    await using app = await createApp({ 'oxidite.config.ts': CONFIG });
    expect((await run(app, 'plugins:why', 'store')).stdout).toMatch(
      /^store is listed at plugins\[2\] of .* and is set up as number 1\.\n {2}shop requires its service "store"\n {2}mail uses its service "store"\n {2}shop comes after store: service "store"\n/,
    );
    expect((await run(app, 'plugins:why', 'shop')).stdout).toContain('shop comes after store: service "store"');
    expect((await run(app, 'plugins:why', 'shop', 'store')).stdout).toBe('store comes before shop:\n  shop comes after store: service "store"\n');
    expect((await run(app, 'plugins:why', 'shop', 'mail')).stdout).toContain('neither depends on the other');
    expect((await run(app, 'plugins:why', 'shop', 'shop')).stdout).toContain('name two different ones');
    expect(JSON.parse((await run(app, 'plugins:why', 'store', 'shop', '--json')).stdout).result.chain).toHaveLength(1);
    expect(await run(app, 'plugins:why', 'shpo')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Did you mean "shop"?') });
  });
});

describe('oxidite doctor', () => {
  it('shows what is wrong, and fails for it', async () => {
    await using app = await createApp({ 'oxidite.config.ts': CONFIG });
    const { exitCode, stdout } = await run(app, 'doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/ok {4}plugin store: 2\.0\.0, running\n/);
    expect(stdout).toMatch(/FAIL {2}plugin mail: failed: /);
    expect(stdout).toMatch(/WARN {2}hook kernel:raedy: tapped by shop, but nobody declares it: the taps are never called\n {6}Did you mean "kernel:ready"\?\n/);
    expect(stdout).toMatch(/ok {4}disk: half full\n {6}Empty it\.\n1 of \d+ checks failed\.\n$/);
    expect(JSON.parse((await run(app, 'doctor', '--json')).stdout).result).toMatchObject({ healthy: false });
  });

  it('is content with an application that has nothing wrong', async () => {
    await using app = await createApp({ 'oxidite.config.ts': `import { defineConfig } from 'oxidite'; export default defineConfig({ plugins: [] });` });
    expect(await run(app, 'doctor')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/Nothing is broken\.\n$/) });
  });

  it.each([
    ['there is no configuration', {}, /FAIL {2}configuration: No Oxidite configuration in /],
    [
      'the configuration throws',
      { 'oxidite.config.ts': `throw new Error('boom');` },
      /FAIL {2}configuration: \S+oxidite\.config\.ts failed while it was read: boom/,
    ],
    [
      'the boot fails',
      { 'oxidite.config.ts': CONFIG.replace('critical: false,', '') },
      /FAIL {2}boot: Plugin "mail"[\s\S]*FAIL {2}plugin mail: failed: [\s\S]*2 of/,
    ],
  ])('fails when %s', async (_, files, message) => {
    await using app = await createApp(files);
    const { exitCode, stdout } = await run(app, 'doctor');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(message);
  });
});
