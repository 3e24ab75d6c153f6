import { forbidden, HttpError } from '@oxidite/http';
import { createTestHttp, type TestHttp } from '@oxidite/http/testing';
import { LogDestinationError, middleware, requestLog } from '@oxidite/middleware';
import { createVirtualClock, type VirtualClock } from '@oxidite/plugin-sdk/testing';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordLog } from '../../http/support/recorded-log.ts';

type LogOptions = Exclude<NonNullable<Parameters<typeof middleware>[0]>['log'], undefined>;
type Line = Readonly<Record<string, unknown>>;

interface LoggedApp extends AsyncDisposable {
  readonly app: TestHttp;
  readonly lines: Line[];
  readonly clock: VirtualClock;
}

/** An application whose request log a test reads. */
async function boot(options: Exclude<LogOptions, boolean> = {}): Promise<LoggedApp> {
  const lines: Line[] = [];
  const clock = createVirtualClock();
  const destination = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const app = await createTestHttp(
    (routes) => {
      routes.get('/articles/:slug', (request) => {
        request.logFields['articleId'] = 7;
        return { slug: request.params['slug'] };
      });
      routes.get('/fails', () => Promise.reject(new Error('inside', { cause: new TypeError('deeper') })));
      routes.get('/refused', () => Promise.reject(forbidden('No.', { code: 'OXI_TEST_NO' })));
      routes.get('/unavailable', () => Promise.reject(new HttpError(503)));
      routes.get('/slow', async () => {
        await clock.advance(1_500);
        return 'late';
      });
      routes.get('/reset/:token', () => 'ok');
      routes.get('/quiet', () => 'ok');
      routes.get('/off', { middleware: [requestLog(false)] }, () => 'ok');
      routes.get('/breaks', () => new ReadableStream({ pull: (controller) => controller.error(new Error('half way')) }));
      routes.post('/fields', async (request) => {
        Object.assign(request.logFields, await request.event.req.json());
        return 'ok';
      });
    },
    { clock, plugins: [middleware({ log: { destination, ...options } })] },
  );
  return { app, lines, clock, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

describe('requestLog', () => {
  it('writes one line for each request, with what is known at its end', async () => {
    await using logged = await boot();
    const { headers } = await logged.app.request('GET', '/articles/hello?secret=1');
    expect(logged.lines).toEqual([
      {
        level: 'info',
        time: logged.clock.now(),
        message: 'request',
        method: 'GET',
        route: '/articles/:slug',
        path: '/articles/hello',
        status: 200,
        durationMs: 0,
        requestId: headers.get('x-request-id'),
        traceId: expect.stringMatching(/^[\da-f]{32}$/) as string,
        spanId: expect.stringMatching(/^[\da-f]{16}$/) as string,
        ip: expect.any(String) as string,
        bytes: 16,
        articleId: 7,
      },
    ]);
  });

  it('tells of failures what helps to find them, and of refusals their code', async () => {
    await using logged = await boot();
    for (const path of ['/fails', '/refused', '/unavailable', '/none']) await logged.app.request('GET', path);
    const [failed, refused, unavailable, missing] = logged.lines;
    expect(failed).toMatchObject({
      level: 'error',
      status: 500,
      error: {
        name: 'Error',
        message: 'inside',
        stack: expect.stringContaining('request-log.test') as string,
        cause: { name: 'TypeError', message: 'deeper' },
      },
    });
    expect(refused).toMatchObject({ level: 'info', status: 403, code: 'OXI_TEST_NO' });
    expect(refused).not.toHaveProperty('error');
    expect(unavailable).toMatchObject({ level: 'error', status: 503, code: 'OXI_HTTP_SERVICE_UNAVAILABLE' });
    expect(missing).toMatchObject({ level: 'info', status: 404, path: '/none', code: 'OXI_HTTP_ROUTE_NOT_FOUND' });
    expect(missing).not.toHaveProperty('route');
  });

  it('says when a response was broken off', async () => {
    await using logged = await boot();
    await logged.app.request('GET', '/breaks').catch(() => undefined);
    await expect.poll(() => logged.lines).toMatchObject([{ aborted: true }]);
  });

  it('measures the time', async () => {
    await using logged = await boot();
    await logged.app.request('GET', '/slow');
    expect(logged.lines).toMatchObject([{ durationMs: 1_500 }]);
  });

  it('logs failures and slow requests whatever share is chosen', async () => {
    await using logged = await boot({ sample: 0 });
    for (const path of ['/articles/a', '/fails', '/slow', '/refused']) await logged.app.request('GET', path);
    expect(logged.lines.map(({ path }) => path)).toEqual(['/fails', '/slow']);
  });

  it('logs about the share that is chosen', async () => {
    await using logged = await boot({ sample: 0.25 });
    for (let index = 0; index < 200; index++) await logged.app.request('GET', '/quiet');
    expect(logged.lines.length).toBeGreaterThan(25);
    expect(logged.lines.length).toBeLessThan(75);
  });

  it('leaves routes out', async () => {
    await using logged = await boot({ ignore: ['/quiet'] });
    for (const path of ['/quiet', '/off', '/articles/a']) await logged.app.request('GET', path);
    expect(logged.lines.map(({ path }) => path)).toEqual(['/articles/a']);
  });

  it('logs the pattern instead of a path that holds a secret', async () => {
    await using logged = await boot();
    await logged.app.request('GET', '/reset/abc123');
    expect(logged.lines).toMatchObject([{ route: '/reset/:token' }]);
    expect(JSON.stringify(logged.lines)).not.toContain('abc123');
  });

  it('logs the user agent only when asked to, and the address unless told not to', async () => {
    await using logged = await boot({ userAgent: true, ip: false });
    await logged.app.request('GET', '/quiet', { headers: { 'user-agent': 'x'.repeat(2_000) } });
    expect(logged.lines).toMatchObject([{ userAgent: `${'x'.repeat(1_024)}…` }]);
    expect(logged.lines[0]).not.toHaveProperty('ip');
  });

  it('keeps secrets off the line, wherever they are', async () => {
    await using logged = await boot({ redact: ['iban'] });
    const secrets = {
      password: 's3',
      newPassword: 's3',
      Authorization: 's3',
      'set-cookie': ['s3'],
      user: { api_key: 's3', deep: { reset_token: 's3' } },
      list: [{ IBAN: 's3' }],
      name: 'Ada',
    };
    await logged.app.request('POST', '/fields', { json: secrets });
    expect(logged.lines).toMatchObject([{ password: '[redacted]', user: { api_key: '[redacted]' }, name: 'Ada' }]);
    expect(JSON.stringify(logged.lines)).not.toContain('s3');
  });

  it('stays one short line, whatever is put on it', async () => {
    await using logged = await boot({ maxFields: 3, maxTextLength: 8 });
    await logged.app.request('POST', '/fields', { json: { a: 'x'.repeat(100), status: 'mine', many: { a: 1, b: 2, c: 3, d: 4 }, more: 1, most: 2 } });
    expect(logged.lines).toMatchObject([{ a: 'xxxxxxxx…', status: 200, status_: 'mine', many: { a: 1, b: 2, c: 3, omitted: 1 }, omitted: 2 }]);
  });
});

describe('the destination', () => {
  it('is the logger of the application by default, in the same form', async () => {
    const { logger, lines } = recordLog();
    await using app = await createTestHttp((routes) => routes.get('/', () => 'ok'), { logger, plugins: [middleware()] });
    await app.request('GET', '/');
    expect(lines.filter(({ message }) => message === 'request')).toMatchObject([{ level: 'info', fields: { method: 'GET', route: '/', status: 200 } }]);
    expect(Object.values(lines.find(({ message }) => message === 'request')?.fields ?? {})).not.toContain(undefined);
  });

  it('may be a file, which is complete when the application has ended', async () => {
    const root = mkdtempSync(join(tmpdir(), 'oxidite-log-'));
    try {
      const app = await createTestHttp((routes) => routes.get('/', () => 'ok'), { root, plugins: [middleware({ log: { destination: 'logs/requests.log' } })] });
      await app.request('GET', '/');
      await app.request('GET', '/');
      await app.stop();
      const text = readFileSync(join(root, 'logs/requests.log'), 'utf8');
      expect(
        text
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as Line)['status']),
      ).toEqual([200, 200]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('that gathers lines writes them within a second', async () => {
    const root = mkdtempSync(join(tmpdir(), 'oxidite-log-'));
    try {
      await using app = await createTestHttp((routes) => routes.get('/', () => 'ok'), {
        root,
        plugins: [middleware({ log: { destination: 'requests.log' } })],
      });
      await app.request('GET', '/');
      await app.clock.advance(1_000);
      await expect.poll(() => readFileSync(join(root, 'requests.log'), 'utf8')).toContain('"status":200');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  it('that cannot be opened ends the boot', async () => {
    const boot = createTestHttp((routes) => routes.get('/', () => 'ok'), { root: tmpdir(), plugins: [middleware({ log: { destination: '.' } })] });
    await expect(boot).rejects.toThrow(expect.objectContaining({ cause: expect.any(LogDestinationError) as unknown }));
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that is full (where there is /dev/full) is said once in the log of the application, and neither requests nor the end wait for it',
    async () => {
      const { logger, lines } = recordLog();
      const app = await createTestHttp((routes) => routes.get('/', () => 'ok'), {
        logger,
        plugins: [middleware({ log: { destination: '/dev/full', bufferBytes: 0 } })],
      });
      for (let index = 0; index < 3; index++) expect((await app.request('GET', '/')).status).toBe(200);
      await expect.poll(() => lines.filter(({ message }) => message === 'the request log cannot be written')).toHaveLength(1);
      await app.stop();
    },
  );
});
