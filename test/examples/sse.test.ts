/** The example `sse`, as a user runs it. */
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFreePort, startOxidite } from '../cli/support/run-oxidite.ts';

const DIRECTORY = resolve(import.meta.dirname, '../../examples/sse');

/** Reads events until there are `count` of them, then leaves. */
async function readEvents(url: string, count: number, headers: Record<string, string> = {}): Promise<string[]> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if ((text.match(/^event:.*\nid:.*\ndata:.*\n\n/gm) ?? []).length >= count) break;
  }
  leaving.abort();
  return text.split('\n\n');
}

describe('examples/sse', () => {
  it('sends prices as they change, resumes after the last one seen, and ends its streams when it stops', async () => {
    const port = await findFreePort();
    await using oxidite = startOxidite(DIRECTORY, ['start'], { env: { PORT: String(port), HOST: '127.0.0.1' } });
    await oxidite.waitFor(/Listening on /);
    const url = `http://127.0.0.1:${port}/prices`;
    const [retry, first, second] = await readEvents(url, 2);
    expect([retry, first, second]).toEqual([
      'retry: 2000',
      expect.stringContaining('id: 1\n'),
      expect.stringMatching(/^event: price\nid: 2\ndata: \{"symbol":"\w+","amount":[\d.]+\}$/),
    ]);
    expect((await readEvents(url, 1, { 'last-event-id': '1' }))[1]).toContain('id: 2\n');
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain('<h1>Prices</h1>');
    const listening = await fetch(url);
    oxidite.kill('SIGTERM');
    await listening.text(); // to its end
    expect((await oxidite.ended).exitCode).toBe(0);
  });
});
