/** The example `websocket-echo`, as a user runs it. */
import { once } from 'node:events';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort, startOxidite } from '../cli/support/run-oxidite.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../examples/websocket-echo');

describe('examples/websocket-echo', () => {
  it('sends back what it gets, refuses what is no message, and says goodbye when it stops', async () => {
    const port = await findFreePort();
    await using oxidite = startOxidite(DIRECTORY, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1' } });
    await oxidite.waitFor(/Listening on /);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<h1>Echo</h1>');
    expect((await fetch(`http://127.0.0.1:${port}/echo`)).status).toBe(426);

    const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    await once(socket, 'open');
    for (const text of ['hello', 'again']) {
      socket.send(JSON.stringify({ text }));
      const [{ data }] = (await once(socket, 'message')) as [{ readonly data: string }];
      expect(JSON.parse(data)).toEqual({ text, number: text === 'hello' ? 1 : 2 });
    }
    const wrong = new WebSocket(`ws://127.0.0.1:${port}/echo`);
    await once(wrong, 'open');
    wrong.send('{}');
    expect(((await once(wrong, 'close')) as [{ readonly code: number }])[0].code).toBe(1007);

    const closed = once(socket, 'close') as Promise<[{ readonly code: number }]>;
    oxidite.kill('SIGTERM');
    expect((await closed)[0].code).toBe(1012);
    expect((await oxidite.ended).exitCode).toBe(0);
  });
});
