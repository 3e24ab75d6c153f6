/** The example `hello`, as a user runs it. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort, startOxidite } from '../cli/support/run-oxidite.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../examples/hello');

describe('examples/hello', () => {
  it('says hello over a socket', async () => {
    const port = await findFreePort();
    await using oxidite = startOxidite(DIRECTORY, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1' } });
    await oxidite.waitFor(/Listening on /);
    const plain = await fetch(`http://127.0.0.1:${port}/`);
    expect([plain.status, await plain.text()]).toEqual([200, 'Hello, world!\n']);
    const named = await fetch(`http://127.0.0.1:${port}/hello/ada`);
    expect([named.status, await named.json()]).toEqual([200, { hello: 'ada' }]);
    expect((await fetch(`http://127.0.0.1:${port}/nothing`)).status).toBe(404);
    oxidite.kill('SIGTERM');
    expect((await oxidite.ended).exitCode).toBe(0);
  });
});
