import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { routes as command } from '../../../plugins/http/src/commands/routes.ts';

describe('oxidite routes', () => {
  it('lists routes with names, guards and places, by method and path', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/a', { name: 'a.read', guards: [{ name: 'signedIn', check: () => undefined }] }, () => 'x');
      routes.post('/a', () => 'x');
      routes.post('/b', () => 'x');
    });
    const tables: unknown[] = [];
    const output = { json: false, line: () => undefined, warn: () => undefined, table: (rows: unknown) => void tables.push(rows) };
    const run = (flags: object): unknown =>
      command.run({ args: {}, flags, output, signal: AbortSignal.abort(), exitWith: () => undefined } as never, app.services);
    const place = expect.stringMatching(/routes\.test\.ts:\d+$/);
    expect(run({})).toEqual([
      { method: 'GET', path: '/a', name: 'a.read', guards: ['signedIn'], place },
      { method: 'POST', path: '/a', name: undefined, guards: [], place },
      { method: 'POST', path: '/b', name: undefined, guards: [], place },
    ]);
    expect(tables[0]).toContainEqual({ method: 'GET', path: '/a', name: 'a.read', guards: 'signedIn', place });
    expect(run({ method: 'post', path: 'b' })).toHaveLength(1);
  });
});
