import { badRequest, notFound, reply, type Router, unprocessable } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { errorPages, middleware, PluginMissingError } from '@oxidite/middleware';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { failHere } from './failing-module.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const MARKUP = '<script>alert(1)</script>"\'&';

type Options = NonNullable<Parameters<typeof createTestHttp>[1]>;

function createApp(
  define: (routes: Router) => void,
  { environment = 'production', ...options }: Options & { environment?: 'development' | 'production' } = {},
): Promise<TestHttp> {
  return createTestHttp(define, { root: import.meta.dirname, plugins: [middleware({ log: false })], ...options, http: { environment } });
}

/** How much a client likes a type: the most exact range counts. Source: RFC 9110, section 12.5.1. */
function findWeight(type: string, ranges: readonly (readonly [range: string, q: string])[]): number {
  const wanted = [type, type.replace(/\/.*/, '/*'), '*/*'];
  const found = wanted.flatMap((name) => ranges.find(([range]) => range === name) ?? []);
  const q = found[1];
  return q === undefined ? 0 : Number(/q=(.*)/i.exec(q)?.[1] ?? 1);
}

describe('errorPages', () => {
  it.each([
    [undefined, 'application/problem+json'],
    ['*/*', 'application/problem+json'],
    ['application/json', 'application/problem+json'],
    ['application/problem+json, text/html', 'application/problem+json'],
    ['application/*', 'application/problem+json'],
    ['image/png', 'application/problem+json'],
    [BROWSER, 'text/html; charset=utf-8'],
    ['text/html;q=0.1', 'text/html; charset=utf-8'],
    ['text/plain, text/html;q=0.5', 'text/plain; charset=utf-8'],
    ['text/html;q=0, */*', 'application/problem+json'],
    [';;;,,,q==', 'application/problem+json'],
  ])('answers Accept: %s with %s', async (accept, type) => {
    await using app = await createApp(() => undefined);
    const { status, headers } = await app.request('GET', '/missing', accept === undefined ? {} : { headers: { accept } });
    expect([status, headers.get('content-type')]).toEqual([404, type]);
    expect(headers.get('vary')).toContain('accept');
  });

  it('takes none of the forms that a client refuses, and one that it likes best, whatever it says', async () => {
    await using app = await createApp(() => undefined);
    const range = fc.constantFrom('text/html', 'text/plain', 'application/problem+json', 'application/json', 'text/*', 'application/*', '*/*', 'image/png');
    const weight = fc.constantFrom('', ';q=0', ';q=0.001', ';q=0.3', ';q=0.5', '; Q=0.8', ';q=1');
    const accept = fc.uniqueArray(fc.tuple(range, weight), { minLength: 1, maxLength: 6, selector: ([name]) => name });
    await fc.assert(
      fc.asyncProperty(accept, async (ranges) => {
        const { status, headers } = await app.request('GET', '/missing', { headers: { accept: ranges.map(([name, q]) => name + q).join(', ') } });
        const given = headers.get('content-type')?.split(';')[0] ?? '';
        const likes = new Map(['text/html', 'text/plain', 'application/problem+json', 'application/json'].map((type) => [type, findWeight(type, ranges)]));
        const best = Math.max(...likes.values());
        const isProblem = given === 'application/problem+json';
        const own = isProblem ? Math.max(likes.get(given) ?? 0, likes.get('application/json') ?? 0) : likes.get(given);
        expect([status, isProblem && best === 0 ? 0 : own]).toEqual([404, best]); // who likes none of them gets problem details
      }),
      { numRuns: 300 },
    );
  });

  it('survives whatever is sent as Accept', async () => {
    await using app = await createApp(() => undefined);
    const text = fc.oneof(fc.string({ unit: fc.constantFrom(...'text/html*application;q=0.1,"\\ '), maxLength: 60 }), fc.stringMatching(/^[\x20-\x7e]*$/));
    await fc.assert(
      fc.asyncProperty(text, async (accept) => {
        const { status, headers } = await app.request('GET', '/missing', { headers: { accept: accept.trim() } });
        expect([status, headers.get('content-type')]).toEqual([
          404,
          expect.stringMatching(/^(?:text\/(?:html|plain); charset=utf-8|application\/problem\+json)$/),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('shows what the problem says', async () => {
    await using app = await createApp((routes) => {
      routes.get('/', () => Promise.reject(unprocessable('Two things are wrong.', [{ in: 'body', path: '/name', message: 'is too short' }])));
    });
    const page = await app.request('GET', '/', { headers: { accept: 'text/html' } });
    expect(page.text).toContain('<h1>Unprocessable Entity</h1>');
    expect(page.text).toContain('<p>Two things are wrong.</p>');
    expect(page.text).toContain('<li>body/name: is too short</li>');
    const text = await app.request('GET', '/', { headers: { accept: 'text/plain' } });
    expect(text.text).toBe('422 Unprocessable Entity\n\nTwo things are wrong.\n\n- body/name: is too short\n\nCode: OXI_HTTP_UNPROCESSABLE_ENTITY\n');
  });

  it('leaks nothing of an internal error in production', async () => {
    await using app = await createApp((routes) => routes.get('/', () => failHere('the password is hunter2')));
    for (const accept of ['text/html', 'text/plain', 'application/json']) {
      const { status, text } = await app.request('GET', '/', { headers: { accept, authorization: 'Bearer secret' } });
      expect(status).toBe(500);
      expect(text, accept).not.toMatch(/hunter2|failing-module|Bearer|node_modules| at /);
    }
  });

  it('shows message, source, stack, causes and request in development', async () => {
    await using app = await createApp((routes) => routes.get('/broken/:id', () => failHere('all is lost')), { environment: 'development' });
    const { status, text } = await app.request('GET', '/broken/7?page=2&token=hush', {
      headers: {
        accept: 'text/html',
        authorization: 'Bearer hush',
        cookie: 'session=hush',
        'x-api-key': 'hush',
        'x-plain': 'shown',
        referer: 'http://other/?code=1&access_token=hush',
      },
    });
    expect(status).toBe(500);
    expect(text).toContain('<h1>all is lost</h1>');
    expect(text).toMatch(/<code>failing-module\.ts:\d+<\/code>/);
    expect(text).toMatch(/<span class="hit"> *\d+ {4}throw new Error\(message/);
    expect(text).toMatch(/<span>at failHere/);
    expect(text).toMatch(/Error: the cause &lt;below&gt;<\/p><pre><span>at failHere/);
    expect(text).toContain('shown');
    expect(text).toContain('page=2&amp;token=[redacted]');
    expect(text).not.toContain('hush');
  });

  it('names the code of an error of Oxidite, and where it is explained', async () => {
    await using app = await createApp(
      (routes) =>
        routes.get('/', () => {
          throw new PluginMissingError('none', { method: 'GET', path: '/', place: 'here' });
        }),
      { environment: 'development' },
    );
    const { text } = await app.request('GET', '/', { headers: { accept: 'text/html' } });
    expect(text).toContain('<code>OXI_MIDDLEWARE_PLUGIN_MISSING</code>');
  });

  it.each(['production', 'development'] as const)('escapes whatever reaches the page in %s', async (environment) => {
    await using app = await createApp(
      (routes) => {
        routes.get('/thrown', () => failHere(MARKUP));
        routes.get('/refused', () => Promise.reject(badRequest(MARKUP)));
        routes.get('/value', () => Promise.reject(MARKUP)); // no error at all
        routes.get('/named', () =>
          Promise.reject(Object.assign(new Error(MARKUP, { cause: MARKUP }), { name: MARKUP, stack: `${MARKUP}\n    at ${MARKUP} (${MARKUP}:1:1)` })),
        );
      },
      { environment },
    );
    for (const path of ['/thrown', '/refused', '/value', '/named', `/missing/${MARKUP}`, `/thrown?q=${MARKUP}`]) {
      const { headers, text } = await app.request('GET', path, { headers: { accept: 'text/html', 'x-plain': MARKUP, referer: MARKUP } });
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(text, path).not.toMatch(/<script|"'&(?!amp;|quot;|#39;|lt;|gt;)/);
    }
  });

  it('shows no file that a message or a stack only claims to come from', async () => {
    const claim = `lost\n    at open (${import.meta.dirname}/failing-module.ts:1:1)`;
    await using app = await createApp(
      (routes) => {
        routes.get('/message', () => Promise.reject(Object.assign(new Error(claim), { stack: `Error: ${claim}\n    at nowhere (node:internal:1:1)` })));
        routes.get('/outside', () =>
          Promise.reject(
            Object.assign(new Error('lost'), { stack: 'Error: lost\n    at open (/etc/passwd:1:1)\n    at up (file:///etc/../etc/hosts.ts:1:1)' }),
          ),
        );
        routes.get('/missing', () =>
          Promise.reject(Object.assign(new Error('lost'), { stack: `Error: lost\n    at open (${import.meta.dirname}/none.ts:1:1)` })),
        );
      },
      { environment: 'development' },
    );
    for (const path of ['/message', '/outside', '/missing']) {
      const { status, text } = await app.request('GET', path, { headers: { accept: 'text/html' } });
      expect(status).toBe(500);
      expect(text, path).not.toMatch(/class="hit"|root:/);
    }
  });

  it('needs no script, and its policy lets its own style through and nothing else', async () => {
    await using app = await createApp((routes) => routes.get('/', () => failHere('lost')), { environment: 'development' });
    for (const path of ['/', '/missing']) {
      const { headers, text } = await app.request('GET', path, { headers: { accept: 'text/html' } });
      const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      );
      expect(text).not.toMatch(/<script|style="|javascript:|<link|<img/);
    }
  });

  it('lets an application show a page of its own, but for internal errors in development', async () => {
    const own = middleware({ log: false, errorPages: { html: (problem, request) => (problem.status === 404 ? `<p>Nothing at ${request.path}` : undefined) } });
    const define = (routes: Router): void => routes.get('/', () => failHere('lost'));
    await using app = await createApp(define, { plugins: [own], environment: 'development' });
    const ask = async (path: string): Promise<string> => (await app.request('GET', path, { headers: { accept: 'text/html' } })).text;
    expect(await ask('/x')).toBe('<p>Nothing at /x');
    expect(await ask('/')).toContain('<h1>lost</h1>');
  });

  it('leaves alone what is no problem, and groups with a form of their own', async () => {
    await using app = await createApp((routes) => {
      routes.get('/own', () => reply({ mine: true }, { status: 404 }));
      routes.get('/off', { middleware: [errorPages(false)] }, () => Promise.reject(notFound()));
      routes.group('/mapped', { problem: ({ status }) => ({ failed: status }) }, (inner) => inner.get('/', () => Promise.reject(notFound())));
    });
    const ask = async (path: string): Promise<unknown> => (await app.request('GET', path, { headers: { accept: 'text/html' } })).json;
    expect(await ask('/own')).toEqual({ mine: true });
    expect(await ask('/off')).toMatchObject({ code: 'OXI_HTTP_NOT_FOUND' });
    expect(await ask('/mapped')).toEqual({ failed: 404 });
  });
});
