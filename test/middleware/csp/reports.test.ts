import { reply } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { cspNonce, type CspReport, middleware } from '@oxidite/middleware';
import { recordHook } from '@oxidite/plugin-sdk/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tryParseCspReports } from '../../../plugins/middleware/src/csp/report.ts';
import { recordLog } from '../../http/support/recorded-log.ts';

type Reports = Exclude<NonNullable<Parameters<typeof middleware>[0]>['cspReports'], undefined>;

const OLD = {
  'csp-report': {
    'document-uri': 'https://shop.example/cart?token=s3#x',
    'blocked-uri': 'inline',
    'effective-directive': 'script-src-elem',
    disposition: 'enforce',
    'source-file': 'https://shop.example/app.js?v=1',
    'line-number': 7,
    'column-number': 9,
    'script-sample': 'alert(1)\nforged line',
  },
};
const NEW = [
  {
    type: 'csp-violation',
    age: 1,
    url: 'x',
    body: { documentURL: 'https://shop.example/', blockedURL: 'data:text/html,s3', effectiveDirective: 'img-src', disposition: 'report' },
  },
  { type: 'deprecation', body: { id: 'x' } },
];

const boot = (cspReports: Reports = true, log = recordLog()): Promise<TestHttp> =>
  createTestHttp((routes) => routes.get('/', () => 'ok'), { logger: log.logger, plugins: [middleware({ cspReports, log: false })] });

const send = (app: TestHttp, body: unknown, type = 'application/csp-report', path = '/_csp-reports') =>
  app.request('POST', path, {
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': type, cookie: 'a=1', 'sec-fetch-site': 'cross-site' },
  });

describe('cspReports', () => {
  it('names the place for reports in the policy: over TLS in the newer form, too, which browsers would prefer and not obey elsewhere', async () => {
    await using app = await boot();
    const secure = await app.services.http.inject('https://localhost/');
    expect(secure.headers.get('content-security-policy')).toMatch(/; report-uri \/_csp-reports; report-to csp$/);
    expect(secure.headers.get('reporting-endpoints')).toBe('csp="/_csp-reports"');
    const plain = await app.request('GET', '/');
    expect(plain.headers.get('content-security-policy')).toMatch(/; report-uri \/_csp-reports$/);
    expect(plain.headers.has('reporting-endpoints')).toBe(false);
  });

  it('stands in the policy with a nonce as well, and in none that a response says itself', async () => {
    await using app = await createTestHttp(
      (routes) => {
        routes.get('/nonce', (request) => cspNonce.get(request));
        routes.get('/own', () => reply('', { headers: { 'content-security-policy': "default-src 'none'" } }));
      },
      { plugins: [middleware({ cspReports: true, log: false })] },
    );
    for (const [origin, end] of [
      ['http://localhost', 'report-uri /_csp-reports'],
      ['https://localhost', 'report-uri /_csp-reports; report-to csp'],
    ]) {
      const response = await app.services.http.inject(`${origin}/nonce`);
      const nonce = await response.text();
      const policy = response.headers.get('content-security-policy') ?? '';
      expect([policy.includes(`script-src 'self' 'nonce-${nonce}'`), policy.endsWith(`; ${end}`)]).toEqual([true, true]);
      expect((await app.services.http.inject(`${origin}/own`)).headers.get('content-security-policy')).toBe("default-src 'none'");
    }
  });

  it('takes both forms, logs them and tells plugins, without what may be secret', async () => {
    const log = recordLog();
    await using app = await boot(true, log);
    const told = recordHook(app, 'middleware:csp-report');
    expect((await send(app, OLD)).status).toBe(204);
    expect((await send(app, NEW, 'application/reports+json')).status).toBe(204);
    const old: CspReport = {
      documentUrl: 'https://shop.example/cart',
      blockedUrl: 'inline',
      directive: 'script-src-elem',
      disposition: 'enforce',
      sourceFile: 'https://shop.example/app.js',
      line: 7,
      column: 9,
      sample: 'alert(1) forged line',
    };
    expect(told).toMatchObject([[old], [{ documentUrl: 'https://shop.example/', blockedUrl: 'data:', directive: 'img-src', disposition: 'report' }]]);
    const warned = log.lines.filter(({ message }) => message.startsWith('a browser reported'));
    expect(warned).toMatchObject([{ level: 'warn', fields: old }, { level: 'warn' }]);
    expect(JSON.stringify(log.lines)).not.toContain('s3');
  });

  it('refuses what is no report, and what is too large', async () => {
    await using app = await boot({ path: '/reports', maxBytes: 100 });
    expect((await send(app, 'no json', 'application/csp-report', '/reports')).status).toBe(400);
    expect((await send(app, {}, 'application/csp-report', '/reports')).status).toBe(400);
    expect((await send(app, OLD, 'application/csp-report', '/reports')).status).toBe(413);
    expect((await send(app, '{}', 'text/plain', '/reports')).status).toBe(415);
  });

  it('passes a number on each minute, and counts the others', async () => {
    const log = recordLog();
    await using app = await boot({ maxPerMinute: 2 }, log);
    for (let index = 0; index < 5; index++) expect((await send(app, OLD)).status).toBe(204);
    expect(log.lines.filter(({ message }) => message.startsWith('a browser reported'))).toHaveLength(2);
    await app.clock.advance(60_000);
    await send(app, OLD);
    expect(log.lines.filter(({ message }) => message.startsWith('a browser reported'))).toHaveLength(3);
    expect(log.lines).toContainEqual(expect.objectContaining({ fields: expect.objectContaining({ dropped: 3 }) as unknown }));
  });

  it('goes on when a plugin fails to take one', async () => {
    const log = recordLog();
    await using app = await boot(true, log);
    app.tap('middleware:csp-report', () => {
      throw new Error('broken');
    });
    expect((await send(app, OLD)).status).toBe(204);
    expect(log.lines.map(({ message }) => message)).toContain('a plugin failed to take a report of the content security policy');
  });

  it('is off by default', async () => {
    await using app = await boot(false);
    expect((await send(app, OLD)).status).not.toBe(204);
    expect((await app.request('GET', '/')).headers.has('reporting-endpoints')).toBe(false);
  });
});

describe('tryParseCspReports', () => {
  it('takes anything without failing, and keeps what it gives short', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const text = JSON.stringify({ 'csp-report': body }) ?? '';
        for (const report of tryParseCspReports(text) ?? []) expect(JSON.stringify(report).length).toBeLessThan(20_000);
        tryParseCspReports(JSON.stringify(body) ?? '');
      }),
      { numRuns: 300 },
    );
    const many = tryParseCspReports(JSON.stringify(Array.from({ length: 1_000 }, () => ({ type: 'csp-violation', body: { sample: 'x'.repeat(5_000) } }))));
    expect(many).toHaveLength(20);
    expect(many?.[0]?.sample).toHaveLength(512);
  });
});
