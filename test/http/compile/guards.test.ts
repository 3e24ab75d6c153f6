import { defineGuard, defineRoutes, forbidden, unauthorized } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';

const signedIn = defineGuard<{ user: { name: string } }>({
  name: 'signedIn',
  security: { scheme: 'bearer', definition: { type: 'http', scheme: 'bearer' } },
  check(request) {
    const name = request.headers.authorization;
    if (name === undefined) throw unauthorized('Sign in.', { headers: { 'www-authenticate': 'Bearer' } });
    request.user = { name };
  },
});

describe('guards', () => {
  it('refuse, and add to the request', async () => {
    await using app = await createTestHttp((routes) => routes.get('/me', { guards: [signedIn] }, ({ user }) => user));
    const refused = await app.request('GET', '/me');
    expect([refused.status, refused.headers.get('www-authenticate'), refused.json]).toEqual([
      401,
      'Bearer',
      expect.objectContaining({ code: 'OXI_HTTP_UNAUTHORIZED', detail: 'Sign in.' }),
    ]);
    expect((await app.request('GET', '/me', { headers: { authorization: 'Ada' } })).json).toEqual({ name: 'Ada' });
  });

  it("run in order, the groups' first, each after the one before it has settled", async () => {
    const order: string[] = [];
    const guard = (name: string, isLate: boolean) =>
      defineGuard({
        name,
        check: () => {
          order.push(`${name} begins`);
          if (!isLate) return undefined;
          return Promise.resolve().then(() => void order.push(`${name} ends`));
        },
      });
    await using app = await createTestHttp((routes) => {
      routes.group('/a', { guards: [guard('outer', true)] }, (outer) => {
        outer.group('/b', { guards: [guard('inner', false)] }, (inner) => inner.get('/c', { guards: [guard('own', true)] }, () => order.push('handler')));
      });
    });
    await app.request('GET', '/a/b/c');
    expect(order).toEqual(['outer begins', 'outer ends', 'inner begins', 'own begins', 'own ends', 'handler']);
    expect(app.services.http.routes[0]?.guards.map(({ name }) => name)).toEqual(['outer', 'inner', 'own']);
  });

  it('stop at the first that refuses', async () => {
    let isReached = false;
    const refuses = defineGuard({ name: 'refuses', check: () => Promise.reject(forbidden()) });
    const reached = defineGuard({ name: 'reached', check: () => void (isReached = true) });
    await using app = await createTestHttp((routes) => routes.use(defineRoutes('/', { guards: [refuses, reached] }, (inner) => inner.get('/', () => 'never'))));
    expect((await app.request('GET', '/')).status).toBe(403);
    expect(isReached).toBe(false);
  });

  it('are called as methods of their object', async () => {
    const guard = {
      name: 'own',
      seen: '',
      check(this: { seen: string; name: string }) {
        this.seen = this.name;
      },
    };
    await using app = await createTestHttp((routes) => routes.get('/', { guards: [guard] }, () => guard.seen));
    expect((await app.request('GET', '/')).text).toBe('own');
  });
});
