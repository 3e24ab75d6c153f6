import { type Middleware, notFound } from '@oxidite/http';
import { createTestHttp } from '@oxidite/http/testing';
import { describe, expect, it } from 'vitest';
import { recordLog } from '../support/recorded-log.ts';

describe('middleware', () => {
  it("wraps like an onion, the groups' outermost", async () => {
    const order: string[] = [];
    const layer =
      (name: string): Middleware =>
      async (_request, _services, next) => {
        order.push(`${name} in`);
        const result = await next();
        order.push(`${name} out`);
        return result;
      };
    await using app = await createTestHttp((routes) => {
      routes.group('/', { middleware: [layer('group')] }, (inner) => {
        inner.get('/', { middleware: [layer('a'), layer('b')], guards: [{ name: 'guard', check: () => void order.push('guard') }] }, () => {
          order.push('handler');
          return 'done';
        });
      });
    });
    expect((await app.request('GET', '/')).text).toBe('done');
    expect(order).toEqual(['group in', 'a in', 'b in', 'guard', 'handler', 'b out', 'a out', 'group out']);
  });

  it('may answer itself, or change the result', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/short', { middleware: [() => 'early'] }, () => 'never');
      routes.get('/changed', { middleware: [(_request, _services, next) => `${String(next())}!`] }, () => 'hi');
      routes.get('/changed-later', { middleware: [async (_request, _services, next) => `${String(await next())}!`] }, async () => 'hi');
      routes.get('/nothing', { middleware: [() => undefined] }, () => 'never');
    });
    expect((await app.request('GET', '/short')).text).toBe('early');
    expect((await app.request('GET', '/changed')).text).toBe('hi!');
    expect((await app.request('GET', '/changed-later')).text).toBe('hi!');
    expect((await app.request('GET', '/nothing')).status).toBe(204);
  });

  it('that forgets to return leaves the result as it is', async () => {
    await using app = await createTestHttp((routes) => {
      routes.get('/sync', { middleware: [(_request, _services, next) => void next()] }, () => 'kept');
      routes.get('/async', { middleware: [async (_request, _services, next) => void (await next())] }, async () => 'kept');
    });
    expect((await app.request('GET', '/sync')).text).toBe('kept');
    expect((await app.request('GET', '/async')).text).toBe('kept');
  });

  it('sees the errors of what it wraps', async () => {
    const seen: unknown[] = [];
    const rescue: Middleware = async (_request, _services, next) => {
      try {
        return await next();
      } catch (error) {
        seen.push(error);
        return 'rescued';
      }
    };
    const error = notFound();
    await using app = await createTestHttp((routes) => routes.get('/', { middleware: [rescue] }, () => Promise.reject(error)));
    expect((await app.request('GET', '/')).text).toBe('rescued');
    expect(seen).toEqual([error]);
  });

  it('may call next() once', async () => {
    const { logger, lines } = recordLog();
    const twice: Middleware = (_request, _services, next) => [next(), next()];
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/', { middleware: [twice] }, () => 'x');
        routes.get('/anonymous', { middleware: [(_request, _services, next) => [next(), next()]] }, () => 'x');
      },
      { logger },
    );
    expect((await app.request('GET', '/')).status).toBe(500);
    expect((await app.request('GET', '/anonymous')).status).toBe(500);
    expect(lines.map(({ fields }) => String(fields['error']))).toEqual([
      expect.stringContaining('The middleware twice called next() twice'),
      expect.stringContaining('(anonymous)'),
    ]);
  });
});
