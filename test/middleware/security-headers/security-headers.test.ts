import { reply } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { cspNonce, CspSourceError, middleware, PermissionSourceError, securityHeaders } from '@oxidite/middleware';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

type Options = Exclude<NonNullable<Parameters<typeof middleware>[0]>['securityHeaders'], boolean | undefined>;

const boot = (options: Options = {}, http: object = {}): Promise<TestHttp> =>
  createTestHttp(
    (routes) => {
      routes.get('/page', () => reply('<p>page</p>', { headers: { 'content-type': 'text/html' } }));
      routes.get('/data', { response: { 200: z.object({ ok: z.boolean() }) } }, () => ({ ok: true }));
      routes.get('/own', () => reply('own', { headers: { 'content-security-policy': "default-src 'none'", 'x-frame-options': 'DENY' } }));
      routes.get('/nonce', (request) =>
        reply(`<script nonce="${cspNonce.get(request)}">`, { headers: { 'x-same': String(cspNonce.get(request) === cspNonce.get(request)) } }),
      );
      routes.get('/nonce-data', { response: { 200: z.string() } }, (request) => cspNonce.get(request));
      routes.get('/nonce-own', (request) => reply(cspNonce.get(request), { headers: { 'content-security-policy': "default-src 'none'" } }));
      routes.get('/fails', () => Promise.reject(new Error('inside')));
      routes.get('/bare', { middleware: [securityHeaders(false)] }, () => 'bare');
      routes.get(
        '/embedded',
        { middleware: [securityHeaders({ csp: { directives: { frameAncestors: ['https://partner.example'] } }, frameOptions: false })] },
        () => 'x',
      );
    },
    { http, plugins: [middleware({ securityHeaders: options, requestId: false, log: false })] },
  );

const NAMES = /^(?:content-security|cross-origin|origin-agent|permissions|referrer|strict|x-)/;

async function read(app: TestHttp, path: string, headers: Record<string, string> = {}): Promise<Record<string, string>> {
  const response = await app.request('GET', path, { headers });
  return Object.fromEntries([...response.headers].filter(([name]) => NAMES.test(name)));
}

const policyOf = async (app: TestHttp, path: string): Promise<string> => (await read(app, path))['content-security-policy'] ?? '';

describe('securityHeaders', () => {
  it('has these defaults for pages', async () => {
    await using app = await boot();
    expect(await read(app, '/page')).toMatchInlineSnapshot(`
      {
        "content-security-policy": "default-src 'self'; base-uri 'self'; font-src 'self' data:; form-action 'self'; frame-ancestors 'self'; img-src 'self' data:; object-src 'none'; script-src 'self'; script-src-attr 'none'; style-src 'self'",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "origin-agent-cluster": "?1",
        "permissions-policy": "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-dns-prefetch-control": "off",
        "x-download-options": "noopen",
        "x-frame-options": "SAMEORIGIN",
        "x-permitted-cross-domain-policies": "none",
        "x-xss-protection": "0",
      }
    `);
  });

  it('allows nothing at all for routes that declare what data they answer with', async () => {
    await using app = await boot();
    expect(await read(app, '/data')).toEqual({
      ...(await read(app, '/page')),
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
    });
    await using pages = await boot({ profile: 'page' });
    expect(await policyOf(pages, '/data')).toContain("script-src 'self'");
  });

  it('stands on errors too', async () => {
    await using app = await boot();
    const page = await read(app, '/page');
    for (const path of ['/fails', '/none']) expect(await read(app, path)).toMatchObject({ ...page });
  });

  it('leaves what a response says itself', async () => {
    await using app = await boot();
    expect(await read(app, '/own')).toMatchObject({ 'content-security-policy': "default-src 'none'", 'x-frame-options': 'DENY' });
  });

  it('is said anew for a route, or not at all', async () => {
    await using app = await boot();
    expect(await read(app, '/bare')).toEqual({});
    const embedded = await read(app, '/embedded');
    expect(embedded['content-security-policy']).toContain('frame-ancestors https://partner.example');
    expect(embedded).not.toHaveProperty('x-frame-options');
  });

  it('leaves single headers out, and adds others', async () => {
    await using app = await boot({
      openerPolicy: false,
      originAgentCluster: false,
      permissions: false,
      csp: false,
      embedderPolicy: 'require-corp',
      headers: { 'X-Download-Options': false, 'X-Robots-Tag': 'noindex' },
    });
    const headers = await read(app, '/page');
    expect(headers).toMatchObject({ 'cross-origin-embedder-policy': 'require-corp', 'x-robots-tag': 'noindex' });
    for (const name of ['cross-origin-opener-policy', 'origin-agent-cluster', 'permissions-policy', 'content-security-policy', 'x-download-options'])
      expect(headers).not.toHaveProperty(name);
  });

  it('writes permissions above the defaults', async () => {
    await using app = await boot({ permissions: { camera: ['self', 'https://meet.example'], payment: false, fullscreen: ['*'] } });
    expect((await read(app, '/page'))['permissions-policy']).toBe(
      'accelerometer=(), browsing-topics=(), camera=(self "https://meet.example"), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), usb=(), fullscreen=*',
    );
    await expect(boot({ permissions: { camera: ["'self'"] } })).rejects.toThrow(
      expect.objectContaining({ cause: expect.any(PermissionSourceError) as unknown }),
    );
  });
});

describe('Strict-Transport-Security', () => {
  const VALUE = 'max-age=31536000; includeSubDomains';
  const hsts = async (app: TestHttp, path = '/page', headers = {}): Promise<string | undefined> =>
    (await read(app, path, headers))['strict-transport-security'];

  it('is sent over TLS only, errors included', async () => {
    await using app = await boot();
    expect(await hsts(app)).toBeUndefined();
    const secure = async (path: string): Promise<string | null> =>
      (await app.services.http.inject(`https://localhost${path}`)).headers.get('strict-transport-security');
    expect([await secure('/page'), await secure('/data'), await secure('/fails'), await secure('/none')]).toEqual([VALUE, VALUE, VALUE, VALUE]);
  });

  it('may always be sent, or never', async () => {
    await using always = await boot({ hsts: { always: true, maxAgeSeconds: 60, includeSubDomains: false, preload: true } });
    expect(await hsts(always)).toBe('max-age=60; preload');
    await using never = await boot({ hsts: false });
    expect((await never.services.http.inject('https://localhost/page')).headers.has('strict-transport-security')).toBe(false);
  });
});

describe('cspNonce', () => {
  it('puts a nonce of this response into its policy, and only then', async () => {
    await using app = await boot();
    const first = await app.request('GET', '/nonce');
    const nonce = /nonce="([^"]+)"/.exec(first.text)?.[1] ?? '';
    expect(nonce).toMatch(/^[\w+/]{24}$/);
    expect(first.headers.get('x-same')).toBe('true');
    expect(first.headers.get('content-security-policy')).toContain(
      `script-src 'self' 'nonce-${nonce}'; script-src-attr 'none'; style-src 'self' 'nonce-${nonce}'`,
    );
    expect((await app.request('GET', '/nonce')).text).not.toBe(first.text);
    expect(await policyOf(app, '/page')).not.toContain('nonce');
  });

  it('makes a page of a response that seemed to be data', async () => {
    await using app = await boot();
    const { text, headers } = await app.request('GET', '/nonce-data');
    expect(headers.get('content-security-policy')).toContain(`script-src 'self' 'nonce-${text}'`);
  });

  it('leaves a policy that the response says itself', async () => {
    await using app = await boot();
    expect(await policyOf(app, '/nonce-own')).toBe("default-src 'none'");
  });
});

describe('the policy', () => {
  it('replaces directives one by one, and quotes what must be quoted', async () => {
    await using app = await boot({
      csp: {
        directives: {
          scriptSrc: ['self', 'strict-dynamic', 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
          imgSrc: ["'self'", 'https://*.cdn.example', 'blob:'],
          formAction: false,
          upgradeInsecureRequests: true,
          sandbox: ['allow-forms'],
        },
      },
    });
    expect(await policyOf(app, '/page')).toBe(
      "default-src 'self'; base-uri 'self'; font-src 'self' data:; frame-ancestors 'self'; img-src 'self' https://*.cdn.example blob:; object-src 'none'; script-src 'self' 'strict-dynamic' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; script-src-attr 'none'; style-src 'self'; sandbox allow-forms; upgrade-insecure-requests",
    );
  });

  it('may only report', async () => {
    await using app = await boot({ csp: { reportOnly: true } });
    const headers = await read(app, '/page');
    expect(headers['content-security-policy-report-only']).toContain("default-src 'self'");
    expect(headers).not.toHaveProperty('content-security-policy');
  });

  it.each([
    ['a directive within a source', ['self; script-src *']],
    ['two sources in one', ['self https://x.example']],
    ['a comma', ['https://a.example,https://b.example']],
    ['a line break', ['self\r\nx: y']],
    ['letters that are not ASCII', ['https://bücher.example']],
    ['an unknown keyword', ["'unsafe-everything'"]],
    ['a nonce for everybody', ["'nonce-abc'"]],
    ['none among others', ['none', 'self']],
  ])('refuses %s at boot', async (_what, sources) => {
    await expect(boot({ csp: { directives: { scriptSrc: sources } } })).rejects.toThrow(
      expect.objectContaining({ cause: expect.any(CspSourceError) as unknown }),
    );
  });
});
