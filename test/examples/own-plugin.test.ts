/** The example `own-plugin`: a plugin in a package of its own, listed by its name. */
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort, runOxidite, startOxidite } from '../cli/support/run-oxidite.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../examples/own-plugin/app');

describe('examples/own-plugin', () => {
  it('serves what the plugin makes, with the options and the tap of the application', async () => {
    const port = await findFreePort();
    await using oxidite = startOxidite(DIRECTORY, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1' } });
    await oxidite.waitFor(/Listening on /);
    const response = await fetch(`http://127.0.0.1:${port}/greetings/Ada`);
    expect([response.status, await response.json()]).toEqual([200, { greeting: 'Servus, Ada!' }]);
    oxidite.kill('SIGTERM');
    expect((await oxidite.ended).exitCode).toBe(0);
  });

  it('brings a command', async () => {
    expect(await runOxidite(DIRECTORY, ['greet', 'Ada', '--times', '2'])).toEqual({ exitCode: 0, stdout: 'Servus, Ada!\nServus, Ada!\n', stderr: '' });
    expect((await runOxidite(DIRECTORY, ['greet', 'Ada', '--json'])).stdout).toBe('{"result":{"greeting":"Servus, Ada!"}}\n');
  });

  it('names a wrong option with its place', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'oxidite-own-plugin-'));
    try {
      await cp(DIRECTORY, directory, { recursive: true, filter: (path) => !path.includes('.oxidite') });
      await symlink(resolve(DIRECTORY, '../../../node_modules'), join(directory, 'node_modules'), 'dir');
      await writeFile(join(directory, 'oxidite.config.ts'), `export default { plugins: [['@acme/greeter', { greeting: '' }]] };`);
      const { exitCode, stderr } = await runOxidite(directory, ['greet', 'Ada']);
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^OXI_PLUGIN_OPTIONS: [\s\S]*plugin "@acme\/greeter", listed at plugins\[0\] of .*: greeting: /);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });
});
