import { defineRoutes, HttpError, notFound, reply } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { recordLog } from '../support/recorded-log.ts';

describe('a failed request', () => {
  it('leaks nothing, and is logged with its error, method, path and route, but without its query', async () => {
    const { logger, lines } = recordLog();
    const error = new Error('password=hunter2');
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/users/:id', () => {
          throw error;
        });
      },
      { logger, env: { NODE_ENV: 'production' } },
    );
    const { status, text } = await app.request('GET', '/users/7?token=secret');
    expect(status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(lines).toEqual([
      { level: 'error', message: 'a request failed', fields: expect.objectContaining({ error, method: 'GET', path: '/users/7', route: '/users/:id' }) },
    ]);
  });

  it('is not logged when the client is to blame', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp((routes) => routes.get('/', () => Promise.reject(notFound())), { logger });
    expect((await app.request('GET', '/')).status).toBe(404);
    expect(lines).toEqual([]);
  });

  it.each(['test', 'development'])('shows its message when NODE_ENV is %s', async (NODE_ENV) => {
    await using app = await createTestHttp((routes) => routes.get('/', () => Promise.reject(new Error('what went wrong'))), { env: { NODE_ENV } });
    expect((await app.request('GET', '/')).json).toMatchObject({ detail: 'what went wrong' });
  });

  it('may throw anything', async () => {
    // eslint-disable-next-line typescript/prefer-promise-reject-errors -- this is what is tested
    await using app = await createTestHttp((routes) => routes.get('/', () => Promise.reject('text')));
    expect((await app.request('GET', '/')).status).toBe(500);
  });

  it('sends the headers of its error', async () => {
    await using app = await createTestHttp((routes) => routes.get('/', () => Promise.reject(new HttpError(503, 'down', { headers: { 'retry-after': '30' } }))));
    const { headers, json } = await app.request('GET', '/');
    expect([headers.get('retry-after'), json]).toEqual([
      '30',
      { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'OXI_HTTP_SERVICE_UNAVAILABLE' },
    ]);
  });
});

describe('the problem mapper of a group', () => {
  const conduit = defineRoutes(
    '/api',
    { problem: ({ detail, errors = [] }) => ({ errors: { body: errors.length > 0 ? errors.map(({ path, message }) => `${path} ${message}`) : [detail] } }) },
    (routes) => {
      routes.get('/fails', () => Promise.reject(notFound('no article')));
      routes.post('/validates', { body: z.object({ name: z.string() }) }, () => 'never');
      routes.group(
        '/inner',
        { problem: ({ status }, request) => reply({ status, path: request.path }, { status: 418, headers: { 'x-mapped': '1' } }) },
        (inner) => {
          inner.get('/fails', () => Promise.reject(notFound()));
        },
      );
      routes.group(
        '/throws',
        {
          problem: (): never => {
            throw new Error('the mapper is broken');
          },
        },
        (inner) => inner.get('/', () => Promise.reject(notFound())),
      );
    },
  );

  it('decides the body of every error of its routes', async () => {
    await using app = await createTestHttp((routes) => routes.use(conduit));
    const failed = await app.request('GET', '/api/fails');
    expect([failed.status, failed.headers.get('content-type'), failed.json]).toEqual([404, 'application/json', { errors: { body: ['no article'] } }]);
    expect((await app.request('POST', '/api/validates', { json: {} })).json).toEqual({ errors: { body: [expect.stringMatching(/^\/name /)] } });
    expect((await app.request('POST', '/api/validates', { body: '{', headers: { 'content-type': 'application/json' } })).json).toEqual({
      errors: { body: [expect.stringContaining('not JSON')] },
    });
    expect((await app.request('DELETE', '/api/fails')).json).toEqual({ errors: { body: [expect.stringContaining('GET, HEAD, OPTIONS')] } });
  });

  it('of the innermost group counts, and may reply with its own status', async () => {
    await using app = await createTestHttp((routes) => routes.use(conduit));
    const { status, headers, json } = await app.request('GET', '/api/inner/fails');
    expect([status, headers.get('x-mapped'), json]).toEqual([418, '1', { status: 404, path: '/api/inner/fails' }]);
  });

  it('does not decide the errors of other routes', async () => {
    await using app = await createTestHttp((routes) => routes.use(conduit));
    expect((await app.request('GET', '/api/none')).json).toMatchObject({ code: 'OXI_HTTP_ROUTE_NOT_FOUND' });
  });

  it('may map to a stream, whose failure is logged', async () => {
    const { logger, lines } = recordLog();
    const fails = new ReadableStream({ pull: (controller) => controller.error(new Error('half way')) });
    await using app = await createTestHttp(
      (routes) => routes.group('/', { problem: () => fails }, (inner) => inner.get('/', () => Promise.reject(notFound()))),
      { logger },
    );
    await expect(app.request('GET', '/')).rejects.toThrow('half way');
    await expect.poll(() => lines.map(({ message }) => message)).toEqual(['a request failed']);
  });

  it('that throws is a 500, and is logged', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp((routes) => routes.use(conduit), { logger });
    expect((await app.request('GET', '/api/throws')).json).toMatchObject({ status: 500 });
    expect(lines.at(-1)?.message).toContain('could not be sent as its group maps it');
  });
});
