import { createKernel } from '@oxidite/kernel';
import { describe, expect, it } from 'vitest';
import { diagnoseDescription, diagnoseInstallation, runChecks } from '../../../plugins/cli/src/inspect/diagnose.ts';
import { DESCRIPTION } from '../support/description.ts';
import { createApp } from '../support/test-app.ts';

describe('diagnoseDescription', () => {
  it('finds plugins that do not run, and hooks that nobody declares', () => {
    const plugins = DESCRIPTION.plugins.map(({ error, ...plugin }) => ({ ...plugin, error: error === undefined ? undefined : new Error(error) }));
    const found = diagnoseDescription({ ...DESCRIPTION, plugins }).filter(({ status }) => status !== 'ok');
    expect(found).toEqual([
      { check: 'plugin admin', status: 'fail', message: 'failed: no "key"' },
      {
        check: 'hook http:rotues',
        status: 'warn',
        message: 'tapped by application, but nobody declares it: the taps are never called',
        remedy: 'Did you mean "http:routes"?',
      },
      {
        check: 'hook xyz:unheard',
        status: 'warn',
        message: expect.stringContaining('tapped by auth'),
        remedy: 'Add the plugin that declares it, or remove the tap.',
      },
    ]);
    const [silent] = diagnoseDescription({ ...DESCRIPTION, plugins: plugins.map((plugin) => ({ ...plugin, state: 'disabled', error: undefined })) });
    expect(silent?.message).toBe('disabled: it gave no reason');
  });
});

describe('diagnoseInstallation', () => {
  it('finds a second copy of the kernel and who brings it', async () => {
    const manifest = '{ "name": "shop", "dependencies": { "plugin-a": "1", "plugin-b": "1", "lodash": "1", "gone": "1", "@oxidite/kernel": "1" } }';
    await using app = await createApp({
      'inner/package.json': manifest,
      'inner/package-lock.json': '{}',
      'inner/node_modules/@oxidite/kernel/package.json': '{ "name": "@oxidite/kernel" }',
      'inner/node_modules/lodash/package.json': '{}',
      'inner/node_modules/plugin-a/package.json': '{ "oxidite": {} }',
      'inner/node_modules/plugin-b/package.json': '{ "oxidite": {} }',
      'inner/node_modules/plugin-b/node_modules/@oxidite/kernel/package.json': '{ "name": "@oxidite/kernel" }',
    });
    const [copies, lockFile] = diagnoseInstallation(app.path('inner'));
    expect(copies).toMatchObject({
      status: 'fail',
      message: expect.stringMatching(/2 copies .*inner\/node_modules\/@oxidite\/kernel \(plugin-a, @oxidite\/kernel\); .*plugin-b\/.* \(plugin-b\)/),
    });
    expect(lockFile).toEqual({ check: 'lock file', status: 'ok', message: app.path('inner/package-lock.json') });
  });

  it('is content with one copy and asks for a lock file', async () => {
    await using app = await createApp();
    expect(diagnoseInstallation(app.root)).toMatchObject([{ status: 'ok' }, { status: 'warn', message: 'none was found' }]);
    expect(diagnoseInstallation('/nowhere')[0]).toMatchObject({ status: 'ok' });
  });
});

describe('runChecks', () => {
  it('runs them in order; an error is a finding', async () => {
    const kernel = createKernel({ config: { plugins: [] } });
    const found = await runChecks(
      [
        { name: 'a', run: ({ env }) => ({ status: 'ok', message: typeof env }) },
        { name: 'b', run: () => Promise.reject(new Error('boom')) },
        { name: 'c', run: () => Promise.resolve({ status: 'warn', message: 'm', remedy: 'r' }) },
      ],
      { kernel },
    );
    expect(found).toEqual([
      { check: 'a', status: 'ok', message: 'object' },
      { check: 'b', status: 'fail', message: 'boom' },
      { check: 'c', status: 'warn', message: 'm', remedy: 'r' },
    ]);
  });
});
