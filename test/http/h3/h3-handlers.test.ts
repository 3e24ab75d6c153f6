import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { HTTPError, setResponseHeader } from 'h3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

async function open(logger = recordLog().logger): Promise<TestHttp> {
  const app = await createTestHttp((routes) => routes.get('/own', () => 'own'), {
    logger,
    http: { host: '127.0.0.1' },
    setup(kernel) {
      const { h3 } = kernel.use('http');
      h3.get('/own', () => 'never');
      h3.get('/json', () => ({ from: 'h3' }));
      h3.get('/late', async (event) => {
        setResponseHeader(event, 'x-a', '1');
        return 'late';
      });
      h3.post('/body', async (event) => event.req.json());
      h3.get('/teapot', () => {
        throw new HTTPError({ status: 418, message: 'short and stout' });
      });
      h3.get('/throws', () => {
        // eslint-disable-next-line no-throw-literal -- this is what is tested
        throw 'text';
      });
      h3.get('/fails', () => {
        throw new Error('password=hunter2');
      });
      h3.get('/stream', () => ReadableStream.from([Buffer.from('streamed')]));
      h3.post('/own', () => 'posted to h3');
    },
  });
  onTestFinished(() => app.stop());
  return app;
}

describe('h3 handlers', () => {
  it.each(['inject', 'socket'])('answer what no route answers, by %s', async (by) => {
    const app = await open();
    await app.start();
    const { http } = app.services;
    const ask = (path: string, init?: RequestInit): Promise<Response> =>
      by === 'inject' ? http.inject(path, init) : fetch(`${http.address?.url ?? ''}${path}`, init);
    expect(await (await ask('/json')).json()).toEqual({ from: 'h3' });
    const late = await ask('/late');
    expect([late.headers.get('x-a'), await late.text()]).toEqual(['1', 'late']);
    expect(await (await ask('/body', { method: 'POST', body: '{"a":1}' })).json()).toEqual({ a: 1 });
    expect(await (await ask('/stream')).text()).toBe('streamed');
    expect(await (await ask('/json', { method: 'HEAD' })).text()).toBe('');
    expect(await (await ask('/own', { method: 'POST' })).text()).toBe('posted to h3');
    expect(await (await ask('/own')).text()).toBe('own');
    expect((await ask('/none')).status).toBe(404);
  });

  it('fail as they do in h3, without leaks', async () => {
    const { logger, lines } = recordLog();
    const app = await open(logger);
    expect(await app.request('GET', '/teapot')).toMatchObject({ status: 418, json: { message: 'short and stout' } });
    expect((await app.request('GET', '/throws')).status).toBe(500);
    const failed = await app.request('GET', '/fails');
    expect([failed.status, failed.text.includes('hunter2')]).toEqual([500, false]);
    expect(lines.map(({ level, fields }) => [level, fields['path'], String(fields['error'])])).toEqual([
      ['error', '/throws', expect.stringContaining('no error')],
      ['error', '/fails', expect.stringContaining('hunter2')],
    ]);
  });
});
