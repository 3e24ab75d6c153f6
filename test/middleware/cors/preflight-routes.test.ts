import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { findAskedRoute } from '../../../plugins/middleware/src/cors/preflight-routes.ts';

const PATTERNS = ['/', '/a', '/a/:id', '/a/:id{int}', '/a/me', '/:year{int}-:month{int}', '/opt/:page?', '/files/**:path', '/files/own', '/café', '/*/deep'];

describe('findAskedRoute', () => {
  it.each([
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a'],
    ['/a/7', '/a/:id{int}'],
    ['/a/x', '/a/:id'],
    ['/a/me', '/a/me'],
    ['/a/m%65', '/a/me'],
    ['/2026-12', '/:year{int}-:month{int}'],
    ['/opt', '/opt/:page?'],
    ['/opt/2', '/opt/:page?'],
    ['/files/x/y', '/files/**:path'],
    ['/files/own', '/files/own'],
    ['/caf%C3%A9', '/café'],
    ['/x/deep', '/*/deep'],
    ['/a/7/8', undefined],
    ['/none', undefined],
    ['/%zz', undefined],
  ])('finds for %s what would answer: %s', async (path, pattern) => {
    await using app = await createTestHttp((routes) => {
      for (const each of PATTERNS) routes.put(each, () => each);
      routes.get('/none', () => 'another method');
    });
    expect(findAskedRoute(app.services.http.routes, 'PUT', path)?.path).toBe(pattern);
    const { status, text } = await app.request('PUT', path);
    expect(status === 200 ? text : undefined).toBe(pattern);
  });

  it('takes the route of GET for HEAD', async () => {
    await using app = await createTestHttp((routes) => routes.get('/a', () => 'a'));
    expect(findAskedRoute(app.services.http.routes, 'HEAD', '/a')?.method).toBe('GET');
  });
});
