import { describe, expect, it } from 'vitest';
import { main } from '../../../plugins/cli/src/main.ts';
import { configSource, createApp } from '../support/test-app.ts';
import { createTestHost, createTestParent } from '../support/test-host.ts';

const SETUP = `
  kernel.tap('cli:banner', (lines) => [...lines, 'here']);
  kernel.tap('kernel:ready', () => kernel.logger.info({}, 'serving'));
  kernel.tap('kernel:shutdown', () => kernel.clock.sleep(30).then(() => kernel.logger.info({}, 'down')));
`;

describe('runDevWorker', () => {
  it('boots at once, serves when it is told to, and releases before it ends', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: app.root, parent });
    const ended = main(host);
    expect(await parent.receive('booted')).toMatchObject({ bootMs: expect.any(Number) });
    expect(host.printed.stderr).toBe('');
    parent.order({ type: 'nonsense' });
    parent.order({ type: 'start' });
    expect(await parent.receive('running')).toMatchObject({ banner: ['here'] });
    expect(host.printed.stderr).toContain('serving');
    host.emitSignal('SIGINT');
    parent.order({ type: 'stop' });
    await parent.receive('released');
    expect(host.printed.stderr).not.toContain('down');
    parent.order({ type: 'end' });
    expect(await ended).toBe(0);
    expect(host.printed.stderr).toContain('down');
  });

  it('serves again, as it was, when its successor cannot', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: app.root, parent });
    const ended = main(host);
    await parent.receive('booted');
    parent.order({ type: 'start' });
    await parent.receive('running');
    await app.write('oxidite.config.ts', `throw new Error('the new version');`);
    parent.order({ type: 'stop' });
    await parent.receive('released');
    parent.received.length = 0;
    parent.order({ type: 'start' });
    expect(await parent.receive('running')).toMatchObject({ banner: ['here'] });
    expect(host.printed.stderr.match(/serving/g)).toHaveLength(2);
    parent.order({ type: 'end' });
    expect(await ended).toBe(0);
  });

  it('ends without having served when it is told so early', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: app.root, parent });
    const ended = main(host);
    parent.order({ type: 'end' });
    expect(await ended).toBe(0);
    expect(host.printed.stderr).not.toContain('serving');
  });

  it('reports what keeps it from booting', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(`throw new Error('no database');`) });
    const parent = createTestParent();
    expect(await main(createTestHost({ argv: ['dev:worker'], directory: app.root, parent }))).toBe(1);
    expect(await parent.receive('failed')).toMatchObject({ report: expect.stringMatching(/^OXI_PLUGIN_SETUP: .*no database/) });
  });

  it('reports an error that nobody caught', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: app.root, parent });
    const ended = main(host);
    await parent.receive('booted');
    host.emitCrash(new Error('from nowhere'));
    expect(await ended).toBe(1);
    expect(await parent.receive('failed')).toMatchObject({ report: expect.stringContaining('from nowhere') });
  });

  it('stops and ends when its parent is gone', async () => {
    await using app = await createApp({ 'oxidite.config.ts': configSource(SETUP) });
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: app.root, parent });
    void main(host);
    await parent.receive('booted');
    const exited = new Promise<void>((resolve) => {
      const { exits } = host;
      exits.push = (...codes: number[]) => {
        resolve();
        return codes.length;
      };
    });
    parent.disconnect();
    await exited;
    expect(host.printed.stderr).toContain('down');
  });

  it('ends at once when its parent is gone before there is anything to stop', async () => {
    const parent = createTestParent();
    const host = createTestHost({ argv: ['dev:worker'], directory: '/nowhere', parent });
    const ended = main(host);
    await expect(ended).resolves.toBe(1);
    parent.disconnect();
    expect(host.exits).toEqual([1]);
  });

  it('refuses to be run by hand', async () => {
    const host = createTestHost({ argv: ['dev:worker'] });
    expect(await main(host)).toBe(2);
    expect(host.printed.stderr).toContain('oxidite dev');
  });
});
